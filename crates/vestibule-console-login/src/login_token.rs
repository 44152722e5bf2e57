use std::fmt;

use serde::{Deserialize, Serialize};
use vestibule_types::json::{self, RawObject, UnknownMembers};
use vestibule_types::{
    AccountId, Credentials, RefreshToken, Region, Secret, SecretAccessKey, SessionToken, Timestamp,
};
use zeroize::Zeroizing;

use crate::{CreateOAuth2Token, DpopKey, Grant, Tokens};

/// The token file of a console login: credentials, and the refresh token and key to refresh them.
///
/// The AWS CLI 2.36 and the SDKs share this file. `Debug` hides the secrets.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html> (read 2026-11)
#[derive(Clone)]
pub struct LoginToken {
    access_key_id: String,
    secret_access_key: SecretAccessKey,
    session_token: SessionToken,
    account_id: AccountId,
    expires_at: Timestamp,
    token_type: Option<String>,
    client_id: String,
    refresh_token: RefreshToken,
    /// Absent in files that the SDK for Go has rewritten.
    id_token: Option<Secret>,
    dpop_key: DpopKey,
    /// The PEM text of the file, unchanged: other tools may read only one of the two formats.
    dpop_key_pem: Secret,
    sign_in_region: Option<Region>,
    unknown: UnknownMembers,
    unknown_of_keys: UnknownMembers,
}

impl LoginToken {
    /// Creates the token of a new sign-in. `None` without a refresh token.
    pub(crate) fn new(
        tokens: Tokens,
        now: Timestamp,
        client_id: &str,
        account_id: AccountId,
        dpop_key: DpopKey,
        sign_in_region: Option<Region>,
    ) -> Option<Self> {
        Some(Self {
            access_key_id: tokens.access_key_id,
            secret_access_key: tokens.secret_access_key,
            session_token: tokens.session_token,
            account_id,
            expires_at: now + tokens.expires_in,
            token_type: tokens.token_type,
            client_id: client_id.to_owned(),
            refresh_token: tokens.refresh_token?,
            id_token: tokens.id_token,
            dpop_key_pem: Secret::new(dpop_key.to_pem().as_str()),
            dpop_key,
            sign_in_region,
            unknown: UnknownMembers::default(),
            unknown_of_keys: UnknownMembers::default(),
        })
    }

    /// Parses a file, of this or another tool.
    ///
    /// # Errors
    /// [`json::Error`], which names keys and never contains a value.
    pub fn read(bytes: &[u8]) -> Result<Self, json::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct File<'a> {
            #[serde(borrow)]
            access_token: RawObject<'a>,
            dpop_key: Secret,
            token_type: Option<String>,
            client_id: String,
            refresh_token: RefreshToken,
            id_token: Option<Secret>,
            sign_in_region: Option<Region>,
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Keys {
            access_key_id: String,
            secret_access_key: SecretAccessKey,
            session_token: SessionToken,
            account_id: AccountId,
            expires_at: Timestamp,
        }

