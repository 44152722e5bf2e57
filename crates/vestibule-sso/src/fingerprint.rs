use serde::{Deserialize, Deserializer};

/// Bytes of the digest that are kept: enough that no two tokens share them.
const LEN: usize = 16;

/// A digest that stands for a token in records and messages between processes.
///
/// Tokens are long random texts, so nothing can be learned from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "refresh-helper", derive(serde::Serialize))]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Creates the fingerprint of a secret.
    pub(crate) fn new(secret: &str) -> Self {
        let digest = hmac_sha256::Hash::hash(secret.as_bytes());
        Self(vestibule_types::hex(&digest[..LEN]))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}
