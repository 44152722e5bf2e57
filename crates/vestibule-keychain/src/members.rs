//! The members of a token file, some of which belong in a keychain.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use vestibule_types::hex;
use zeroize::Zeroizing;

/// Members that live for months or until they are used, unlike the access token.
const LONG_LIVED: [&str; 3] = ["refreshToken", "clientSecret", "dpopKey"];
/// The member of a secret with the digest of the access token that it replaces in the file.
const REPLACES: &str = "vestibuleReplaces";

/// The text of a file or a secret.
pub(crate) type Text = Zeroizing<Vec<u8>>;

/// The members of a JSON object in order, borrowed from its text.
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    members.push((Cow::Owned(name), value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

impl<'a> Members<'a> {
    /// Parses a file; `None` if it is not a JSON object.
    pub(crate) fn parse(text: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| *value)
    }

    /// Returns whether the text is a token; otherwise it may be a client registration.
    pub(crate) fn is_token(&self) -> bool {
        self.get("accessToken").is_some()
    }

    /// Returns whether the text is that of a console login, whose access token is an object.
    pub(crate) fn is_console_login(&self) -> bool {
        self.get("accessToken").is_some_and(|token| token.get().starts_with('{'))
    }

    pub(crate) fn has_long_lived(&self) -> bool {
        self.0.iter().any(|(name, _)| is_long_lived(name))
    }

    /// Returns the file of a token whose secret is in a keychain.
    pub(crate) fn without_long_lived(&self) -> Text {
        write(self.raw().filter(|(name, _)| !is_long_lived(name)))
    }

    /// Returns the secret for a keychain: all members, and `replaces`, the digest of the access token
    /// that the file has until it is written.
    pub(crate) fn to_secret(&self, replaces: Option<&str>) -> Text {
        let replaces = replaces.map(|digest| format!("\"{digest}\""));
        let replaces = replaces.iter().map(|digest| (REPLACES, digest.as_str()));
        write(self.raw().filter(|(name, _)| *name != REPLACES).chain(replaces))
    }

    /// Returns all members of a secret but the digest.
    pub(crate) fn without_digest(&self) -> Text {
        write(self.raw().filter(|(name, _)| *name != REPLACES))
    }

    /// Returns the token that this file and a secret make up together.
    ///
    /// Members of the file take precedence if both have the same access token. If the file has the
    /// access token that the secret replaces, a program stored the secret and exited before it wrote
    /// the file: the secret is the token. Otherwise another tool has written the file since, and this
    /// returns `None`.
    pub(crate) fn join(&self, secret: &Members<'_>) -> Option<Text> {
        let digest = self.access_token_digest()?;
        if secret.access_token_digest().as_ref() == Some(&digest) {
            let missing = secret.raw().filter(|(name, _)| *name != REPLACES);
            let missing = missing.filter(|(name, _)| self.get(name).is_none());
            return Some(write(self.raw().chain(missing)));
        }
        let replaces = serde_json::from_str::<Cow<'_, str>>(secret.get(REPLACES)?.get()).ok()?;
        (*replaces == digest).then(|| secret.without_digest())
    }

    /// Returns a digest of the access token.
    pub(crate) fn access_token_digest(&self) -> Option<String> {
        let token = self.get("accessToken")?.get();
        Some(hex(&hmac_sha256::Hash::hash(token.as_bytes())))
    }

    fn raw(&self) -> impl Iterator<Item = (&str, &'a str)> + Clone {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.get()))
    }
}

fn is_long_lived(name: &str) -> bool {
    LONG_LIVED.contains(&name)
}

/// Writes an object as Python's `json.dumps` does, like the AWS CLI.
fn write<'a>(members: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Text {
    let name = |name: &str| serde_json::Value::from(name).to_string();
    // Allocated once, since a buffer that grows leaves copies of secrets in memory.
    let size: usize = members.clone().map(|(key, value)| name(key).len() + value.len() + 4).sum();
    let mut text = Zeroizing::new(Vec::with_capacity(size + 2));
    text.push(b'{');
    for (number, (key, value)) in members.enumerate() {
        let separator: &[u8] = if number == 0 { b"" } else { b", " };
        text.extend_from_slice(separator);
        text.extend_from_slice(name(key).as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
    }
    text.push(b'}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = r#"{"startUrl": "https://x", "accessToken": "a", "clientSecret": "s", "x": {"y": 1.0}, "refreshToken": "r"}"#;

    fn members(text: &[u8]) -> Members<'_> {
        Members::parse(text).unwrap()
    }

    #[test]
    fn split_and_joined_token_has_all_members() {
        let token = members(TOKEN.as_bytes());
        let (file, secret) = (token.without_long_lived(), token.to_secret(Some("d")));
        let expected = r#"{"startUrl": "https://x", "accessToken": "a", "x": {"y": 1.0}}"#;
        assert_eq!(String::from_utf8_lossy(&file), expected);
        let joined = members(&file).join(&members(&secret)).unwrap();
        let expected = r#"{"startUrl": "https://x", "accessToken": "a", "x": {"y": 1.0}, "clientSecret": "s", "refreshToken": "r"}"#;
        assert_eq!(String::from_utf8_lossy(&joined), expected);
        assert_eq!(String::from_utf8_lossy(&members(&secret).without_digest()), TOKEN);
    }

    #[test]
    fn secret_of_another_access_token_is_not_joined() {
        let secret = members(TOKEN.as_bytes()).to_secret(None);
        let other = br#"{"accessToken": "b", "expiresAt": "x"}"#;
        assert!(members(other).join(&members(&secret)).is_none());
    }

    #[test]
    fn secret_that_replaces_the_file_is_the_token() {
        let old = members(br#"{"accessToken": "b"}"#);
        let digest = old.access_token_digest();
        let secret = members(TOKEN.as_bytes()).to_secret(digest.as_deref());
        assert_eq!(String::from_utf8_lossy(&old.join(&members(&secret)).unwrap()), TOKEN);
    }

    #[test]
    fn text_that_is_not_an_object_has_no_members() {
        for text in ["", "[]", "{", "null", "\"x\""] {
            assert!(Members::parse(text.as_bytes()).is_none(), "{text}");
        }
        assert!(members(br#"{"refreshToken": 1}"#).join(&members(b"{}")).is_none());
    }
}