        let (file, unknown) = json::from_slice_with_unknown::<File<'_>>(bytes)?;
        let (keys, unknown_of_keys) = file.access_token.read_with_unknown::<Keys>("accessToken")?;
        let dpop_key = DpopKey::from_pem(file.dpop_key.expose())
            .map_err(|_| json::Error::invalid("dpopKey", "a P-256 key as PEM"))?;
        Ok(Self {
            access_key_id: keys.access_key_id,
            secret_access_key: keys.secret_access_key,
            session_token: keys.session_token,
            account_id: keys.account_id,
            expires_at: keys.expires_at,
            token_type: file.token_type,
            client_id: file.client_id,
            refresh_token: file.refresh_token,
            id_token: file.id_token,
            dpop_key,
            dpop_key_pem: file.dpop_key,
            sign_in_region: file.sign_in_region,
            unknown,
            unknown_of_keys,
        })
    }

    /// Returns the content of the file: the members that the AWS CLI writes, then the region, then
    /// unknown members.
    pub fn write(&self) -> Zeroizing<Vec<u8>> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct File<'a> {
            access_token: Keys<'a>,
            #[serde(skip_serializing_if = "Option::is_none")]
            token_type: Option<&'a str>,
            client_id: &'a str,
            refresh_token: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            id_token: Option<&'a str>,
            dpop_key: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            sign_in_region: Option<&'a Region>,
            #[serde(flatten)]
            unknown: &'a UnknownMembers,
        }

        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Keys<'a> {
            access_key_id: &'a str,
            secret_access_key: &'a str,
            session_token: &'a str,
            account_id: &'a AccountId,
            expires_at: Timestamp,
            #[serde(flatten)]
            unknown: &'a UnknownMembers,
        }

        json::to_vec(&File {
            access_token: Keys {
                access_key_id: &self.access_key_id,
                secret_access_key: self.secret_access_key.expose(),
                session_token: self.session_token.expose(),
                account_id: &self.account_id,
                expires_at: self.expires_at,
                unknown: &self.unknown_of_keys,
            },
            token_type: self.token_type.as_deref(),
            client_id: &self.client_id,
            refresh_token: self.refresh_token.expose(),
            id_token: self.id_token.as_ref().map(Secret::expose),
            dpop_key: self.dpop_key_pem.expose(),
            sign_in_region: self.sign_in_region.as_ref(),
            unknown: &self.unknown,
        })
    }

    /// Returns the credentials.
    pub fn credentials(&self) -> Credentials {
        Credentials::new(&*self.access_key_id, self.secret_access_key.clone())
            .with_session_token(self.session_token.clone())
            .with_account_id(self.account_id.clone())
            .with_expires_at(self.expires_at)
    }

    /// Returns the time at which the credentials expire.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Returns the key that signs a refresh.
    pub fn dpop_key(&self) -> &DpopKey {
        &self.dpop_key
    }

    /// Returns the region of the sign-in, in which it must be refreshed; not every tool writes it.
    pub fn sign_in_region(&self) -> Option<&Region> {
        self.sign_in_region.as_ref()
    }

    /// Returns the operation that refreshes the credentials.
    pub fn refresh(&self) -> CreateOAuth2Token<'_> {
        CreateOAuth2Token {
            client_id: &self.client_id,
            grant: Grant::RefreshToken(&self.refresh_token),
        }
    }

    /// Returns the token after a refresh. Values that the response lacks are unchanged.
    #[must_use]
    pub fn refreshed(self, tokens: Tokens, now: Timestamp) -> Self {
        Self {
            access_key_id: tokens.access_key_id,
            secret_access_key: tokens.secret_access_key,
            session_token: tokens.session_token,
            expires_at: now + tokens.expires_in,
            refresh_token: tokens.refresh_token.unwrap_or(self.refresh_token),
            ..self
        }
    }
}

