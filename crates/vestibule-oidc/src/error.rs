use vestibule_wire::{AnswerError, Malformed, ServiceError};

/// What the OIDC service says instead of an answer, by what to do about it.
///
/// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html#API_CreateToken_Errors>
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The person has not decided yet (RFC 8628 `authorization_pending`).
    #[error("the sign-in is not approved yet")]
    Pending,
    /// Ask less often (RFC 8628 `slow_down`).
    #[error("asked too often")]
    SlowDown,
    /// The device code is over.
    #[error("the code was not approved in time")]
    ExpiredToken,
    /// The person, or a policy, said no.
    #[error("access was denied: {0}")]
    AccessDenied(ServiceError),
    /// The code or refresh token is used up, revoked, or its session is over.
    #[error("the grant is no longer valid: {0}")]
    InvalidGrant(ServiceError),
    /// The registration is unknown or over.
    #[error("the client registration is no longer valid: {0}")]
    InvalidClient(ServiceError),
    /// Anything else the service refuses.
    #[error(transparent)]
    Service(ServiceError),
    /// The answer cannot be read.
    #[error(transparent)]
    Malformed(Malformed),
}

impl Error {
    /// Sorts an error answer; the names come as shapes or, from some hosts, as RFC 6749 codes.
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

    /// True if nothing is known about the grant: the service failed, or something else, which
    /// names no error of the service's, answered in its place.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Service(error) => error.code.is_none() || error.is_transient(),
            Self::SlowDown | Self::Malformed(_) => true,
            _ => false,
        }
    }
}
