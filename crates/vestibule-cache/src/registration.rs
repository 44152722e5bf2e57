use vestibule_json::{Object, Rest, Spacing, Unreadable, Value, write};
use vestibule_types::{ClientSecret, Timestamp};
use zeroize::Zeroizing;

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
    unknown: Rest,
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
            unknown: Rest::default(),
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
    /// [`Unreadable`].
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut object = Object::read(bytes)?;
        Ok(Self {
            client_id: object.required_text("clientId")?,
            client_secret: ClientSecret::new(object.required_text("clientSecret")?),
            expires_at: object.required_parsed("expiresAt", "a point in time")?,
            scopes: object.texts("scopes")?,
            grant_types: object.texts("grantTypes")?,
            unknown: object.rest(),
        })
    }

    /// The file, as the AWS CLI writes it.
    pub fn write(&self) -> Zeroizing<Vec<u8>> {
        let expires_at = self.expires_at.to_string();
        let mut members = vec![
            ("clientId", Value::Text(&self.client_id)),
            ("clientSecret", Value::Text(self.client_secret.expose())),
            ("expiresAt", Value::Text(&expires_at)),
            ("scopes", Value::texts_if_any(&self.scopes)),
            ("grantTypes", Value::texts_if_any(&self.grant_types)),
        ];
        members.extend(self.unknown.members());
        write(&members, Spacing::Spaced)
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
                "`scopes` is not a list of strings",
            ),
        ] {
            let error = Registration::read(text.as_bytes()).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
