use vestibule_wire::{MalformedResponse, ResponseError, ServiceError, retry};

/// Error returned by OIDC operations.
///
/// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html#API_CreateToken_Errors>
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The user has not approved the code yet (RFC 8628 `authorization_pending`).
    #[error("the sign-in request is not approved yet")]
    Pending,
    /// The polling interval is too short (RFC 8628 `slow_down`).
    #[error("the sign-in service throttled the requests")]
    SlowDown,
    /// The device code expired.
    #[error("the sign-in request expired before it was approved")]
    ExpiredToken,
    /// The user or a policy denied access.
    #[error("access was denied")]
    AccessDenied(#[source] ServiceError),
    /// The code or refresh token was used, revoked, or its session expired.
    #[error("the grant is no longer valid")]
    InvalidGrant(#[source] ServiceError),
    /// The registration is unknown or expired.
    #[error("the client registration is no longer valid")]
    InvalidClient(#[source] ServiceError),
    /// Any other error response.
    #[error(transparent)]
    Service(ServiceError),
    /// The response is malformed.
    #[error(transparent)]
    Malformed(MalformedResponse),
}

impl Error {
    /// Classifies an error response; codes are AWS shape names or, from some hosts, RFC 6749 codes.
    pub(crate) fn from_response(error: ResponseError, secrets: &[&str]) -> Self {
        let error = match error {
            ResponseError::Malformed(malformed) => return Self::Malformed(malformed),
            ResponseError::Service(error) => error.without_secrets(secrets),
        };
        match error.code.as_deref() {
            Some("AuthorizationPendingException" | "authorization_pending") => Self::Pending,
            Some("SlowDownException" | "slow_down") => Self::SlowDown,
            Some("ExpiredTokenException" | "expired_token") => Self::ExpiredToken,
            Some("AccessDeniedException" | "access_denied") => Self::AccessDenied(error),
            Some("InvalidGrantException" | "invalid_grant") => Self::InvalidGrant(error),
            Some("InvalidClientException" | "invalid_client") => Self::InvalidClient(error),
            _ => Self::Service(error),
        }
    }

    /// Returns whether the response says nothing about the grant: the service failed, or the response
    /// is not from the service.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Service(error) => error.code.is_none() || error.is_transient(),
            Self::SlowDown | Self::Malformed(_) => true,
            _ => false,
        }
    }

    /// Returns whether the service may have processed the request, although this is not a response
    /// of its own.
    pub fn may_have_been_processed(&self) -> bool {
        match self {
            Self::Service(error) => retry::may_have_been_processed(error.status),
            Self::Malformed(_) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use vestibule_wire::rest_json;

    use super::*;

    fn error(status: u16, body: &str) -> Error {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let response = http::Response::builder().status(status).body(body).unwrap();
        Error::from_response(rest_json::read_empty(&response).unwrap_err(), &["hidden"])
    }

    /// Checks the error of a code, and whether it is transient.
    #[track_caller]
    fn check(status: u16, code: &str, expected: &str, is_transient: bool) {
        let error = error(status, &format!(r#"{{"error": "{code}"}}"#));
        assert!(format!("{error:?}").starts_with(expected), "{code}: {error:?}");
        assert_eq!(error.is_transient(), is_transient, "{code}");
    }

    #[test]
    fn error_codes_are_classified() {
        for (shape, code, expected, is_transient) in [
            ("AuthorizationPendingException", "authorization_pending", "Pending", false),
            ("SlowDownException", "slow_down", "SlowDown", true),
            ("ExpiredTokenException", "expired_token", "ExpiredToken", false),
            ("AccessDeniedException", "access_denied", "AccessDenied", false),
            ("InvalidGrantException", "invalid_grant", "InvalidGrant", false),
            ("InvalidClientException", "invalid_client", "InvalidClient", false),
            ("InvalidScopeException", "invalid_scope", "Service", false),
        ] {
            check(400, shape, expected, is_transient);
            check(400, code, expected, is_transient);
        }
    }

    #[test]
    fn error_of_the_service_is_transient_and_no_refusal() {
        check(400, "server_error", "Service", true);
        check(400, "temporarily_unavailable", "Service", true);
        check(500, "InternalServerException", "Service", true);
        check(429, "TooManyRequestsException", "Service", true);
        check(400, "ThrottlingException", "Service", true);
        assert!(error(502, "<html>").is_transient());
        assert!(error(403, "<html>").is_transient(), "a proxy");
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
