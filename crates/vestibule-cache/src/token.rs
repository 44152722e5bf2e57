use vestibule_types::json::{self, UnknownMembers};
use vestibule_types::{
    AccessToken, ClientSecret, RefreshToken, Region, SsoSession, StartUrl, Timestamp,
};
use zeroize::Zeroizing;

use crate::{JsonError, Registration, SessionMismatch};

/// A token file: an access token, and the values to refresh it.
///
/// `Debug` hides the secrets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Token {
    /// The access token of the portal.
    pub access_token: AccessToken,
    /// The time at which the access token expires.
    pub expires_at: Timestamp,
    /// The start URL, as configured. Tools other than the AWS CLI may leave it out.
    pub start_url: Option<StartUrl>,
    /// The region of the Identity Center instance.
    pub region: Option<Region>,
    /// The client that the tokens were issued to.
    pub client_id: Option<String>,
    /// The secret of that client.
    pub client_secret: Option<ClientSecret>,
    /// The time at which the client registration expires; after it no refresh is possible.
    pub registration_expires_at: Option<Timestamp>,
    /// The refresh token. Legacy sessions without a name have none, and last eight hours.
    pub refresh_token: Option<RefreshToken>,
    unknown: UnknownMembers,
}

impl Token {
    /// Creates a token that cannot be refreshed.
    pub fn new(access_token: AccessToken, expires_at: Timestamp) -> Self {
        Self {
            access_token,
            expires_at,
            start_url: None,
            region: None,
            client_id: None,
            client_secret: None,
            registration_expires_at: None,
            refresh_token: None,
            unknown: UnknownMembers::default(),
        }
    }

    /// Sets the start URL and region of the session.
    #[must_use]
    pub fn with_session(mut self, session: &SsoSession) -> Self {
        self.start_url = Some(session.start_url.clone());
        self.region = Some(session.region.clone());
        self
    }

    /// Sets the client that it was issued to.
    #[must_use]
    pub fn with_client(mut self, client: &Registration) -> Self {
        self.client_id = Some(client.client_id.clone());
        self.client_secret = Some(client.client_secret.clone());
        self.registration_expires_at = Some(client.expires_at);
        self
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn with_refresh_token(mut self, token: impl Into<Option<RefreshToken>>) -> Self {
        self.refresh_token = token.into();
        self
    }

    /// Reads the token file of any tool.
    ///
    /// # Errors
    /// [`JsonError`]. In a registration file, `accessToken` is [`JsonError::Missing`].
    pub fn read(bytes: &[u8]) -> Result<Self, JsonError> {
        let mut file = json::Object::read(bytes)?;
        Ok(Self {
            access_token: file.require("accessToken")?,
            expires_at: file.require("expiresAt")?,
            start_url: file.get("startUrl")?,
            region: file.get("region")?,
            client_id: file.get("clientId")?,
            client_secret: file.get("clientSecret")?,
            registration_expires_at: file.get("registrationExpiresAt")?,
            refresh_token: file.get("refreshToken")?,
            unknown: file.into_unknown(),
        })
    }

    /// Returns the contents of the file: the members that the AWS CLI writes, then those that other
    /// tools had added.
    pub fn write(&self) -> Zeroizing<Vec<u8>> {
        json::Output::default()
            .with("startUrl", self.start_url.as_ref().map(StartUrl::as_str))
            .with("region", self.region.as_ref().map(Region::as_str))
            .with("accessToken", self.access_token.expose())
            .with("expiresAt", self.expires_at)
            .with("clientId", self.client_id.as_deref())
            .with("clientSecret", self.client_secret.as_ref().map(ClientSecret::expose))
            .with("registrationExpiresAt", self.registration_expires_at)
            .with("refreshToken", self.refresh_token.as_ref().map(RefreshToken::expose))
            .with_unknown(&self.unknown)
            .to_vec()
    }

    /// Returns the token after a refresh. The refresh token remains if the response has none.
    #[must_use]
    pub fn refreshed(
        self,
        access_token: AccessToken,
        expires_at: Timestamp,
        refresh_token: Option<RefreshToken>,
    ) -> Self {
        let refresh_token = refresh_token.or(self.refresh_token);
        Self { access_token, expires_at, refresh_token, ..self }
    }

    /// Checks that the token was issued for this session: for the same start URL, except for a `/`, `#`
    /// or `#/` at the end, and the same region. A value that is missing in the file matches any.
    ///
    /// # Errors
    /// [`SessionMismatch`], which names both values.
    pub fn check_session(&self, session: &SsoSession) -> Result<(), SessionMismatch> {
        match (&self.start_url, &self.region) {
            (Some(url), _) if !url.is_same_portal(&session.start_url) => {
                let (cached, configured) = (url.to_string(), session.start_url.to_string());
                Err(SessionMismatch::StartUrl { cached, configured })
            }
            (_, Some(region)) if *region != session.region => {
                let (cached, configured) = (region.to_string(), session.region.to_string());
                Err(SessionMismatch::Region { cached, configured })
            }
            _ => Ok(()),
        }
    }

    /// Returns whether the access token is expired.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = concat!(
        r#"{"startUrl": "https://d-abc123.awsapps.com/start", "region": "us-east-1", "#,
        r#""accessToken": "secret-access-token", "expiresAt": "2021-12-25T21:30:00Z", "#,
        r#""clientId": "client", "clientSecret": "secret-client", "#,
        r#""registrationExpiresAt": "2022-03-06T19:53:17Z", "refreshToken": "secret-refresh"}"#,
    );

