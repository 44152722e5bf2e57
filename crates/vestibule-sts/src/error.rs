use vestibule_wire::{ResponseError, ServiceError};

/// Error returned by STS operations.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{response}")]
pub struct Error {
    kind: ErrorKind,
    response: ResponseError,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A policy, a setting or the request needs a change, so that retries are useless.
    ///
    /// These are the codes that AWS's refresh specification calls non-recoverable. `ExpiredToken` is
    /// not one of them, since the source of the token may have a new one.
    Permanent,
    /// The credentials or the token of the request expired.
    ExpiredToken,
    /// Any other error response.
    Service,
    /// The response is malformed.
    Malformed,
}

impl Error {
    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the error of the service; `None` if the response is malformed.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.response.service_error()
    }

    /// Returns whether the service, or an identity provider that it called, failed or is overloaded.
    pub fn is_transient(&self) -> bool {
        self.response.is_transient()
    }
}

impl From<ResponseError> for Error {
    fn from(response: ResponseError) -> Self {
        let kind = match response.service_error().map(|error| error.code.as_deref()) {
            None => ErrorKind::Malformed,
            Some(Some("ExpiredToken" | "ExpiredTokenException")) => ErrorKind::ExpiredToken,
            Some(Some(
                "AccessDenied"
                | "MalformedPolicyDocument"
                | "PackedPolicyTooLarge"
                | "RegionDisabledException"
                | "IDPRejectedClaim"
                | "InvalidIdentityToken",
            )) => ErrorKind::Permanent,
            Some(_) => ErrorKind::Service,
        };
        Self { kind, response }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use vestibule_wire::MalformedResponse;

    use super::*;

    #[track_caller]
    fn check(status: u16, code: Option<&str>, kind: ErrorKind, is_transient: bool) {
        let error = ServiceError::new(StatusCode::from_u16(status).unwrap(), code, None);
        let error = Error::from(ResponseError::Service(error));
        assert_eq!((error.kind(), error.is_transient()), (kind, is_transient), "{code:?}");
    }

    #[test]
    fn error_codes_are_classified() {
        use ErrorKind::*;
        for (status, code, kind, is_transient) in [
            (403, "AccessDenied", Permanent, false),
            (403, "MalformedPolicyDocument", Permanent, false),
            (403, "PackedPolicyTooLarge", Permanent, false),
            (403, "RegionDisabledException", Permanent, false),
            (403, "IDPRejectedClaim", Permanent, false),
            (403, "InvalidIdentityToken", Permanent, false),
            (400, "ExpiredToken", ExpiredToken, false),
            (400, "ExpiredTokenException", ExpiredToken, false),
            (503, "ServiceUnavailable", Service, true),
            (400, "Throttling", Service, true),
            (400, "IDPCommunicationError", Service, true),
            (400, "ValidationError", Service, false),
        ] {
            check(status, Some(code), kind, is_transient);
        }
    }

    #[test]
    fn error_without_a_code_is_classified_by_its_status() {
        check(500, None, ErrorKind::Service, true);
        check(429, None, ErrorKind::Service, true);
        check(403, None, ErrorKind::Service, false);
    }

    #[test]
    fn malformed_response_is_transient() {
        let malformed = ResponseError::Malformed(MalformedResponse::new(StatusCode::OK, "XML"));
        let error = Error::from(malformed);
        assert_eq!((error.kind(), error.service_error()), (ErrorKind::Malformed, None));
        assert!(error.is_transient());
    }
}
