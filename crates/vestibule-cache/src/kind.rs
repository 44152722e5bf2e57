use vestibule_types::json;

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
        let members = json::Object::read(bytes).ok()?.into_unknown();
        let member = |name| members.get(name).filter(|json| *json != "null");
        if let Some(token) = member("accessToken") {
            Some(if token.starts_with('{') { Self::ConsoleLogin } else { Self::Token })
        } else if member("clientSecret").is_some() {
            Some(Self::Registration)
        } else {
            (member("ProviderType")? == "\"sso\"").then_some(Self::RoleCredentials)
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
