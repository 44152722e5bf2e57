use serde::{Deserialize, Serialize};
use vestibule_types::json::{self, UnknownMembers};
use vestibule_types::{ClientSecret, Timestamp};
use zeroize::Zeroizing;

use crate::JsonError;

/// The file of a client that registered itself, to be used for the next sign-ins too.
///
/// A registration lasts about 90 days. `Debug` hides the secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registration {
    /// The client's name for itself.
    pub client_id: String,
    /// What goes with it.
    pub client_secret: ClientSecret,
    /// When the service forgets the client.
    pub expires_at: Timestamp,
    /// The scopes it was registered with, in order; empty if with none.
    pub scopes: Vec<String>,
    /// The grants it may use; empty if it named none, as the AWS CLI does for device codes.
    pub grant_types: Vec<String>,
    unknown: UnknownMembers,
}

impl Registration {
    /// A client that named neither scopes nor grants.
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

    /// With the scopes it was registered with.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// With the grants it was registered for.
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
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct File {
            client_id: String,
            client_secret: ClientSecret,
            expires_at: Timestamp,
            #[serde(default)]
            scopes: Vec<String>,
            #[serde(default)]
            grant_types: Vec<String>,
        }

        let (file, unknown) = json::from_slice_with_unknown::<File>(bytes)?;
        let File { client_id, client_secret, expires_at, scopes, grant_types } = file;
        Ok(Self { client_id, client_secret, expires_at, scopes, grant_types, unknown })
    }

    /// The file, as the AWS CLI writes it.
    pub fn write(&self) -> Zeroizing<Vec<u8>> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct File<'a> {
            client_id: &'a str,
            client_secret: &'a str,
            expires_at: Timestamp,
            #[serde(skip_serializing_if = "<[String]>::is_empty")]
            scopes: &'a [String],
            #[serde(skip_serializing_if = "<[String]>::is_empty")]
            grant_types: &'a [String],
            #[serde(flatten)]
            unknown: &'a UnknownMembers,
        }

        json::to_vec(&File {
            client_id: &self.client_id,
            client_secret: self.client_secret.expose(),
            expires_at: self.expires_at,
            scopes: &self.scopes,
            grant_types: &self.grant_types,
            unknown: &self.unknown,
        })
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
    fn what_the_aws_cli_writes_is_what_we_write() {
        rewrites(WHOLE, WHOLE);
        rewrites(
            r#"{"clientId":"c","clientSecret":"s","expiresAt":"2021-04-27T15:24:32UTC","scopes":null}"#,
            r#"{"clientId": "c", "clientSecret": "s", "expiresAt": "2021-04-27T15:24:32Z"}"#,
        );
    }

    #[test]
    fn what_is_no_registration_is_refused_by_key() {
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
