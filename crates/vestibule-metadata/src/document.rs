//! The JSON in which containers and instances hand out credentials.

use serde_json::{Map, Value};
use vestibule_types::{AccountId, Credentials, Secret, SecretAccessKey, SessionToken};
use vestibule_wire::{AnswerError, Malformed, Response, ServiceError};

/// Reads credentials: temporary ones, so a token and an expiry belong to them. Members are in any
/// case, as the SDK for Rust has it.
pub(crate) fn read(response: &Response) -> Result<Credentials, AnswerError> {
    let document = serde_json::from_slice(response.body()).map(Document).unwrap_or_default();
    let status = response.status();
    let text = |name| document.text(name).unwrap_or_default();
    let refusal = |code| AnswerError::Service(ServiceError::new(status, code, text(&["Message"])));
    if !status.is_success() {
        return Err(refusal(text(&["Code"])));
    }
    match text(&["Code"]) {
        None | Some("Success") => {}
        code => return Err(refusal(code)),
    }
    document.credentials().map_err(|name| {
        let expected = format!("credentials with `{name}`");
        AnswerError::Malformed(Malformed::new(status, expected))
    })
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

#[derive(Default)]
struct Document(Map<String, Value>);

impl Document {
    /// The member of the first of these names that is there; if it is no text, that name.
    fn text(&self, names: &[&'static str]) -> Result<Option<&str>, &'static str> {
        for name in names {
            match self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)) {
                None | Some((_, Value::Null)) => {}
                Some((_, Value::String(text))) if text.is_empty() => {}
                Some((_, Value::String(text))) => return Ok(Some(text)),
                Some(_) => return Err(name),
            }
        }
        Ok(None)
    }

    /// A text that every header can carry.
    fn require(&self, names: &[&'static str]) -> Result<&str, &'static str> {
        self.text(names)?.filter(|text| is_printable(text)).ok_or(names[0])
    }

    /// Or the name of the member that is wrong or missing.
    fn credentials(&self) -> Result<Credentials, &'static str> {
        let key = SecretAccessKey::new(self.require(&["SecretAccessKey"])?);
        let token = SessionToken::new(self.require(&["Token", "SessionToken"])?);
        let expires = self.require(&["Expiration", "ExpiresAt"])?;
        let account = self.text(&["AccountId"])?.map(AccountId::new).transpose();
        Ok(Credentials::new(self.require(&["AccessKeyId"])?, key)
            .with_session_token(token)
            .with_expiry(expires.parse::<vestibule_types::Timestamp>().map_err(|_| "Expiration")?)
            .with_account_id(account.map_err(|_| "AccountId")?))
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
