use std::fmt;

use vestibule_wire::{MalformedResponse, ResponseError, ServiceError, retry};

/// Error returned by OIDC operations.
///
/// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html#API_CreateToken_Errors>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    response: ResponseError,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The user has not approved the code yet (RFC 8628 `authorization_pending`).
    Pending,
    /// The polling interval is too short (RFC 8628 `slow_down`).
    SlowDown,
    /// The device code expired.
    ExpiredToken,
    /// The user or a policy denied access.
    AccessDenied,
    /// The code or refresh token was used, revoked, or its session expired.
    InvalidGrant,
    /// The registration is unknown or expired.
    InvalidClient,
    /// Any other error response.
    Service,
    /// The response is malformed.
    Malformed,
}

impl Error {
    /// Classifies an error response; codes are AWS shape names or, from some hosts, RFC 6749 codes.
    pub(crate) fn from_response(response: ResponseError, secrets: &[&str]) -> Self {
        let response = response.without_secrets(secrets);
        let kind = match response.service_error().map(|error| error.code.as_deref()) {
            None => ErrorKind::Malformed,
            Some(Some("AuthorizationPendingException" | "authorization_pending")) => {
                ErrorKind::Pending
            }
            Some(Some("SlowDownException" | "slow_down")) => ErrorKind::SlowDown,
            Some(Some("ExpiredTokenException" | "expired_token")) => ErrorKind::ExpiredToken,
            Some(Some("AccessDeniedException" | "access_denied")) => ErrorKind::AccessDenied,
            Some(Some("InvalidGrantException" | "invalid_grant")) => ErrorKind::InvalidGrant,
            Some(Some("InvalidClientException" | "invalid_client")) => ErrorKind::InvalidClient,
            Some(_) => ErrorKind::Service,
        };
        Self { kind, response }
    }

    /// Returns the error response.
    pub fn into_response(self) -> ResponseError {
        self.response
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the error of the service; `None` if the response is malformed.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.response.service_error()
    }

    /// Returns whether the cause is temporary, and not the grant: the service failed, or the response is
    /// not from the service.
    pub fn is_transient(&self) -> bool {
        match (self.kind, self.service_error()) {
            (ErrorKind::Service, Some(error)) => error.code.is_none() || error.is_transient(),
            (kind, _) => matches!(kind, ErrorKind::SlowDown | ErrorKind::Malformed),
        }
    }

    /// Returns whether the service may have processed the request, although this is not a response
    /// of its own.
    pub fn may_have_been_processed(&self) -> bool {
        match (self.kind, self.service_error()) {
            (ErrorKind::Service, Some(error)) => retry::may_have_been_processed(error.status),
            (kind, _) => kind == ErrorKind::Malformed,
        }
    }
}

impl From<MalformedResponse> for Error {
    fn from(error: MalformedResponse) -> Self {
        Self { kind: ErrorKind::Malformed, response: ResponseError::Malformed(error) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ErrorKind::Pending => "the sign-in request is not approved yet",
            ErrorKind::SlowDown => "the sign-in service throttled the requests",
            ErrorKind::ExpiredToken => "the sign-in request expired before it was approved",
            ErrorKind::AccessDenied => "access was denied",
            ErrorKind::InvalidGrant => "the grant is no longer valid",
            ErrorKind::InvalidClient => "the client registration is no longer valid",
            ErrorKind::Service | ErrorKind::Malformed => return self.response.fmt(f),
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind {
            ErrorKind::Service | ErrorKind::Malformed => None,
            _ => Some(&self.response),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use vestibule_wire::{http, rest_json};

    use super::*;

    fn error(status: u16, body: &str) -> Error {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let response = http::Response::builder().status(status).body(body).unwrap();
        Error::from_response(rest_json::read_empty(&response).unwrap_err(), &["hidden"])
    }

    fn malformed() -> Error {
        let response = http::Response::new(Bytes::from_static(b"{}"));
        Error::from_response(rest_json::read::<bool>(&response, "a token").unwrap_err(), &[])
    }

    /// Checks the kind of an error code, and whether it is transient.
    #[track_caller]
    fn check(status: u16, code: &str, kind: ErrorKind, is_transient: bool) {
        let error = error(status, &format!(r#"{{"error": "{code}"}}"#));
        assert_eq!((error.kind(), error.is_transient()), (kind, is_transient), "{code}");
    }

    #[test]
    fn error_codes_are_classified() {
        use ErrorKind::*;
        for (shape, code, kind, is_transient) in [
            ("AuthorizationPendingException", "authorization_pending", Pending, false),
            ("SlowDownException", "slow_down", SlowDown, true),
            ("ExpiredTokenException", "expired_token", ExpiredToken, false),
            ("AccessDeniedException", "access_denied", AccessDenied, false),
            ("InvalidGrantException", "invalid_grant", InvalidGrant, false),
            ("InvalidClientException", "invalid_client", InvalidClient, false),
            ("InvalidScopeException", "invalid_scope", Service, false),
        ] {
            check(400, shape, kind, is_transient);
            check(400, code, kind, is_transient);
        }
    }

    #[test]
    fn error_of_the_service_is_transient_and_no_refusal() {
        check(400, "server_error", ErrorKind::Service, true);
        check(400, "temporarily_unavailable", ErrorKind::Service, true);
        check(500, "InternalServerException", ErrorKind::Service, true);
        check(429, "TooManyRequestsException", ErrorKind::Service, true);
        check(400, "ThrottlingException", ErrorKind::Service, true);
        assert!(error(502, "<html>").is_transient());
        assert!(error(403, "<html>").is_transient(), "a proxy");
    }

    #[test]
    fn response_that_is_not_of_the_service_may_follow_its_work() {
        assert!(error(502, "<html>").may_have_been_processed(), "a gateway that gave up");
        assert!(malformed().may_have_been_processed());
        assert!(!error(400, r#"{"error": "invalid_grant"}"#).may_have_been_processed());
        assert!(!error(400, r#"{"error": "slow_down"}"#).may_have_been_processed());
        assert!(!error(429, r#"{"error": "other"}"#).may_have_been_processed());
    }

    #[test]
    fn source_is_the_response_unless_the_message_is() {
        use std::error::Error as _;
        let message = |error: &Error| error.source().map(ToString::to_string);
        let denied = error(400, r#"{"error": "access_denied", "error_description": "by Ann"}"#);
        assert!(message(&denied).unwrap().contains("by Ann"), "{:?}", message(&denied));
        assert_eq!(message(&error(500, r#"{"error": "server_error"}"#)), None);
        assert_eq!(message(&malformed()), None);
    }

    #[test]
    fn secret_is_removed_from_errors() {
        let error = error(400, r#"{"error": "invalid_grant", "error_description": "not hidden"}"#);
        assert!(
            !format!("{} {error:?}", vestibule_types::with_causes(&error)).contains("hidden"),
            "{error:?}"
        );
    }
}
