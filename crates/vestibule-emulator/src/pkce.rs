//! Proof Key for Code Exchange.
//!
//! <https://www.rfc-editor.org/rfc/rfc7636>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash;

/// Returns whether the challenge is the `S256` of the verifier.
pub(crate) fn matches(verifier: &str, challenge: &str) -> bool {
    is_verifier(verifier) && URL_SAFE_NO_PAD.encode(Hash::hash(verifier.as_bytes())) == challenge
}

/// Returns whether the text is a SHA-256 in base64url without padding (RFC 7636 §4.2).
pub(crate) fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == 32)
}

/// Returns whether the text has 43 to 128 unreserved characters (RFC 7636 §4.1).
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_match() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(matches(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        assert!(matches(&"a".repeat(64), "_-BU_nrgy23GXDr5th1SCfQ5hR20PQulmXM33xVGaOs"));
    }

    #[test]
    fn other_or_malformed_verifiers_do_not_match() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(!matches(&"a".repeat(64), challenge));
        assert!(!matches("short", &URL_SAFE_NO_PAD.encode(Hash::hash(b"short"))));
        assert!(!is_challenge("abc") && !is_challenge("E9Me=") && is_challenge(challenge));
    }
}
