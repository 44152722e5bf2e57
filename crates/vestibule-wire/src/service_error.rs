use std::fmt;

use http::StatusCode;
use vestibule_types::printable_line;

use crate::retry;

/// An error response of a service.
///
/// `Display` is one short line with the service's own message. The caller removes the secrets of the
/// request from it ([`ServiceError::without_secrets`]).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error's name, such as `UnauthorizedException`.
    pub code: Option<String>,
    /// The message of the service, on one printable line.
    pub message: Option<String>,
    /// The id of the request, for AWS support.
    pub request_id: Option<String>,
}

impl ServiceError {
    /// Creates an error; the message is made printable and cut to 300 characters.
    pub fn new(status: StatusCode, code: Option<&str>, message: Option<&str>) -> Self {
        let code = code.map(|code| printable_line(code, 80)).filter(|code| !code.is_empty());
        let message = message.map(|text| printable_line(text, 300)).filter(|text| !text.is_empty());
        Self { status, code, message, request_id: None }
    }

    /// Adds the id of the request.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<&str>) -> Self {
        self.request_id = id.map(|id| printable_line(id, 80));
        self
    }

    /// Removes the secrets of the request, which the service may have repeated.
    #[must_use]
    pub fn without_secrets(mut self, secrets: &[&str]) -> Self {
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            for text in [&mut self.message, &mut self.code, &mut self.request_id] {
                *text = text.take().map(|text| redact(&text, secret));
            }
        }
        self
    }

    /// Returns whether the cause is temporary, so that the same request may succeed later
    /// ([`retry::is_transient`]).
    pub fn is_transient(&self) -> bool {
        retry::is_transient(self.status, self.code.as_deref())
    }

    /// Returns whether the service throttled the request ([`retry::is_throttling`]).
    pub fn is_throttling(&self) -> bool {
        retry::is_throttling(self.status, self.code.as_deref())
    }

    /// Returns whether the service returned this error code.
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, "{code}: {message}")?,
            (Some(code), None) => f.write_str(code)?,
            (None, Some(message)) => f.write_str(message)?,
            (None, None) => f.write_str("the service gave no reason")?,
        }
        write!(f, " (HTTP {})", self.status.as_u16())
    }
}

impl std::error::Error for ServiceError {}

/// Error returned when a response has other content than expected.
///
/// Its message has the expected content, but nothing of the body, which may contain secrets.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected {expected}, got something else (HTTP {})", status.as_u16())]
#[non_exhaustive]
pub struct MalformedResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The expected content.
    pub expected: String,
}

impl MalformedResponse {
    /// Creates the error for a response with this status.
    pub fn new(status: StatusCode, expected: impl Into<String>) -> Self {
        Self { status, expected: expected.into() }
    }
}

/// A response that is not a success.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a failed response has an error or is malformed")]
pub enum ResponseError {
    /// The service returned an error.
    #[error(transparent)]
    Service(ServiceError),
    /// The response is malformed.
    #[error(transparent)]
    Malformed(MalformedResponse),
}

impl ResponseError {
    /// Returns the error of the service; `None` if the response is malformed.
    pub fn service_error(&self) -> Option<&ServiceError> {
        match self {
            Self::Service(error) => Some(error),
            Self::Malformed(_) => None,
        }
    }

    /// Removes the secrets of the request, which the service may have repeated.
    #[must_use]
    pub fn without_secrets(self, secrets: &[&str]) -> Self {
        match self {
            Self::Service(error) => Self::Service(error.without_secrets(secrets)),
            malformed @ Self::Malformed(_) => malformed,
        }
    }

    /// Returns whether the cause is temporary, so that the same request may succeed later: the service
    /// failed or is overloaded, or the response is malformed.
    pub fn is_transient(&self) -> bool {
        self.service_error().is_none_or(ServiceError::is_transient)
    }
}

/// Replaces a secret by `…`. A text that was cut may end with a part of the secret, which is replaced too.
fn redact(text: &str, secret: &str) -> String {
    let text = text.replace(secret, "…");
    let Some(cut) = text.strip_suffix('…') else { return text };
    let begins = |&at: &usize| secret.starts_with(&cut[at..]);
    match cut.char_indices().map(|(at, _)| at).find(begins) {
        Some(at) => format!("{}…", &cut[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_id_is_kept_printable_and_short() {
        let error = ServiceError::new(StatusCode::FORBIDDEN, Some(""), None);
        assert_eq!((&error.code, &error.request_id), (&None, &None));
        let error = error.with_request_id(Some("id\u{1b}"));
        assert_eq!(error.request_id.as_deref(), Some(r"id\u{1b}"));
        assert_eq!(error.without_secrets(&["id"]).request_id.as_deref(), Some(r"…\u{1b}"));
    }

    #[test]
    fn code_is_compared_exactly() {
        let error = ServiceError::new(StatusCode::FORBIDDEN, Some("AccessDenied"), None);
        assert!(
            error.has_code("AccessDenied")
                && !error.has_code("accessdenied")
                && !error.has_code("")
        );
        assert!(!error.is_transient() && !error.is_throttling());
        let error = ServiceError::new(StatusCode::BAD_REQUEST, Some("SlowDown"), None);
        assert!(error.is_transient() && error.is_throttling());
        let error = ServiceError::new(StatusCode::BAD_GATEWAY, None, None);
        assert!(error.is_transient() && !error.is_throttling());
    }

    #[test]
    fn malformed_response_is_transient_and_has_no_service_error() {
        let malformed = ResponseError::Malformed(MalformedResponse::new(StatusCode::OK, "a list"));
        assert!(malformed.is_transient() && malformed.service_error().is_none());
        for (status, is_transient) in
            [(StatusCode::BAD_GATEWAY, true), (StatusCode::NOT_FOUND, false)]
        {
            let error = ResponseError::Service(ServiceError::new(status, Some("Code"), None));
            assert_eq!(error.is_transient(), is_transient);
            assert!(error.service_error().is_some_and(|error| error.has_code("Code")));
        }
    }

    #[test]
    fn message_is_one_printable_line_without_secrets() {
        let error = ServiceError::new(
            StatusCode::BAD_REQUEST,
            Some("InvalidGrantException"),
            Some("token\n\u{1b}[31m abc123   is bad"),
        );
        assert_eq!(
            error.without_secrets(&["abc123", ""]).to_string(),
            r"InvalidGrantException: token \u{1b}[31m … is bad (HTTP 400)"
        );
        let secret = "0123456789".repeat(99);
        let repeated = format!("bad token {secret}");
        let error = ServiceError::new(StatusCode::BAD_REQUEST, None, Some(&repeated));
        assert_eq!(error.without_secrets(&[&secret]).to_string(), "bad token … (HTTP 400)");
        let silent = ServiceError::new(StatusCode::BAD_GATEWAY, None, Some(""));
        assert_eq!(silent.to_string(), "the service gave no reason (HTTP 502)");
    }
}
