//! The JSON in which containers and instances hand out credentials.

use vestibule_json::{Object, Unreadable};
use vestibule_types::{AccountId, Credentials, Secret, SecretAccessKey, SessionToken, Timestamp};
use vestibule_wire::{AnswerError, Malformed, Response, ServiceError};

/// Reads credentials: temporary ones, so a token and an expiry belong to them.
pub(crate) fn read(response: &Response) -> Result<Credentials, AnswerError> {
    let mut document = Object::read(response.body()).unwrap_or_default();
    let status = response.status();
    let code = document.text("Code").unwrap_or_default();
    if !status.is_success() || code.as_deref().is_some_and(|code| code != "Success") {
        let message = document.text("Message").unwrap_or_default();
        let error = ServiceError::new(status, code.as_deref(), message.as_deref());
        return Err(AnswerError::Service(error));
    }
    credentials(document).map_err(|error| {
        let expected = format!("credentials with `{}`", error.key().unwrap_or_default());
        AnswerError::Malformed(Malformed::new(status, expected))
    })
}

/// Containers and instances have different words for the token and the expiry.
fn credentials(mut document: Object<'_>) -> Result<Credentials, Unreadable> {
    let secret = SecretAccessKey::new(document.required_printable("SecretAccessKey")?);
    let token = match document.printable("SessionToken")? {
        Some(token) => token,
        None => document.required_printable("Token")?,
    };
    let expiry = "a point in time";
    let expiry: Timestamp = match document.parsed("ExpiresAt", expiry)? {
        Some(at) => at,
        None => document.required_parsed("Expiration", expiry)?,
    };
    let account: Option<AccountId> = document.parsed("AccountId", "an account id")?;
    Ok(Credentials::new(document.required_printable("AccessKeyId")?, secret)
        .with_session_token(SessionToken::new(token))
        .with_expiry(expiry)
        .with_account_id(account))
}

/// Reads a short text: a token, a name.
pub(crate) fn read_text<'r>(
    response: &'r Response,
    expected: &str,
) -> Result<&'r str, AnswerError> {
    let status = response.status();
    if !status.is_success() {
        // The pages that come with it are for people.
        return Err(AnswerError::Service(ServiceError::new(status, None, None)));
    }
    let text = std::str::from_utf8(response.body()).map(str::trim_ascii).unwrap_or_default();
    if is_printable(text) {
        Ok(text)
    } else {
        Err(AnswerError::Malformed(Malformed::new(status, expected)))
    }
}

/// The error without what was shown to get the answer.
pub(crate) fn without(error: AnswerError, secret: Option<&Secret>) -> AnswerError {
    match (error, secret) {
        (AnswerError::Service(error), Some(secret)) => {
            AnswerError::Service(error.without(&[secret.expose()]))
        }
        (error, _) => error,
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
        let found = match read(&response) {
            Ok(keys) => {
                let account = keys.account_id().map_or("", AccountId::as_str);
                format!("{} {:?} {account}", keys.access_key_id(), keys.expires())
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn members_in_any_case_and_by_either_name() {
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
    fn what_is_missing_or_wrong_is_named() {
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
            check(200, body, &malformed("SecretAccessKey"));
        }
    }

    #[test]
    fn a_refusal_is_in_the_body_too() {
        check(200, r#"{"Code": "Failed", "Message": "no\nrole"}"#, "Failed: no role (HTTP 200)");
        check(404, r#"{"code": "NotFound"}"#, "NotFound (HTTP 404)");
        check(500, "<html>", "the service gave no reason (HTTP 500)");
    }
}
