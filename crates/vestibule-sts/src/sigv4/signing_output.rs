use std::fmt;

use vestibule_types::Secret;

/// A signature, its intermediate results, and its additions to the request.
///
/// `Debug` shows nothing: a signature authorizes its holder until it expires.
#[derive(Clone)]
pub struct SigningOutput {
    pub(super) canonical_request: Secret,
    pub(super) string_to_sign: String,
    pub(super) signature: String,
    pub(super) additions: Vec<(&'static str, Secret)>,
}

impl SigningOutput {
    /// Returns the canonical request. It contains the session token.
    pub fn canonical_request(&self) -> &Secret {
        &self.canonical_request
    }

    /// Returns the string to sign: algorithm, time, scope and hash of the canonical request.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// Returns the signature in hexadecimal.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Returns the additions to the request: headers with lowercase names, or query parameters that are
    /// not percent-encoded yet.
    pub fn additions(&self) -> impl Iterator<Item = (&'static str, &Secret)> {
        self.additions.iter().map(|(name, value)| (*name, value))
    }
}

impl fmt::Debug for SigningOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningOutput(..)")
    }
}
