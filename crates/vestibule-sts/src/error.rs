use vestibule_wire::{Malformed, ServiceError};

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
    Malformed(Malformed),
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
