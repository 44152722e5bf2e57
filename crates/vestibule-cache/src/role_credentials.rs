use std::time::Duration;

use vestibule_types::json::{Object, Output};
use vestibule_types::{AccountId, Credentials, SecretAccessKey, SessionToken, Timestamp};
use zeroize::Zeroizing;

use crate::JsonError;

/// Cached role credentials that expire within this time are not used.
const REUSE_WINDOW: Duration = Duration::from_secs(15 * 60);

/// The AWS CLI's file with the credentials of a role of the portal, or of an assumed role.
#[derive(Clone, Debug)]
pub struct RoleCredentials {
    credentials: Credentials,
    expires: Timestamp,
}

impl RoleCredentials {
    /// Creates a file; `None` for credentials without a session token or an expiration.
    pub fn new(credentials: Credentials) -> Option<Self> {
        credentials.session_token()?;
        let expires = credentials.expires_at()?;
        Some(Self { credentials, expires })
    }

    /// Reads the file of a role of the portal.
    ///
    /// # Errors
    /// [`JsonError`], also for the files of other providers, which the AWS CLI stores in the same folder.
    pub fn read(bytes: &[u8]) -> Result<Self, JsonError> {
        let (provider_type, credentials) = read(bytes)?;
        if provider_type.as_deref() == Some("sso") {
            Ok(credentials)
        } else {
            Err(JsonError::invalid("ProviderType", "`sso`"))
        }
    }

    /// Reads the file of an assumed role, which names no provider.
    ///
    /// # Errors
    /// As [`RoleCredentials::read`].
    pub fn read_assumed(bytes: &[u8]) -> Result<Self, JsonError> {
        let (provider_type, credentials) = read(bytes)?;
        if provider_type.is_none() {
            Ok(credentials)
        } else {
            Err(JsonError::invalid("ProviderType", "absent"))
        }
    }

    /// Returns the file of a role of the portal, as the AWS CLI writes it.
    pub fn write(&self) -> Zeroizing<Vec<u8>> {
        self.write_as(Some("sso"))
    }

    /// Returns the file of an assumed role, as the AWS CLI writes it.
    pub fn write_assumed(&self) -> Zeroizing<Vec<u8>> {
        self.write_as(None)
    }

    fn write_as(&self, provider_type: Option<&str>) -> Zeroizing<Vec<u8>> {
        let credentials = Output::default()
            .with("AccessKeyId", self.credentials.access_key_id())
            .with("SecretAccessKey", self.credentials.secret_access_key().expose())
            .with("SessionToken", self.credentials.session_token().map(SessionToken::expose))
            .with("Expiration", self.expires)
            .with("AccountId", self.credentials.account_id().map(AccountId::as_str));
        Output::default()
            .with("ProviderType", provider_type)
            .with("Credentials", credentials)
            .to_vec()
    }

    /// Returns whether the credentials are valid for more than 15 minutes, as in the AWS CLI. If not, the
    /// caller requests new ones, and uses these only if the request fails.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        REUSE_WINDOW < self.expires.saturating_since(now)
    }

    /// Returns the credentials.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Consumes the file and returns the credentials.
    pub fn into_credentials(self) -> Credentials {
        self.credentials
    }
}

/// Returns the name of the provider, and the credentials.
fn read(bytes: &[u8]) -> Result<(Option<String>, RoleCredentials), JsonError> {
    let mut file = Object::read(bytes)?;
    let provider_type = file.get("ProviderType")?;
    let mut keys = file.require_object("Credentials")?;
    let access_key_id: String = keys.require("AccessKeyId")?;
    let secret_access_key: SecretAccessKey = keys.require("SecretAccessKey")?;
    let session_token: SessionToken = keys.require("SessionToken")?;
    let expires: Timestamp = keys.require("Expiration")?;
    let account_id: Option<AccountId> = keys.get("AccountId")?;
    let credentials = Credentials::new(access_key_id, secret_access_key)
        .with_session_token(session_token)
        .with_expires_at(expires)
        .with_account_id(account_id);
    Ok((provider_type, RoleCredentials { credentials, expires }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = concat!(
        r#"{"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIAEXAMPLE", "#,
        r#""SecretAccessKey": "secret-key", "SessionToken": "secret-token", "#,
        r#""Expiration": "2026-01-02T03:04:05Z", "AccountId": "111122223333"}}"#,
    );

    #[test]
    fn file_of_the_aws_cli_is_written_unchanged() {
        let read = RoleCredentials::read(WHOLE.as_bytes()).unwrap();
        assert_eq!(String::from_utf8_lossy(&read.write()), WHOLE);
        assert!(!format!("{read:?}").contains("secret-"));
        let older =
            WHOLE.replace(r#", "AccountId": "111122223333""#, "").replace("05Z", "05+00:00");
        let read = RoleCredentials::read(older.as_bytes()).unwrap();
        assert_eq!(read.credentials().account_id(), None);
        assert_eq!(read.credentials().expires_at().unwrap().to_string(), "2026-01-02T03:04:05Z");
    }

    #[test]
    fn invalid_file_is_an_error_that_names_the_key() {
        for (from, to, expected) in [
            (r#""sso""#, r#""assume-role""#, "`ProviderType` is not `sso`"),
            (r#""ProviderType": "sso", "#, "", "`ProviderType` is not `sso`"),
            ("Credentials", "Others", "`Credentials` is missing or empty"),
            ("secret-key", "", "`SecretAccessKey` is missing or empty"),
            ("SessionToken", "Other", "`SessionToken` is missing or empty"),
            ("2026-", "", "`Expiration` is not a point in time"),
            ("111122223333", "a b", "`AccountId` is not an account id"),
        ] {
            let text = WHOLE.replacen(from, to, 1);
            let error = RoleCredentials::read(text.as_bytes()).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn file_of_an_assumed_role_has_no_provider() {
        let text = WHOLE.replace(r#""ProviderType": "sso", "#, "");
        let read = RoleCredentials::read_assumed(text.as_bytes()).unwrap();
        assert_eq!(String::from_utf8_lossy(&read.write_assumed()), text);
        assert!(RoleCredentials::read_assumed(WHOLE.as_bytes()).is_err());
        // The AWS CLI writes more members.
        let of_cli = text.replace(r#"{"Credentials""#, r#"{"AssumedRoleUser": {}, "Credentials""#);
        assert!(RoleCredentials::read_assumed(of_cli.as_bytes()).is_ok());
    }

    #[test]
    fn credentials_that_expire_within_fifteen_minutes_are_not_fresh() {
        let read = RoleCredentials::read(WHOLE.as_bytes()).unwrap();
        assert!(read.is_fresh("2026-01-02T02:49:04Z".parse().unwrap()));
        assert!(!read.is_fresh("2026-01-02T02:49:05Z".parse().unwrap()));
        assert!(!read.is_fresh("2027-01-01T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn long_lived_keys_are_not_role_credentials() {
        let keys = Credentials::new("AKIAEXAMPLE", SecretAccessKey::new("s"));
        assert!(RoleCredentials::new(keys.clone()).is_none());
        let keys =
            keys.with_session_token(SessionToken::new("t")).with_expires_at(Timestamp::EPOCH);
        assert!(RoleCredentials::new(keys).is_some());
    }
}
