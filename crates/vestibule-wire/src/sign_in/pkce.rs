use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vestibule_types::CodeVerifier;

/// A proof key for code exchange.
///
/// <https://www.rfc-editor.org/rfc/rfc7636>
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pkce {
    /// The verifier, which is sent with the authorization code.
    pub verifier: CodeVerifier,
    /// The SHA-256 of the verifier, which is part of the authorize URL.
    pub challenge: String,
}

impl Pkce {
    /// Creates a verifier of 64 unreserved characters from 48 random bytes.
    pub fn new(random: &[u8; 48]) -> Self {
        Self::from_verifier(CodeVerifier::new(URL_SAFE_NO_PAD.encode(random)))
    }

    fn from_verifier(verifier: CodeVerifier) -> Self {
        let challenge =
            URL_SAFE_NO_PAD.encode(hmac_sha256::Hash::hash(verifier.expose().as_bytes()));
        Self { verifier, challenge }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_of_known_verifier_matches_rfc_7636() {
        let pair = Pkce::from_verifier(CodeVerifier::new("a".repeat(64)));
        assert_eq!(pair.challenge, "_-BU_nrgy23GXDr5th1SCfQ5hR20PQulmXM33xVGaOs");
        // RFC 7636, appendix B.
        let pair =
            Pkce::from_verifier(CodeVerifier::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert_eq!(pair.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn verifier_has_64_unreserved_characters() {
        let verifier = Pkce::new(&[0xff; 48]).verifier;
        assert_eq!(verifier.expose().len(), 64);
        assert!(
            verifier.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        );
    }
}
