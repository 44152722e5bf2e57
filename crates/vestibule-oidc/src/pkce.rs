use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vestibule_types::CodeVerifier;

/// A proof key for code exchange: what is shown with the question and what is kept for the answer.
///
/// <https://www.rfc-editor.org/rfc/rfc7636>
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pkce {
    /// Kept, and sent with the code.
    pub verifier: CodeVerifier,
    /// Sent with the authorize page's address: the SHA-256 of the verifier.
    pub challenge: String,
}

impl Pkce {
    /// The pair made of 48 random bytes: 64 unreserved characters.
    pub fn new(random: &[u8; 48]) -> Self {
        Self::of(CodeVerifier::new(URL_SAFE_NO_PAD.encode(random)))
    }

    fn of(verifier: CodeVerifier) -> Self {
        let challenge =
            URL_SAFE_NO_PAD.encode(hmac_sha256::Hash::hash(verifier.expose().as_bytes()));
        Self { verifier, challenge }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_of_known_verifiers() {
        let pair = Pkce::of(CodeVerifier::new("a".repeat(64)));
        assert_eq!(pair.challenge, "_-BU_nrgy23GXDr5th1SCfQ5hR20PQulmXM33xVGaOs");
        // RFC 7636, appendix B.
        let pair = Pkce::of(CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert_eq!(pair.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_is_64_unreserved_characters() {
        let verifier = Pkce::new(&[0xff; 48]).verifier;
        assert_eq!(verifier.expose().len(), 64);
        assert!(
            verifier.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        );
    }
}
