use serde::Deserialize;
use vestibule_types::json;

/// What a file in the cache folders is, by the keys that give it away.
///
/// For walks through a folder, where files of many tools lie side by side. A file of some kind need
/// not be a good one: a token with an unreadable date is a token still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A [`Token`](crate::Token): it has an `accessToken`.
    Token,
    /// A [`Registration`](crate::Registration): a `clientSecret` without an `accessToken`.
    Registration,
    /// [`RoleCredentials`](crate::RoleCredentials): its `ProviderType` is `sso`.
    RoleCredentials,
}

impl Kind {
    /// The kind of a file; `None` for what is none of them, or no JSON.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct File {
            #[serde(rename = "ProviderType", default, deserialize_with = "json::lenient")]
            provider_type: Option<String>,
        }

        let (file, members) = json::from_slice_with_unknown::<File>(bytes).ok()?;
        if members.contains("accessToken") {
            Some(Self::Token)
        } else if members.contains("clientSecret") {
            Some(Self::Registration)
        } else {
            (file.provider_type? == "sso").then_some(Self::RoleCredentials)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_tells() {
        for (text, kind) in [
            (r#"{"accessToken": "t", "clientSecret": "s", "expiresAt": 1}"#, Some(Kind::Token)),
            (r#"{"clientId": "c", "clientSecret": "s"}"#, Some(Kind::Registration)),
            (r#"{"ProviderType": "sso", "Credentials": 1}"#, Some(Kind::RoleCredentials)),
            (r#"{"ProviderType": "assume-role", "Credentials": {}}"#, None),
            (r#"{"ProviderType": 1}"#, None),
            (r#"{"Version": 1}"#, None),
            ("{", None),
        ] {
            assert_eq!(Kind::of(text.as_bytes()), kind, "{text}");
        }
    }
}
