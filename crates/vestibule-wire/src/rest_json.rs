//! AWS's `restJson1` protocol: JSON bodies, and error names in a header or the body.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>

use serde::Deserialize;
use vestibule_types::json::{self, Object};

use crate::{MalformedResponse, Response, ResponseError, ServiceError};

/// The members of an error body that any service uses: OIDC has `error`, others `message`.
#[derive(Default)]
struct ErrorBody {
    kind: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    message: Option<String>,
}

/// Returns the body of a successful response; `expected` says what it should hold.
///
/// # Errors
/// The service's error for any status but 2xx; [`MalformedResponse`] for a body that is not a `T`.
pub fn read<'de, T: Deserialize<'de>>(
    response: &'de Response,
    expected: &str,
) -> Result<T, ResponseError> {
    read_body(response, expected, json::from_slice)
}

/// Reads a response like [`read`], by a function that takes the members of the body.
///
/// # Errors
/// As [`read`].
pub fn read_object<T>(
    response: &Response,
    expected: &str,
    read: impl FnOnce(Object<'_>) -> Result<T, json::Error>,
) -> Result<T, ResponseError> {
    read_body(response, expected, |body| Object::read(body).and_then(read))
}

fn read_body<'r, T>(
    response: &'r Response,
    expected: &str,
    read: impl FnOnce(&'r [u8]) -> Result<T, json::Error>,
) -> Result<T, ResponseError> {
    if !response.status().is_success() {
        return Err(ResponseError::Service(error(response)));
    }
    read(response.body())
        .map_err(|_| ResponseError::Malformed(MalformedResponse::new(response.status(), expected)))
}

/// Reads a response of which only the status matters.
///
/// # Errors
/// The service's error for any status but 2xx.
pub fn read_empty(response: &Response) -> Result<(), ResponseError> {
    if response.status().is_success() {
        Ok(())
    } else {
        Err(ResponseError::Service(error(response)))
    }
}

/// Returns the error of a response. With an HTML or empty body it has no code.
pub fn error(response: &Response) -> ServiceError {
    let body = body(response);
    let code = code(response, &body);
    let message = body.error_description.or(body.message);
    ServiceError::new(response.status(), code.as_deref(), message.as_deref())
        .with_request_id(header(response, "x-amzn-requestid"))
}

/// Returns the error name of a response; `None` if it is successful.
pub fn error_code(response: &Response) -> Option<String> {
    if response.status().is_success() { None } else { code(response, &body(response)) }
}

fn body(response: &Response) -> ErrorBody {
    let Ok(mut body) = Object::read(response.body()) else { return ErrorBody::default() };
    ErrorBody {
        kind: body.get_lenient("__type"),
        code: body.get_lenient("code"),
        error: body.get_lenient("error"),
        error_description: body.get_lenient("error_description"),
        message: body.get_lenient("message"),
    }
}

/// Returns the code: that of the header, `code`, `__type`, or the `error` of RFC 6749, in this order.
fn code(response: &Response, body: &ErrorBody) -> Option<String> {
    let named = header(response, "x-amzn-errortype")
        .or(body.code.as_deref())
        .or(body.kind.as_deref())
        .map(shape)
        .filter(|shape| !shape.is_empty());
    named.or(body.error.as_deref()).map(str::to_owned)
}

/// Returns `Name` for `aws.portal#Name:http://…`.
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

    fn response(status: u16, kind: Option<&str>, body: &'static str) -> Response {
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
    fn error_name_is_read_from_header_or_body() {
        check(
            &response(
                400,
                Some(
                    "InvalidGrantException:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/",
                ),
                r#"{"error":"invalid_grant","error_description":"Invalid refresh token"}"#,
            ),
            "InvalidGrantException: Invalid refresh token (HTTP 400)",
        );
        check(
            &response(
                401,
                None,
                r#"{"message":"Session token not found or invalid","__type":"com.amazonaws.switchboard.portal#UnauthorizedException"}"#,
            ),
            "UnauthorizedException: Session token not found or invalid (HTTP 401)",
        );
        check(&response(400, None, r#"{"error":"slow_down"}"#), "slow_down (HTTP 400)");
    }

    #[test]
    fn error_without_json_body_has_no_name() {
        check(&response(503, None, "<html>busy</html>"), "the service gave no reason (HTTP 503)");
        check(&response(500, None, ""), "the service gave no reason (HTTP 500)");
        check(&response(500, None, "[1]"), "the service gave no reason (HTTP 500)");
    }

    #[test]
    fn successful_response_with_another_body_is_malformed() {
        #[derive(Debug, Deserialize)]
        struct Token {
            #[expect(dead_code, reason = "only its type matters")]
            access: String,
        }

        for body in ["<html>", "", "null", "{}", r#"{"access": 1}"#] {
            let response = response(200, None, body);
            let error = read::<Token>(&response, "a token").unwrap_err();
            let expected = "expected a token, got something else (HTTP 200)";
            assert_eq!(error.to_string(), expected, "{body}");
        }
    }
}
