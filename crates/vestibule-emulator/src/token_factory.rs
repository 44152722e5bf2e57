use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vestibule_types::{Timestamp, uuid_v4};
use vestibule_world::Entropy;

use crate::jwt;

/// The number of secrets that are recorded. Tests search logs and files for them.
const MAX_RECORDED: usize = 16_384;

/// RFC 8628 §6.1: consonants only, so that no code spells a word.
const USER_CODE: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A generator of codes, tokens, keys and ids in the formats of AWS.
pub(crate) struct TokenFactory {
    entropy: Arc<dyn Entropy>,
    issued: VecDeque<String>,
    signing_key: Option<[u8; 32]>,
}

impl TokenFactory {
    pub(crate) fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy, issued: VecDeque::new(), signing_key: None }
    }

    /// Returns a secret of this many random bytes, in base64url after the prefix.
    pub(crate) fn secret(&mut self, prefix: &str, bytes: usize) -> String {
        let secret = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(self.bytes(bytes)));
        self.record(secret)
    }

    /// Returns a secret access key: 40 characters of base64.
    pub(crate) fn secret_access_key(&mut self) -> String {
        let key = STANDARD.encode(self.bytes(30));
        self.record(key)
    }

    /// Returns the access key id of temporary credentials.
    pub(crate) fn access_key_id(&mut self) -> String {
        format!("ASIA{}", self.letters(BASE32, 16))
    }

    /// Returns the key that signs the emulator's identity tokens and assertions.
    pub(crate) fn signing_key(&mut self) -> [u8; 32] {
        *self.signing_key.get_or_insert_with(|| {
            let mut key = [0; 32];
            self.entropy.fill(&mut key);
            key
        })
    }

    /// Returns an identity token for an audience and a subject.
    pub(crate) fn identity_token(
        &mut self,
        (audience, subject): (&str, &str),
        now: Timestamp,
        lifetime: Duration,
    ) -> String {
        self.signed_token(&json!({
            "iss": jwt::ISSUER,
            "aud": audience,
            "sub": subject,
            "iat": now.unix_seconds(),
            "exp": (now + lifetime).unix_seconds(),
        }))
    }

    /// Returns a signed token with these claims.
    pub(crate) fn signed_token(&mut self, claims: &Value) -> String {
        let token = jwt::sign(&self.signing_key(), claims);
        self.record(token)
    }

    /// Returns an id that is not a secret.
    pub(crate) fn id(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(16))
    }

    /// Returns a user code: `XXXX-XXXX`.
    pub(crate) fn user_code(&mut self) -> String {
        let letters = self.letters(USER_CODE, 8);
        format!("{}-{}", &letters[..4], &letters[4..])
    }

    /// Returns a request id: a version 4 UUID.
    pub(crate) fn request_id(&mut self) -> String {
        let mut random = [0; 16];
        self.entropy.fill(&mut random);
        uuid_v4(&random)
    }

    /// Returns the secrets generated so far, the oldest first.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.issued.iter().map(String::as_str)
    }

    /// Records a secret, which may be from elsewhere, and returns it.
    pub(crate) fn record(&mut self, secret: String) -> String {
        if self.issued.len() == MAX_RECORDED {
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

#[cfg(test)]
mod tests {
    use vestibule_world::memory;

    use super::*;

    #[test]
    fn generated_values_have_the_formats_of_aws() {
        let mut tokens = TokenFactory::new(Arc::new(memory::Entropy::default()));
        let code = tokens.user_code();
        assert!(code.len() == 9 && code.as_bytes()[4] == b'-', "{code}");
        assert_eq!(tokens.access_key_id().len(), 20);
        assert_eq!(tokens.secret_access_key().len(), 40);
        let id = tokens.request_id();
        assert!(id.len() == 36 && id.as_bytes()[14] == b'4', "{id}");
    }

    #[test]
    fn secrets_are_recorded_and_ids_are_not() {
        let mut tokens = TokenFactory::new(Arc::new(memory::Entropy::default()));
        tokens.id();
        let secret = tokens.secret("aoa", 32);
        assert!(secret.starts_with("aoa"));
        assert_eq!(tokens.secrets().collect::<Vec<_>>(), [secret]);
    }
}
