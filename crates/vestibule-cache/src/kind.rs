use serde::Deserialize;
use vestibule_types::json::{self, RawObject};

/// The kind of a file in a cache folder, which contains files of many tools.
///
/// A file of a kind need not be valid: a token file with an invalid date is still a token file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A [`Token`](crate::Token): it has an `accessToken`.
    Token,
    /// A [`Registration`](crate::Registration): a `clientSecret` without an `accessToken`.
    Registration,
    /// [`RoleCredentials`](crate::RoleCredentials): its `ProviderType` is `sso`.
    RoleCredentials,
    /// A console login (`aws login`): its `accessToken` is an object.
    ConsoleLogin,
}

impl Kind {
    /// Returns the kind of a file; `None` for another file, or one that is not JSON.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct File {
            #[serde(rename = "ProviderType", default, deserialize_with = "json::lenient")]
            provider_type: Option<String>,
        }

        #[derive(Deserialize)]
        struct ConsoleLogin<'a> {
            #[serde(rename = "accessToken", borrow)]
            keys: RawObject<'a>,
        }

        #[derive(Deserialize)]
        struct Keys {}

        let (file, members) = json::from_slice_with_unknown::<File>(bytes).ok()?;
        if members.contains("accessToken") {
            let is_console = json::from_slice::<ConsoleLogin<'_>>(bytes)
                .is_ok_and(|login| login.keys.read_with_unknown::<Keys>("accessToken").is_ok());
            Some(if is_console { Self::ConsoleLogin } else { Self::Token })
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
    fn kind_is_detected_by_keys() {
        for (text, kind) in [
            (r#"{"accessToken": "t", "clientSecret": "s", "expiresAt": 1}"#, Some(Kind::Token)),
            (r#"{"accessToken": {"accessKeyId": 1}, "dpopKey": "k"}"#, Some(Kind::ConsoleLogin)),
            (r#"{"accessToken": ["t"]}"#, Some(Kind::Token)),
            (r#"{"clientId": "c", "clientSecret": "s"}"#, Some(Kind::Registration)),
            (r#"{"ProviderType": "sso", "Credentials": 1}"#, Some(Kind::RoleCredentials)),
            (r#"{"ProviderType": "assume-role", "Credentials": {}}"#, None),
            (r#"{"ProviderType": 1}"#, None),
            (r#"{"Version": 1}"#, None),
            ("{", None),
        ] {
            assert_eq!(Kind::detect(text.as_bytes()), kind, "{text}");
        }
    }
}
