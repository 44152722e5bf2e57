use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vestibule_types::{CodeVerifier, uuid_v4};
use zeroize::Zeroizing;

use crate::{DpopKey, uuid};

/// The randomness of one sign-in.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; Self::LEN]>);

impl Seed {
    /// How many random bytes a sign-in needs.
    pub const LEN: usize = 112;

    /// Takes bytes from a generator fit for secrets.
    pub fn new(random: Zeroizing<[u8; Self::LEN]>) -> Self {
        Self(random)
    }

    /// 64 unreserved characters (RFC 7636).
    pub(crate) fn verifier(&self) -> CodeVerifier {
        CodeVerifier::new(URL_SAFE_NO_PAD.encode(self.part::<48>(0)))
    }

    pub(crate) fn state(&self) -> String {
        uuid_v4(&self.part(48))
    }

    pub(crate) fn dpop_key(&self) -> DpopKey {
        DpopKey::from_random(&self.part(64))
    }

    /// The name of the `n`-th proof.
    pub(crate) fn jti(&self, n: u32) -> String {
        uuid::nth(&self.part(96), n)
    }

    fn part<const N: usize>(&self, from: usize) -> Zeroizing<[u8; N]> {
        let mut part = Zeroizing::new([0; N]);
        part.copy_from_slice(&self.0[from..from + N]);
        part
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}
