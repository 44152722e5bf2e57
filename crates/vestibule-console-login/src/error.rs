use serde::Deserialize;
use vestibule_types::json;
use vestibule_wire::{AnswerError, Malformed, ServiceError};

/// What the sign-in service says instead of an answer, by what to do about it.
///
/// <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html#API_CreateOAuth2Token_Errors>
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The code or refresh token no longer works, or the password was changed: only a person can
    /// help.
    #[error("the sign-in is over: {0}")]
    Over(ServiceError),
    /// The person's policies lack `signin:CreateOAuth2Token`.
    #[error("signin:CreateOAuth2Token is not allowed: {0}")]
    NotAllowed(ServiceError),
    /// Anything else the service refuses, such as a refresh in another region than the sign-in's.
    #[error(transparent)]
    Service(ServiceError),
    /// The answer cannot be read.
    #[error(transparent)]
    Malformed(Malformed),
}

impl Error {
    /// Sorts an error answer, whose body has a code of its own beside the error's name.
    pub(crate) fn from_answer(error: AnswerError, body: &[u8], secrets: &[&str]) -> Self {
        let mut error = match error {
            AnswerError::Malformed(malformed) => return Self::Malformed(malformed),
            AnswerError::Service(error) => error,
        };
        let is_denied = error.is("AccessDeniedException");
        if let Some(code) = code(body) {
            error.code = Some(vestibule_types::printable_line(&code, 80));
        }
        let error = error.without(secrets);
        match error.code.as_deref() {
            Some("INSUFFICIENT_PERMISSIONS") => Self::NotAllowed(error),
            Some("TOKEN_EXPIRED" | "AUTHCODE_EXPIRED" | "USER_CREDENTIALS_CHANGED") => {
                Self::Over(error)
            }
            _ if is_denied => Self::Over(error),
            _ => Self::Service(error),
        }
    }

    /// True if the service itself failed: nothing is known about the grant.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Service(error) => error.is_transient(),
            Self::Malformed(_) => true,
            Self::Over(_) | Self::NotAllowed(_) => false,
        }
    }

    /// True for `AccessDeniedException`: credentials that have not expired are not to be used on.
    pub fn is_denial(&self) -> bool {
        matches!(self, Self::Over(_) | Self::NotAllowed(_))
    }
}

/// What the body says: it tells more than the name of the error does.
fn code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct ErrorBody {
        error: Option<String>,
    }

    json::from_slice::<ErrorBody>(body).ok()?.error
}
