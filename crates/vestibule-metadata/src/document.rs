//! The JSON documents of containers and instances.

use serde::Deserialize;
use vestibule_types::json::{self, HeaderSafe, lenient};
use vestibule_types::{AccountId, Credentials, SecretAccessKey, SessionToken, Timestamp};
use vestibule_wire::retry::Outcome;
use vestibule_wire::{MalformedResponse, Response, ResponseError, ServiceError};

/// Reads temporary credentials; session token and expiration are required.
pub(crate) fn read_credentials(response: &Response) -> Result<Credentials, ResponseError> {
    let error: ErrorDocument = json::from_slice(response.body()).unwrap_or_default();
    let status = response.status();
    if !status.is_success() || error.code.as_deref().is_some_and(|code| code != "Success") {
        let error = ServiceError::new(status, error.code.as_deref(), error.message.as_deref());
        return Err(ResponseError::Service(error));
    }
    json::from_slice(response.body()).and_then(credentials).map_err(|error| {
        let expected = match error.key() {
            Some(key) => format!("credentials with `{key}`"),
            None => "credentials as JSON".to_owned(),
        };
        ResponseError::Malformed(MalformedResponse::new(status, expected))
    })
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ErrorDocument {
    #[serde(deserialize_with = "lenient")]
    code: Option<String>,
    #[serde(deserialize_with = "lenient")]
    message: Option<String>,
}

/// A response with credentials. Containers and instances have different names for the token and the
/// expiration.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    access_key_id: HeaderSafe<String>,
    secret_access_key: HeaderSafe<SecretAccessKey>,
    session_token: Option<HeaderSafe<SessionToken>>,
    token: Option<HeaderSafe<SessionToken>>,
    expires_at: Option<Timestamp>,
    expiration: Option<Timestamp>,
    account_id: Option<AccountId>,
}

fn credentials(document: Document) -> Result<Credentials, json::Error> {
    let missing = |key| json::Error::Missing { key };
    let token = document.session_token.or(document.token).ok_or(missing("Token"))?;
    let expires = document.expires_at.or(document.expiration).ok_or(missing("Expiration"))?;
    Ok(Credentials::new(document.access_key_id.0, document.secret_access_key.0)
        .with_session_token(token.0)
        .with_expires_at(expires)
        .with_account_id(document.account_id))
}

/// Reads a short text, such as a token or a name.
pub(crate) fn read_text<'r>(
    response: &'r Response,
    expected: &str,
) -> Result<&'r str, ResponseError> {
    let status = response.status();
    if !status.is_success() {
        // The body is an HTML page.
        return Err(ResponseError::Service(ServiceError::new(status, None, None)));
    }
    let text = std::str::from_utf8(response.body()).map(str::trim_ascii).unwrap_or_default();
    if is_printable(text) {
        Ok(text)
    } else {
        Err(ResponseError::Malformed(MalformedResponse::new(status, expected)))
    }
}

/// Returns the outcome of a response. A malformed one is retried, unlike those of regional services,
/// since the agent that serves it may be starting.
pub(crate) fn outcome<T>(response: &Response, result: &Result<T, ResponseError>) -> Outcome {
    match result {
        Err(ResponseError::Malformed(_)) => Outcome::Transient,
        _ => Outcome::from_response(response, None),
    }
}

fn is_printable(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    const GOOD: &str = r#"{"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": 5,
        "AccessKeyId": "AKID", "SecretAccessKey": "hidden", "Token": "hidden too",
        "Expiration": "2009-02-13T23:31:30Z"}"#;

    #[track_caller]
    fn check(status: u16, body: &str, expected: &str) {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let response = http::Response::builder().status(status).body(body).unwrap();
        let found = match read_credentials(&response) {
            Ok(keys) => {
                let account = keys.account_id().map_or("", AccountId::as_str);
                format!("{} {:?} {account}", keys.access_key_id(), keys.expires_at())
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn members_are_read_in_any_case_and_by_either_name() {
        let good = GOOD.replace("hidden too", "hidden");
        check(200, &good, "AKID Some(2009-02-13T23:31:30Z) ");
        let other = good
            .to_lowercase()
            .replace("\"success\"", "null")
            .replace("\"token\"", "\"SESSIONTOKEN\"")
            .replace("\"expiration\"", "\"accountid\": \"012345678901\", \"expiresAt\"")
            .replace("t23:31:30z", "T23:31:30Z");
        check(200, &other, "akid Some(2009-02-13T23:31:30Z) 012345678901");
    }

    #[test]
    fn missing_or_invalid_member_is_named() {
        let malformed =
            |name| format!("expected credentials with `{name}`, got something else (HTTP 200)");
        check(200, GOOD, &malformed("Token"));
        let good = GOOD.replace("hidden too", "hidden");
        for name in ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"] {
            check(200, &good.replace(name, "Other"), &malformed(name));
        }
        check(200, &good.replace("\"AKID\"", "7"), &malformed("AccessKeyId"));
        check(200, &good.replace("2009-", "soon-"), &malformed("Expiration"));
        check(200, &good.replace("LastUpdated", "AccountId"), &malformed("AccountId"));
        for body in ["", "[]", "<html>", "{} {}"] {
            let expected = "expected credentials as JSON, got something else (HTTP 200)";
            check(200, body, expected);
        }
    }

    #[test]
    fn error_code_in_the_body_is_an_error() {
        check(200, r#"{"Code": "Failed", "Message": "no\nrole"}"#, "Failed: no role (HTTP 200)");
        check(404, r#"{"code": "NotFound"}"#, "NotFound (HTTP 404)");
        check(500, "<html>", "the service gave no reason (HTTP 500)");
    }
}
