//! Credentials and errors in the JSON format of the ECS and EKS agents.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html> (read 2026-11)

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use vestibule_provider::{Error as ProviderError, ErrorKind as ProviderErrorKind, Lookup};
use vestibule_types::{AccountId, Credentials, Region, Timestamp, printable_line, with_causes};
use zeroize::Zeroizing;

use crate::request::RequestError;

/// The expiration sent with credentials that do not expire.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// The size limit for a body; session tokens have up to 4 KiB.
const MAX_BODY: usize = 16 << 10;

/// The status and body of a response. The body of credentials is wiped when it is dropped; hyper's
/// buffers and the kernel's are not.
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// Returns the response for the result of a provider. Permanent errors have a status that clients do
/// not retry.
pub(crate) fn from_provider(result: Result<Lookup, ProviderError>, now: Timestamp) -> Response {
    match result {
        Ok(Lookup::Credentials(keys)) => credentials_response(&keys, None, now),
        Ok(Lookup::NotConfigured(reason)) => {
            let message = format!("no credentials found: {reason}");
            error_response(StatusCode::BAD_REQUEST, "NotConfigured", &message)
        }
        Err(error) => {
            let (status, code) = match error.kind() {
                ProviderErrorKind::SignInNeeded => (StatusCode::BAD_REQUEST, "SignInNeeded"),
                ProviderErrorKind::Configuration => (StatusCode::BAD_REQUEST, "Configuration"),
                ProviderErrorKind::Refused => (StatusCode::BAD_REQUEST, "Refused"),
                _ => (StatusCode::SERVICE_UNAVAILABLE, "Unavailable"),
            };
            // SDKs show the message unchanged.
            error_response(status, code, &printable_line(&with_causes(&error), 2000))
        }
    }
}

pub(crate) fn rejected(error: RequestError) -> Response {
    error_response(error.status(), error.code(), error.message())
}

/// Returns the response for a request that was cancelled because the server stops.
pub(crate) fn stopping() -> Response {
    error_response(StatusCode::SERVICE_UNAVAILABLE, "Unavailable", "the server is stopping")
}

/// Returns the response with credentials.
///
/// The SDKs require a token and an expiration: credentials without a session token get an empty
/// one, which most SDKs treat as absent, and credentials that do not expire get an expiration.
pub(crate) fn credentials_response(
    keys: &Credentials,
    region: Option<&Region>,
    now: Timestamp,
) -> Response {
    let body = CredentialsBody {
        access_key_id: keys.access_key_id(),
        account_id: keys.account_id().map(AccountId::as_str),
        expiration: keys.expires_at().unwrap_or(now + DEFAULT_LIFETIME).to_string(),
        region: region.map(Region::as_str),
        secret_access_key: keys.secret_access_key().expose(),
        token: keys.session_token().map_or("", |token| token.expose()),
    };
    // Reserved at once, since a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BODY));
    match serde_json::to_writer(&mut *bytes, &body) {
        Ok(()) => Response { status: StatusCode::OK, body: Bytes::from_owner(bytes) },
        Err(error) => {
            error_response(StatusCode::INTERNAL_SERVER_ERROR, "Unavailable", &error.to_string())
        }
    }
}

/// The body of a response with credentials, as the SDKs expect it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CredentialsBody<'a> {
    access_key_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
    expiration: String,
    /// Of the agent only.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    secret_access_key: &'a str,
    token: &'a str,
}

pub(crate) fn error_response(status: StatusCode, code: &str, message: &str) -> Response {
    Response { status, body: json!({ "code": code, "message": message }).to_string().into() }
}

#[cfg(test)]
mod tests {
    use vestibule_provider::SkippedSources;
    use vestibule_types::{SecretAccessKey, SessionToken};

    use super::*;

    #[track_caller]
    fn check(result: Result<Lookup, ProviderError>, status: u16, body: &str) {
        let response = from_provider(result, Timestamp::EPOCH);
        assert_eq!(
            (response.status.as_u16(), response.body),
            (status, Bytes::copy_from_slice(body.as_bytes()))
        );
    }

    #[test]
    fn credentials_have_every_member_that_sdks_require() {
        let keys = Credentials::new("AKID", SecretAccessKey::new("hidden"));
        check(
            Ok(Lookup::Credentials(keys.clone())),
            200,
            r#"{"AccessKeyId":"AKID","Expiration":"1970-01-01T01:00:00Z","SecretAccessKey":"hidden","Token":""}"#,
        );
        let keys = keys
            .with_session_token(SessionToken::new("hidden too"))
            .with_expires_at(Timestamp::EPOCH)
            .with_account_id(AccountId::new("012345678901").unwrap());
        check(
            Ok(Lookup::Credentials(keys)),
            200,
            r#"{"AccessKeyId":"AKID","AccountId":"012345678901","Expiration":"1970-01-01T00:00:00Z","SecretAccessKey":"hidden","Token":"hidden too"}"#,
        );
    }

    #[test]
    fn permanent_errors_have_a_status_that_is_not_retried() {
        let reason = SkippedSources::new("environment", "nothing is set");
        check(
            Ok(Lookup::NotConfigured(reason)),
            400,
            r#"{"code":"NotConfigured","message":"no credentials found: environment: nothing is set"}"#,
        );
        let error = |kind| Err(ProviderError::new("sso", kind, "the token\nhas expired"));
        check(
            error(ProviderErrorKind::SignInNeeded),
            400,
            r#"{"code":"SignInNeeded","message":"the token has expired"}"#,
        );
        check(
            error(ProviderErrorKind::Transient),
            503,
            r#"{"code":"Unavailable","message":"the token has expired"}"#,
        );
    }
}
