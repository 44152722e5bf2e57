//! Credentials, or why there are none, in the JSON of the agents of ECS and EKS.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html> (read 2026-11)

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;
use vestibule_provider::{Error as ProviderError, ErrorKind as ProviderErrorKind, Lookup};
use vestibule_types::{Credentials, Timestamp};

use crate::question::Refusal;

/// When to ask again for credentials that do not end.
const AGAIN: Duration = Duration::from_secs(60 * 60);

/// An answer as it goes out.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// What a provider said. What will not pass by itself has a status that clients do not try again.
pub(crate) fn of(said: Result<Lookup, ProviderError>, now: Timestamp) -> Reply {
    match said {
        Ok(Lookup::Credentials(keys)) => credentials(&keys, now),
        Ok(Lookup::NotConfigured(reason)) => {
            let message = format!("no source of credentials is set up: {reason}");
            failure(StatusCode::BAD_REQUEST, "NotConfigured", &message)
        }
        Err(error) => {
            let (status, code) = match error.kind() {
                ProviderErrorKind::SignInNeeded => (StatusCode::BAD_REQUEST, "SignInNeeded"),
                ProviderErrorKind::Configuration => (StatusCode::BAD_REQUEST, "Configuration"),
                ProviderErrorKind::Refused => (StatusCode::BAD_REQUEST, "Refused"),
                _ => (StatusCode::SERVICE_UNAVAILABLE, "Unavailable"),
            };
            failure(status, code, &in_one_line(&error))
        }
    }
}

pub(crate) fn refusal(refusal: Refusal) -> Reply {
    failure(refusal.status(), refusal.code(), refusal.message())
}

/// The request to the provider was given up, which is for nobody to see but who stops the server.
pub(crate) fn stopping() -> Reply {
    failure(StatusCode::SERVICE_UNAVAILABLE, "Unavailable", "the server is stopping")
}

/// The SDKs want a token and an end, whatever the credentials: keys without a token get an empty
/// one, which most of them take for none, and keys that do not end are to be asked for again.
fn credentials(keys: &Credentials, now: Timestamp) -> Reply {
    let mut members = json!({
        "AccessKeyId": keys.access_key_id(),
        "SecretAccessKey": keys.secret_access_key().expose(),
        "Token": keys.session_token().map_or("", |token| token.expose()),
        "Expiration": keys.expires().unwrap_or(now + AGAIN).to_string(),
    });
    if let Some(account) = keys.account_id() {
        members["AccountId"] = json!(account.as_str());
    }
    Reply { status: StatusCode::OK, body: members.to_string().into() }
}

fn failure(status: StatusCode, code: &str, message: &str) -> Reply {
    Reply { status, body: json!({ "code": code, "message": message }).to_string().into() }
}

/// The error and what caused it; SDKs show the message as it is.
fn in_one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use vestibule_provider::SkippedSources;
    use vestibule_types::{AccountId, SecretAccessKey, SessionToken};

    use super::*;

    #[track_caller]
    fn check(said: Result<Lookup, ProviderError>, status: u16, body: &str) {
        let reply = of(said, Timestamp::EPOCH);
        assert_eq!(
            (reply.status.as_u16(), reply.body),
            (status, Bytes::copy_from_slice(body.as_bytes()))
        );
    }

    #[test]
    fn credentials_have_all_that_sdks_insist_on() {
        let keys = Credentials::new("AKID", SecretAccessKey::new("hidden"));
        check(
            Ok(Lookup::Credentials(keys.clone())),
            200,
            r#"{"AccessKeyId":"AKID","Expiration":"1970-01-01T01:00:00Z","SecretAccessKey":"hidden","Token":""}"#,
        );
        let keys = keys
            .with_session_token(SessionToken::new("hidden too"))
            .with_expiry(Timestamp::EPOCH)
            .with_account_id(AccountId::new("012345678901").unwrap());
        check(
            Ok(Lookup::Credentials(keys)),
            200,
            r#"{"AccessKeyId":"AKID","AccountId":"012345678901","Expiration":"1970-01-01T00:00:00Z","SecretAccessKey":"hidden","Token":"hidden too"}"#,
        );
    }

    #[test]
    fn what_does_not_pass_is_not_to_be_tried_again() {
        let reason = SkippedSources::new("environment", "nothing is set");
        check(
            Ok(Lookup::NotConfigured(reason)),
            400,
            r#"{"code":"NotConfigured","message":"no source of credentials is set up: environment: nothing is set"}"#,
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
