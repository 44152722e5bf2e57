use vestibule_wire::{AnswerError, Malformed, ServiceError};

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
    #[error("access was denied: {0}")]
    AccessDenied(ServiceError),
    /// The code or refresh token was used, revoked, or its session expired.
    #[error("the grant is no longer valid: {0}")]
    InvalidGrant(ServiceError),
    /// The registration is unknown or expired.
    #[error("the client registration is no longer valid: {0}")]
    InvalidClient(ServiceError),
    /// Any other error response.
    #[error(transparent)]
    Service(ServiceError),
    /// The response is malformed.
    #[error(transparent)]
    Malformed(Malformed),
}

impl Error {
    /// Classifies an error response; codes are AWS shape names or, from some hosts, RFC 6749 codes.
    pub(crate) fn from_answer(error: AnswerError, secrets: &[&str]) -> Self {
        let error = match error {
            AnswerError::Malformed(malformed) => return Self::Malformed(malformed),
            AnswerError::Service(error) => error.without(secrets),
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
}
