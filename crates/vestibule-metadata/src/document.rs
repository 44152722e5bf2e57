//! The JSON documents of containers and instances.

use vestibule_types::json::{self, HeaderSafe, Object};
use vestibule_types::{AccountId, Credentials, SessionToken, Timestamp};
use vestibule_wire::retry::Outcome;
use vestibule_wire::{MalformedResponse, Response, ResponseError, ServiceError};

/// Reads temporary credentials; session token and expiration are required.
pub(crate) fn read_credentials(response: &Response) -> Result<Credentials, ResponseError> {
    let mut document = Object::read(response.body());
    let mut text = |key| document.as_mut().ok()?.get_lenient::<String>(key);
    let (code, message) = (text("Code"), text("Message"));
    let status = response.status();
    if !status.is_success() || code.as_deref().is_some_and(|code| code != "Success") {
        let error = ServiceError::new(status, code.as_deref(), message.as_deref());
        return Err(ResponseError::Service(error));
    }
    document.and_then(credentials).map_err(|error| {
        let expected = match error.key() {
            Some(key) => format!("credentials with `{key}`"),
            None => "credentials as JSON".to_owned(),
        };
        ResponseError::Malformed(MalformedResponse::new(status, expected))
    })
}

/// Reads the members of credentials. Containers and instances have different names for the token and
/// the expiration.
fn credentials(mut document: Object<'_>) -> Result<Credentials, json::Error> {
    let HeaderSafe::<String>(access_key_id) = document.require("AccessKeyId")?;
    let HeaderSafe(secret_access_key) = document.require("SecretAccessKey")?;
    let token: Option<HeaderSafe<SessionToken>> = document.get("SessionToken")?;
    let HeaderSafe(token) = token.map_or_else(|| document.require("Token"), Ok)?;
    let expires: Option<Timestamp> = document.get("ExpiresAt")?;
    let expires = expires.map_or_else(|| document.require("Expiration"), Ok)?;
    let account: Option<AccountId> = document.get("AccountId")?;
    Ok(Credentials::new(access_key_id, secret_access_key)
        .with_session_token(token)
        .with_expires_at(expires)
        .with_account_id(account))
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
