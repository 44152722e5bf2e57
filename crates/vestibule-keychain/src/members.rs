//! The members of a token file, some of which belong into a keychain.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use vestibule_types::hex;
use zeroize::Zeroizing;

/// Members that live for months or until they are used, unlike the access token.
const LONG_LIVED: [&str; 2] = ["refreshToken", "clientSecret"];
/// The member of the keychain's part that tells which access token it belongs to.
const BOUND_TO: &str = "accessTokenHash";

/// The text of a file or a secret.
type Text = Zeroizing<Vec<u8>>;

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
    /// Parses a file; `None` if it is no JSON object.
    pub(crate) fn parse(text: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| *value)
    }

    /// Returns the members for the file and those for the keychain; `None` if nothing is long-lived.
    pub(crate) fn split(&self) -> Option<(Text, Text)> {
        let is_long_lived = |name: &str| LONG_LIVED.contains(&name);
        if !self.0.iter().any(|(name, _)| is_long_lived(name)) {
            return None;
        }
        let hash = format!("\"{}\"", self.access_token_hash()?);
        let file = self.0.iter().filter(|(name, _)| !is_long_lived(name));
        let secret = self.0.iter().filter(|(name, _)| is_long_lived(name));
        let secret = secret.map(|(name, value)| (name.as_ref(), value.get()));
        let secret = secret.chain([(BOUND_TO, hash.as_str())]);
        Some((write(file.map(|(name, value)| (name.as_ref(), value.get()))), write(secret)))
    }

    /// Returns a file with the members of the keychain that it lacks; `None` if they belong to another
    /// access token.
    pub(crate) fn join(&self, secret: &Members<'_>) -> Option<Text> {
        let hash = serde_json::from_str::<Cow<'_, str>>(secret.get(BOUND_TO)?.get()).ok()?;
        if *hash != self.access_token_hash()? {
            return None;
        }
        let missing = secret.0.iter().filter(|(name, _)| name != BOUND_TO);
        let missing = missing.filter(|(name, _)| self.get(name).is_none());
        let all = self.0.iter().map(|(name, value)| (name.as_ref(), value.get()));
        Some(write(all.chain(missing.map(|(name, value)| (name.as_ref(), value.get())))))
    }

    fn access_token_hash(&self) -> Option<String> {
        let token = self.get("accessToken")?.get();
        Some(hex(&hmac_sha256::Hash::hash(token.as_bytes())))
    }
}

/// Writes an object as Python's `json.dumps` does, like the AWS CLI.
fn write<'a>(members: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Text {
    let name = |name: &str| serde_json::Value::from(name).to_string();
    // Reserved at once, since a buffer that grows leaves copies behind.
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

    #[test]
    fn split_and_joined_token_has_all_members() {
        let (file, secret) = Members::parse(TOKEN.as_bytes()).unwrap().split().unwrap();
        let expected = r#"{"startUrl": "https://x", "accessToken": "a", "x": {"y": 1.0}}"#;
        assert_eq!(String::from_utf8_lossy(&file), expected);
        let (file, secret) = (Members::parse(&file).unwrap(), Members::parse(&secret).unwrap());
        let joined = file.join(&secret).unwrap();
        let expected = r#"{"startUrl": "https://x", "accessToken": "a", "x": {"y": 1.0}, "clientSecret": "s", "refreshToken": "r"}"#;
        assert_eq!(String::from_utf8_lossy(&joined), expected);
    }

    #[test]
    fn secret_of_another_access_token_is_not_joined() {
        let (_, secret) = Members::parse(TOKEN.as_bytes()).unwrap().split().unwrap();
        let secret = Members::parse(&secret).unwrap();
        let other = br#"{"accessToken": "b", "expiresAt": "x"}"#;
        assert!(Members::parse(other).unwrap().join(&secret).is_none());
    }

    #[test]
    fn text_that_is_no_token_is_not_split() {
        for text in ["", "[]", "{", r#"{"a": 1}"#, r#"{"refreshToken": "r"}"#] {
            let split = Members::parse(text.as_bytes()).and_then(|members| members.split());
            assert!(split.is_none(), "{text}");
        }
    }
}
