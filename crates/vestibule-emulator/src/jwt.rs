//! JSON Web Tokens that the emulator makes and knows again (RFC 7519, RFC 7515).
//!
//! They are signed with a secret (`HS256`) rather than a key pair: those who hold them do not
//! look inside, and nobody else has to verify them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::HMAC;
use serde_json::{Value, json};

/// The emulator's own token service, as it calls itself.
pub(crate) const ISSUER: &str = "https://identity.example.com";

/// Why a token says nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Not three parts, or not of JSON.
    Malformed,
    /// Of somebody else, who is named if they gave a name.
    Foreign(String),
}

pub(crate) fn sign(key: &[u8], claims: &Value) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": "emulated" });
    let text = [header, claims.clone()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let text = text.join(".");
    let signature = URL_SAFE_NO_PAD.encode(HMAC::mac(&text, key));
    format!("{text}.{signature}")
}

/// The claims of a token, if it is our own. Whether it has expired is for others to say.
pub(crate) fn read(key: &[u8], token: &str) -> Result<Value, Unreadable> {
    let (text, signature) = token.rsplit_once('.').ok_or(Unreadable::Malformed)?;
    let (_, claims) = text.split_once('.').ok_or(Unreadable::Malformed)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| Unreadable::Malformed)?;
    let claims: Value = serde_json::from_slice(&claims).map_err(|_| Unreadable::Malformed)?;
    let ours = URL_SAFE_NO_PAD.encode(HMAC::mac(text, key)) == signature;
    if ours && claims["iss"] == ISSUER {
        Ok(claims)
    } else {
        Err(Unreadable::Foreign(claims["iss"].as_str().unwrap_or_default().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_tokens_are_known_and_others_named() {
        let claims = json!({ "iss": ISSUER, "sub": "me" });
        let token = sign(b"key", &claims);
        assert_eq!(read(b"key", &token), Ok(claims));
        let foreign = Err(Unreadable::Foreign(ISSUER.to_owned()));
        assert_eq!(read(b"other", &token), foreign);
        assert_eq!(read(b"key", &format!("{token}x")), foreign);
        for text in ["", "a.b", "a.b.c", "a.e30", &token[..20]] {
            assert_eq!(read(b"key", text), Err(Unreadable::Malformed), "{text}");
        }
    }
}
