use vestibule_wire::{MalformedResponse, ServiceError};

/// Error returned by STS operations.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a response is an error or malformed")]
pub enum Error {
    /// The service returned an error.
    #[error(transparent)]
    Service(ServiceError),
    /// The response is malformed.
    #[error(transparent)]
    Malformed(MalformedResponse),
}

impl Error {
    /// Returns the error code of the service, such as `AccessDenied`.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service(error) => error.code.as_deref(),
            Self::Malformed(_) => None,
        }
    }

    /// Returns whether the error needs a change of a policy, a setting or the request, so that
    /// retries are useless.
    ///
    /// These are the codes that AWS's refresh specification calls non-recoverable. `ExpiredToken` is
    /// not one of them, since the source of the token may have a new one.
    pub fn is_permanent(&self) -> bool {
        matches!(
            self.code(),
            Some(
                "AccessDenied"
                    | "MalformedPolicyDocument"
                    | "PackedPolicyTooLarge"
                    | "RegionDisabledException"
                    | "IDPRejectedClaim"
                    | "InvalidIdentityToken"
            )
        )
    }

    /// Returns whether the service, or an identity provider that it called, failed or is overloaded.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Service(error) => error.is_transient(),
            Self::Malformed(_) => true,
        }
    }

    /// Returns whether the credentials or the token of the request expired.
    pub fn is_expired(&self) -> bool {
        matches!(self.code(), Some("ExpiredToken" | "ExpiredTokenException"))
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn error(status: u16, code: Option<&str>) -> Error {
        Error::Service(ServiceError::new(StatusCode::from_u16(status).unwrap(), code, None))
    }

    #[test]
    fn error_that_needs_a_change_is_permanent() {
        for code in [
            "AccessDenied",
            "MalformedPolicyDocument",
            "PackedPolicyTooLarge",
            "RegionDisabledException",
            "IDPRejectedClaim",
            "InvalidIdentityToken",
        ] {
            let error = error(403, Some(code));
            assert_eq!(error.code(), Some(code));
            assert!(error.is_permanent() && !error.is_transient() && !error.is_expired(), "{code}");
        }
        assert!(!error(403, None).is_permanent());
    }

    #[test]
    fn error_of_an_overloaded_service_is_transient() {
        for (status, code) in [
            (500, None),
            (503, Some("ServiceUnavailable")),
            (429, None),
            (400, Some("Throttling")),
            (400, Some("IDPCommunicationError")),
        ] {
            let error = error(status, code);
            assert!(error.is_transient() && !error.is_permanent(), "{status} {code:?}");
        }
        assert!(!error(400, Some("ValidationError")).is_transient());
        let malformed = Error::Malformed(MalformedResponse::new(StatusCode::OK, "XML"));
        assert_eq!(malformed.code(), None);
        assert!(!malformed.is_permanent() && !malformed.is_expired());
    }

    #[test]
    fn expired_token_is_expired_and_not_permanent() {
        for code in ["ExpiredToken", "ExpiredTokenException"] {
            let error = error(400, Some(code));
            assert!(error.is_expired() && !error.is_permanent() && !error.is_transient(), "{code}");
        }
    }
}
