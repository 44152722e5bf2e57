//! AWS's `restJson1` protocol: JSON bodies, the error's name in a header or in the body.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>

use vestibule_json::{Object, Unreadable};

use crate::{AnswerError, Malformed, Response, ServiceError};

/// The parts of an error body that any service uses; OIDC says `error`, others `message`.
struct ErrorBody {
    kind: Option<String>,
    code: Option<String>,
    error: Option<String>,
    words: Option<String>,
}

/// Reads a good answer; `expected` says what should have come.
///
/// # Errors
/// The service's refusal for any status but 2xx; otherwise an answer that `read` refuses.
pub fn read<T>(
    response: &Response,
    expected: &str,
    read: impl FnOnce(&mut Object<'_>) -> Result<T, Unreadable>,
) -> Result<T, AnswerError> {
    if !response.status().is_success() {
        return Err(AnswerError::Service(error(response)));
    }
    Object::read(response.body())
        .and_then(|mut answer| read(&mut answer))
        .map_err(|_| AnswerError::Malformed(Malformed::new(response.status(), expected)))
}

/// Reads an answer of which only the status matters.
///
/// # Errors
/// The service's refusal for any status but 2xx.
pub fn read_empty(response: &Response) -> Result<(), AnswerError> {
    if response.status().is_success() { Ok(()) } else { Err(AnswerError::Service(error(response))) }
}

/// The error in a bad answer. HTML and empty bodies make an error without a code.
pub fn error(response: &Response) -> ServiceError {
    let body = body(response);
    let code = code(response, &body);
    ServiceError::new(response.status(), code.as_deref(), body.words.as_deref())
        .with_request_id(header(response, "x-amzn-requestid"))
}

/// The name of the error in a bad answer.
pub fn error_code(response: &Response) -> Option<String> {
    if response.status().is_success() { None } else { code(response, &body(response)) }
}

fn body(response: &Response) -> ErrorBody {
    let mut body = Object::read(response.body()).unwrap_or_default();
    let mut text = |key| body.text(key).ok().flatten();
    ErrorBody {
        kind: text("__type"),
        code: text("code"),
        error: text("error"),
        words: text("error_description").or_else(|| text("message")),
    }
}

/// Header first, then `code`, then `__type`; RFC 6749's `error` where there is none of them.
fn code(response: &Response, body: &ErrorBody) -> Option<String> {
    let named = header(response, "x-amzn-errortype")
        .or(body.code.as_deref())
        .or(body.kind.as_deref())
        .map(shape)
        .filter(|shape| !shape.is_empty());
    named.or(body.error.as_deref()).map(str::to_owned)
}

/// `aws.portal#Name:http://…` is `Name`.
fn shape(text: &str) -> &str {
    let text = text.split(':').next().unwrap_or(text);
    text.rsplit('#').next().unwrap_or(text).trim()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(status: u16, kind: Option<&str>, body: &'static str) -> Response {
        let mut response = http::Response::builder().status(status);
        if let Some(kind) = kind {
            response = response.header("X-Amzn-ErrorType", kind);
        }
        response.body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    #[track_caller]
    fn check(response: &Response, expected: &str) {
        assert_eq!(error(response).to_string(), expected);
    }

    #[test]
    fn the_name_is_found_wherever_it_stands() {
        check(
            &answer(
                400,
                Some(
                    "InvalidGrantException:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/",
                ),
                r#"{"error":"invalid_grant","error_description":"Invalid refresh token"}"#,
            ),
            "InvalidGrantException: Invalid refresh token (HTTP 400)",
        );
        check(
            &answer(
                401,
                None,
                r#"{"message":"Session token not found or invalid","__type":"com.amazonaws.switchboard.portal#UnauthorizedException"}"#,
            ),
            "UnauthorizedException: Session token not found or invalid (HTTP 401)",
        );
        check(&answer(400, None, r#"{"error":"slow_down"}"#), "slow_down (HTTP 400)");
    }

    #[test]
    fn a_body_that_is_no_json_is_still_an_error() {
        check(&answer(503, None, "<html>busy</html>"), "the service gave no reason (HTTP 503)");
        check(&answer(500, None, ""), "the service gave no reason (HTTP 500)");
        check(&answer(500, None, "[1]"), "the service gave no reason (HTTP 500)");
    }

    #[test]
    fn a_good_status_with_another_body_is_malformed() {
        for body in ["<html>", "", "null", "{}", r#"{"access": 1}"#] {
            let answer = answer(200, None, body);
            let error = read(&answer, "a token", |answer| answer.required_text("access"));
            let expected = "expected a token, got something else (HTTP 200)";
            assert_eq!(error.unwrap_err().to_string(), expected, "{body}");
        }
    }
}
