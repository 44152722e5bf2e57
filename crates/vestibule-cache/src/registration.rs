use vestibule_types::json::{self, UnknownMembers};
use vestibule_types::{ClientSecret, Timestamp};
use zeroize::Zeroizing;

use crate::JsonError;

/// A client registration file, which later sign-ins use again.
///
/// A registration expires after about 90 days. `Debug` hides the secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registration {
    /// The client id that the service assigned.
    pub client_id: String,
    /// The secret of the client.
    pub client_secret: ClientSecret,
    /// The time at which the registration expires.
    pub expires_at: Timestamp,
    /// The registered scopes, in order; empty if there are none.
    pub scopes: Vec<String>,
    /// The registered grant types; empty if there are none, as in the AWS CLI's device code flow.
    pub grant_types: Vec<String>,
    unknown: UnknownMembers,
}

impl Registration {
    /// Creates a registration without scopes and grant types.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: ClientSecret,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret,
            expires_at,
            scopes: Vec::new(),
            grant_types: Vec::new(),
            unknown: UnknownMembers::default(),
        }
    }

    /// Sets the registered scopes.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the registered grant types.
    #[must_use]
    pub fn with_grant_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.grant_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Reads a registration file.
    ///
    /// # Errors
    /// [`JsonError`].
    pub fn read(bytes: &[u8]) -> Result<Self, JsonError> {
        let mut file = json::Object::read(bytes)?;
        Ok(Self {
            client_id: file.require("clientId")?,
            client_secret: file.require("clientSecret")?,
            expires_at: file.require("expiresAt")?,
            scopes: file.get("scopes")?.unwrap_or_default(),
            grant_types: file.get("grantTypes")?.unwrap_or_default(),
            unknown: file.into_unknown(),
        })
    }

    /// Returns the contents of the file, as the AWS CLI writes it.
    pub fn write(&self) -> Zeroizing<Vec<u8>> {
        json::Output::default()
            .with("clientId", &*self.client_id)
            .with("clientSecret", self.client_secret.expose())
            .with("expiresAt", self.expires_at)
            .with("scopes", &*self.scopes)
            .with("grantTypes", &*self.grant_types)
            .with_unknown(&self.unknown)
            .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = concat!(
        r#"{"clientId": "client", "clientSecret": "secret-client", "#,
        r#""expiresAt": "2022-03-06T19:53:17Z", "scopes": ["sso:account:access"], "#,
        r#""grantTypes": ["authorization_code", "refresh_token"], "other": true}"#,
    );

    #[track_caller]
    fn rewrites(text: &str, expected: &str) {
        let written = Registration::read(text.as_bytes()).unwrap().write();
        assert_eq!(String::from_utf8_lossy(&written), expected);
    }

    #[test]
    fn file_of_the_aws_cli_is_written_unchanged() {
        rewrites(WHOLE, WHOLE);
        rewrites(
            r#"{"clientId":"c","clientSecret":"s","expiresAt":"2021-04-27T15:24:32UTC","scopes":null}"#,
            r#"{"clientId": "c", "clientSecret": "s", "expiresAt": "2021-04-27T15:24:32Z"}"#,
        );
    }

    #[test]
    fn registered_scopes_and_grant_types_are_written_if_there_are_any() {
        let expires_at = "2022-03-06T19:53:17Z".parse().unwrap();
        let plain = Registration::new("c", ClientSecret::new("s"), expires_at);
        let written = |registration: &Registration| {
            String::from_utf8_lossy(&registration.write()).into_owned()
        };
        let start = r#"{"clientId": "c", "clientSecret": "s", "expiresAt": "2022-03-06T19:53:17Z""#;
        assert_eq!(written(&plain), format!("{start}}}"));
        let scoped = plain.clone().with_scopes(["a"]);
        assert_eq!(written(&scoped), format!(r#"{start}, "scopes": ["a"]}}"#));
        let granted = plain.with_grant_types(["refresh_token"]);
        assert_eq!(written(&granted), format!(r#"{start}, "grantTypes": ["refresh_token"]}}"#));
    }

    #[test]
    fn invalid_file_is_an_error_that_names_the_key() {
        for (text, expected) in [
            (r#"{"accessToken": "t"}"#, "`clientId` is missing or empty"),
            (r#"{"clientId": "c"}"#, "`clientSecret` is missing or empty"),
            (
                r#"{"clientId": "c", "clientSecret": "s", "expiresAt": "2022-03-06T19:53:17Z", "scopes": "a"}"#,
                "`scopes` is not a sequence",
            ),
        ] {
            let error = Registration::read(text.as_bytes()).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