    fn token(text: &str) -> Token {
        Token::read(text.as_bytes()).unwrap()
    }

    #[track_caller]
    fn rewrites(text: &str, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&token(text).write()), expected);
    }

    #[track_caller]
    fn refuses(text: &str, expected: &str) {
        let error = Token::read(text.as_bytes()).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn file_of_the_aws_cli_is_written_unchanged() {
        rewrites(WHOLE, WHOLE);
    }

    #[test]
    fn layouts_of_other_tools_are_read() {
        let minimal = r#"{"accessToken": "t", "expiresAt": "2021-12-25T21:30:00Z"}"#;
        rewrites(minimal, minimal);
        rewrites(r#"{"accessToken":"t","expiresAt":"2021-12-25T21:30:00UTC"}"#, minimal);
        rewrites(
            "{\n  \"expiresAt\": \"2021-12-25T21:30:00.000Z\",\n  \"accessToken\": \"t\"\n}\n",
            minimal,
        );
        rewrites(r#"{"AccessToken":"t","ExpiresAt":"2021-12-25T22:30:00+01:00"}"#, minimal);
        rewrites(
            r#"{"accessToken":"t","expiresAt":"2021-12-25 21:30:00","refreshToken":null,"region":""}"#,
            minimal,
        );
    }

    #[test]
    fn unknown_members_are_kept() {
        rewrites(
            r#"{"idToken": {"a": [1.50, "é"]}, "accessToken": "t", "n": 1e400, "expiresAt": "2021-12-25T21:30:00Z"}"#,
            r#"{"accessToken": "t", "expiresAt": "2021-12-25T21:30:00Z", "idToken": {"a": [1.50, "é"]}, "n": 1e400}"#,
        );
    }

    #[test]
    fn invalid_file_is_an_error_that_names_the_key() {
        refuses("{}", "`accessToken` is missing or empty");
        refuses(r#"{"accessToken": ""}"#, "`accessToken` is missing or empty");
        refuses(r#"{"accessToken": "t"}"#, "`expiresAt` is missing or empty");
        refuses(r#"{"accessToken": {"accessKeyId": "A"}}"#, "`accessToken` is not a string");
        for (key, value, expected) in [
            ("expiresAt", "\"soon\"", "a point in time"),
            ("expiresAt", "1640467800", "a point in time"),
            ("region", "\"us east\"", "a region"),
            ("startUrl", "\"a\\nb\"", "a start URL"),
            ("refreshToken", "[]", "a string"),
            ("registrationExpiresAt", "\"2022\"", "a point in time"),
        ] {
            let text =
                WHOLE.replacen(&format!("\"{key}\": "), &format!("\"{key}\": {value}, \"_\": "), 1);
            refuses(&text, &format!("`{key}` is not {expected}"));
        }
    }

    #[test]
    fn refresh_without_new_refresh_token_keeps_the_old_one() {
        let at = "2021-12-25T22:30:00Z".parse().unwrap();
        let refreshed = |refresh| {
            let token = token(WHOLE).refreshed(AccessToken::new("next"), at, refresh);
            assert_eq!(token.expires_at, at);
            (
                token.access_token.expose().to_owned(),
                token.refresh_token.unwrap().expose().to_owned(),
            )
        };
        assert_eq!(refreshed(None), ("next".into(), "secret-refresh".into()));
        assert_eq!(refreshed(Some(RefreshToken::new("other"))), ("next".into(), "other".into()));
    }

    #[test]
    fn token_of_another_session_is_an_error_with_both_values() {
        let session = |url, region| {
            SsoSession::legacy(StartUrl::new(url).unwrap(), Region::new(region).unwrap())
        };
        let check =
            |session| token(WHOLE).check_session(&session).map_err(|error| error.to_string());
        let here = "https://d-abc123.awsapps.com/start#/";
        assert_eq!(check(session(here, "us-east-1")), Ok(()));
        assert_eq!(
            check(session("https://other.awsapps.com/start", "us-east-1")).unwrap_err(),
            "the cached token was issued for https://d-abc123.awsapps.com/start, \
             but sso_start_url is https://other.awsapps.com/start"
        );
        assert_eq!(
            check(session(here, "eu-west-1")).unwrap_err(),
            "the cached token was issued for us-east-1, but sso_region is now eu-west-1"
        );
    }

    #[test]
    fn token_without_start_url_and_region_belongs_to_any_session() {
        let session = SsoSession::legacy(
            StartUrl::new("https://other.awsapps.com/start").unwrap(),
            Region::new("eu-west-1").unwrap(),
        );
        let text = r#"{"accessToken": "t", "expiresAt": "2021-12-25T21:30:00Z"}"#;
        assert_eq!(token(text).check_session(&session), Ok(()));
        assert!(token(text).with_session(&session).check_session(&session).is_ok());
        assert!(token(WHOLE).check_session(&session).is_err());
    }

    #[test]
    fn token_expires_at_the_second_that_the_file_names() {
        let is_expired = |now: &str| token(WHOLE).is_expired(now.parse().unwrap());
        assert!(!is_expired("2021-12-25T21:29:59Z"));
        assert!(is_expired("2021-12-25T21:30:00Z"));
    }

    #[test]
    fn debug_hides_secrets() {
        let text = WHOLE.replacen('{', r#"{"idToken": "secret-id", "#, 1);
        let shown = format!("{:?}", token(&text));
        assert!(!shown.contains("secret-"), "{shown}");
        assert!(shown.contains("idToken"), "{shown}");
    }
}
