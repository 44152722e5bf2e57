use std::fmt::{self, Write as _};

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
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut text = String::with_capacity(36);
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}