impl fmt::Debug for LoginToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginToken")
            .field("access_key_id", &self.access_key_id)
            .field("account_id", &self.account_id)
            .field("expires_at", &self.expires_at)
            .field("client_id", &self.client_id)
            .field("sign_in_region", &self.sign_in_region)
            .field("unknown", &self.unknown)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn file() -> Value {
        serde_json::json!({
            "accessToken": {
                "accessKeyId": "ASIAEXAMPLE", "secretAccessKey": "secret-key",
                "sessionToken": "secret-session", "accountId": "012345678910",
                "expiresAt": "2025-11-19T00:15:00Z", "more": [1, 2.50]
            },
            "tokenType": "aws_sigv4",
            "clientId": "arn:aws:signin:::devtools/same-device",
            "refreshToken": "secret-refresh",
            "idToken": "secret-id",
            "dpopKey": DpopKey::from_random(&[7; 32]).to_pem().as_str(),
            "identityToken": "secret-other"
        })
    }

    fn read(file: &Value) -> Result<LoginToken, json::Error> {
        LoginToken::read(file.to_string().as_bytes())
    }

    fn tokens() -> Tokens {
        Tokens {
            access_key_id: "ASIANEXT".into(),
            secret_access_key: SecretAccessKey::new("next-key"),
            session_token: SessionToken::new("next-session"),
            expires_in: Duration::from_secs(900),
            token_type: None,
            refresh_token: Some(RefreshToken::new("next-refresh")),
            id_token: None,
        }
    }

    #[test]
    fn file_round_trips_unchanged() {
        let mut file = file();
        let written = |file: &Value| serde_json::from_slice(&read(file).unwrap().write()).unwrap();
        let again: Value = written(&file);
        assert_eq!(again, file);
        file["signInRegion"] = serde_json::json!("eu-west-1");
        file.as_object_mut().unwrap().remove("idToken");
        file.as_object_mut().unwrap().remove("tokenType");
        let again: Value = written(&file);
        assert_eq!(again, file);
    }

    #[test]
    fn refresh_changes_only_credentials_and_refresh_token() {
        let now = "2025-11-19T01:00:00Z".parse().unwrap();
        let token = read(&file()).unwrap().refreshed(tokens(), now);
        let mut expected = file();
        expected["accessToken"]["accessKeyId"] = serde_json::json!("ASIANEXT");
        expected["accessToken"]["secretAccessKey"] = serde_json::json!("next-key");
        expected["accessToken"]["sessionToken"] = serde_json::json!("next-session");
        expected["accessToken"]["expiresAt"] = serde_json::json!("2025-11-19T01:15:00Z");
        expected["refreshToken"] = serde_json::json!("next-refresh");
        assert_eq!(serde_json::from_slice::<Value>(&token.write()).unwrap(), expected);

        let unchanged = token.refreshed(Tokens { refresh_token: None, ..tokens() }, now);
        assert_eq!(unchanged.refresh_token.expose(), "next-refresh");
    }

    #[test]
    fn buffer_has_the_length_of_the_file() {
        let written = read(&file()).unwrap().write();
        assert_eq!(written.capacity(), written.len());
    }

    #[test]
    fn invalid_file_is_an_error_that_names_the_key() {
        let without = |key: &str| {
            let mut file = file();
            match key.split_once('.') {
                Some((outer, key)) => file[outer].as_object_mut().unwrap().remove(key),
                None => file.as_object_mut().unwrap().remove(key),
            };
            read(&file).map(|_| ()).unwrap_err().to_string()
        };
        for key in ["accessToken", "clientId", "refreshToken", "dpopKey"] {
            assert_eq!(without(key), format!("`{key}` is missing or empty"));
        }
        for key in ["accessKeyId", "secretAccessKey", "sessionToken", "accountId", "expiresAt"] {
            let missing = format!("`{key}` is missing or empty");
            assert_eq!(without(&format!("accessToken.{key}")), missing);
        }
        for (key, value, expected) in [
            ("accessToken", serde_json::json!("text"), "an object"),
            ("dpopKey", serde_json::json!("secret"), "a P-256 key as PEM"),
            ("clientId", serde_json::json!(1), "a string"),
            ("signInRegion", serde_json::json!("a b"), "a region"),
        ] {
            let mut file = file();
            file[key] = value;
            let error = read(&file).map(|_| ()).unwrap_err().to_string();
            assert_eq!(error, format!("`{key}` is not {expected}"));
        }
        let truncated = LoginToken::read(br#"{"accessToken": {"#).map(|_| ()).unwrap_err();
        assert!(truncated.is_truncated());
    }

    #[test]
    fn debug_hides_secrets() {
        let shown = format!("{:?}", read(&file()).unwrap());
        assert!(!shown.contains("secret-") && !shown.contains("BEGIN"), "{shown}");
        assert!(shown.contains("ASIAEXAMPLE") && shown.contains("identityToken"), "{shown}");
    }

    proptest! {
        #[test]
        fn any_file_is_parsed_without_panic(
            bytes in any::<Vec<u8>>(),
            key in "[a-zA-Z]{1,16}",
            value in any::<String>(),
        ) {
            let _ = LoginToken::read(&bytes);
            let mut file = file();
            file[key.as_str()] = serde_json::json!(value);
            if let Ok(token) = read(&file) {
                prop_assert!(LoginToken::read(&token.write()).is_ok());
            }
        }
    }
}
