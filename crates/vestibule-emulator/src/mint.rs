use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vestibule_types::Timestamp;
use vestibule_world::Entropy;

use crate::jwt;

/// How many secrets are remembered for those who look for leaks.
const REMEMBERED: usize = 16_384;

/// RFC 8628 §6.1: consonants only, so that no code is a word.
const USER_CODE: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Makes up codes, tokens, keys and ids, in the forms that AWS gives them.
pub(crate) struct Mint {
    entropy: Arc<dyn Entropy>,
    issued: VecDeque<String>,
    signing_key: Option<[u8; 32]>,
}

impl Mint {
    pub(crate) fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy, issued: VecDeque::new(), signing_key: None }
    }

    /// A secret of this many random bytes.
    pub(crate) fn secret(&mut self, prefix: &str, bytes: usize) -> String {
        let secret = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(self.bytes(bytes)));
        self.remember(secret)
    }

    /// The secret half of a key pair: 40 characters of base64.
    pub(crate) fn secret_access_key(&mut self) -> String {
        let key = STANDARD.encode(self.bytes(30));
        self.remember(key)
    }

    /// The public half of a temporary key pair.
    pub(crate) fn access_key_id(&mut self) -> String {
        format!("ASIA{}", self.letters(BASE32, 16))
    }

    /// What the emulator knows its own tokens and assertions by.
    pub(crate) fn signing_key(&mut self) -> [u8; 32] {
        *self.signing_key.get_or_insert_with(|| {
            let mut key = [0; 32];
            self.entropy.fill(&mut key);
            key
        })
    }

    /// An identity token, made out to an audience about a subject.
    pub(crate) fn identity_token(
        &mut self,
        (audience, subject): (&str, &str),
        now: Timestamp,
        lifetime: Duration,
    ) -> String {
        self.token(&json!({
            "iss": jwt::ISSUER,
            "aud": audience,
            "sub": subject,
            "iat": now.unix_seconds(),
            "exp": (now + lifetime).unix_seconds(),
        }))
    }

    /// A token that says this.
    pub(crate) fn token(&mut self, claims: &Value) -> String {
        let token = jwt::sign(&self.signing_key(), claims);
        self.remember(token)
    }

    /// An id that is no secret.
    pub(crate) fn id(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(16))
    }

    /// What a person types: `XXXX-XXXX`.
    pub(crate) fn user_code(&mut self) -> String {
        let letters = self.letters(USER_CODE, 8);
        format!("{}-{}", &letters[..4], &letters[4..])
    }

    /// A version 4 UUID.
    pub(crate) fn request_id(&mut self) -> String {
        let mut bytes = self.bytes(16);
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = hex(&bytes);
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    /// The secrets made so far, the oldest first.
    pub(crate) fn issued(&self) -> impl Iterator<Item = &str> {
        self.issued.iter().map(String::as_str)
    }

    /// Keeps a secret in mind that was made elsewhere.
    pub(crate) fn remember(&mut self, secret: String) -> String {
        if self.issued.len() == REMEMBERED {
            self.issued.pop_front();
        }
        self.issued.push_back(secret.clone());
        secret
    }

    fn letters(&self, alphabet: &[u8], count: usize) -> String {
        let bytes = self.bytes(count);
        bytes.iter().map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).collect()
    }

    fn bytes(&self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.entropy.fill(&mut bytes);
        bytes
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use vestibule_world::memory;

    use super::*;

    #[test]
    fn forms_are_those_of_aws() {
        let mut mint = Mint::new(Arc::new(memory::Entropy::default()));
        let code = mint.user_code();
        assert!(code.len() == 9 && code.as_bytes()[4] == b'-', "{code}");
        assert_eq!(mint.access_key_id().len(), 20);
        assert_eq!(mint.secret_access_key().len(), 40);
        let id = mint.request_id();
        assert!(id.len() == 36 && id.as_bytes()[14] == b'4', "{id}");
    }

    #[test]
    fn secrets_are_remembered_and_ids_are_not() {
        let mut mint = Mint::new(Arc::new(memory::Entropy::default()));
        mint.id();
        let secret = mint.secret("aoa", 32);
        assert!(secret.starts_with("aoa"));
        assert_eq!(mint.issued().collect::<Vec<_>>(), [secret]);
    }
}
