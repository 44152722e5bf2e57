//! JSON Web Tokens that the emulator issues and verifies (RFC 7519, RFC 7515).
//!
//! They are signed with a secret (`HS256`) and not with a key pair, since only the emulator has
//! to verify them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::HMAC;
use serde_json::{Value, json};

/// The issuer of the emulator's tokens and assertions.
pub(crate) const ISSUER: &str = "https://identity.example.com";

/// Error returned when a token is not one of the emulator's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum JwtError {
    /// It does not have three parts, or they are not JSON.
    Malformed,
    /// Another issuer, which is empty if the token has none.
    Foreign(String),
}

pub(crate) fn sign(key: &[u8], claims: &Value) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": "emulated" });
    let text = [header, claims.clone()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let text = text.join(".");
    let signature = URL_SAFE_NO_PAD.encode(HMAC::mac(&text, key));
    format!("{text}.{signature}")
}

/// Returns the claims of a token that the emulator issued, even if it has expired.
pub(crate) fn verify(key: &[u8], token: &str) -> Result<Value, JwtError> {
    let (text, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
    let (_, claims) = text.split_once('.').ok_or(JwtError::Malformed)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| JwtError::Malformed)?;
    let claims: Value = serde_json::from_slice(&claims).map_err(|_| JwtError::Malformed)?;
    let is_signed = URL_SAFE_NO_PAD.encode(HMAC::mac(text, key)) == signature;
    if is_signed && claims["iss"] == ISSUER {
        Ok(claims)
    } else {
        Err(JwtError::Foreign(claims["iss"].as_str().unwrap_or_default().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_tokens_are_verified() {
        let claims = json!({ "iss": ISSUER, "sub": "me" });
        let token = sign(b"key", &claims);
        assert_eq!(verify(b"key", &token), Ok(claims));
        let foreign = Err(JwtError::Foreign(ISSUER.to_owned()));
        assert_eq!(verify(b"other", &token), foreign);
        assert_eq!(verify(b"key", &format!("{token}x")), foreign);
        for text in ["", "a.b", "a.b.c", "a.e30", &token[..20]] {
            assert_eq!(verify(b"key", text), Err(JwtError::Malformed), "{text}");
        }
    }
}
