use std::fmt;

use vestibule_types::uuid_v4;
use zeroize::Zeroizing;

use crate::Pkce;

/// The random bytes of a sign-in by authorization code.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; Self::LEN]>);

impl Seed {
    /// The number of random bytes.
    pub const LEN: usize = 64;

    /// Creates a seed from bytes of a cryptographically secure generator.
    pub fn new(random: Zeroizing<[u8; Self::LEN]>) -> Self {
        Self(random)
    }

    pub(super) fn pkce(&self) -> Pkce {
        let mut half = Zeroizing::new([0; 48]);
        half.copy_from_slice(&self.0[..48]);
        Pkce::new(&half)
    }

    /// Returns the state: a hyphenated UUID of version 4, as in the AWS CLI.
    pub(super) fn state(&self) -> String {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0[48..]);
        uuid_v4(&bytes)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}
