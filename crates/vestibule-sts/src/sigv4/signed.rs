use std::fmt;

use vestibule_types::Secret;

/// A signature, what it was made of, and what it adds to the request.
///
/// `Debug` shows none of it: a signature opens what was signed for as long as it is valid.
#[derive(Clone)]
pub struct Signed {
    pub(super) canonical_request: Secret,
    pub(super) string_to_sign: String,
    pub(super) signature: String,
    pub(super) additions: Vec<(&'static str, Secret)>,
}

impl Signed {
    /// The one spelling of the request that was hashed. Holds the session token.
    pub fn canonical_request(&self) -> &Secret {
        &self.canonical_request
    }

    /// Algorithm, time, scope and the hash of the canonical request.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// The signature, in hexadecimal.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// What to add to the request: headers to set, names in lower case; or pairs to append to
    /// the query, not encoded yet.
    pub fn additions(&self) -> impl Iterator<Item = (&'static str, &Secret)> {
        self.additions.iter().map(|(name, value)| (*name, value))
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signed(..)")
    }
}
