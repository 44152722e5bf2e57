use serde::Deserialize;
use vestibule_types::json;
use vestibule_wire::{MalformedResponse, ResponseError, ServiceError};

/// Error returned by [`CreateOAuth2Token`](crate::CreateOAuth2Token).
///
/// <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html#API_CreateOAuth2Token_Errors>
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The code or refresh token expired or was revoked, or the user changed the password.
    #[error("the grant is no longer valid")]
    InvalidGrant(#[source] ServiceError),
    /// The policies of the user do not allow `signin:CreateOAuth2Token`.
    #[error("signin:CreateOAuth2Token is not allowed")]
    NotAllowed(#[source] ServiceError),
    /// Any other error response, such as to a refresh in another region than that of the sign-in.
    #[error(transparent)]
    Service(ServiceError),
    /// The response is malformed.
    #[error(transparent)]
    Malformed(MalformedResponse),
}

impl Error {
    /// Classifies an error response. Its body has a code beside the name of the error.
    pub(crate) fn from_response(error: ResponseError, body: &[u8], secrets: &[&str]) -> Self {
        let mut error = match error {
            ResponseError::Malformed(malformed) => return Self::Malformed(malformed),
            ResponseError::Service(error) => error,
        };
        let is_denied = error.has_code("AccessDeniedException");
        if let Some(code) = code(body) {
            error.code = Some(vestibule_types::printable_line(&code, 80));
        }
        let error = error.without_secrets(secrets);
        match error.code.as_deref() {
            Some("INSUFFICIENT_PERMISSIONS") => Self::NotAllowed(error),
            Some("TOKEN_EXPIRED" | "AUTHCODE_EXPIRED" | "USER_CREDENTIALS_CHANGED") => {
                Self::InvalidGrant(error)
            }
            _ if is_denied => Self::InvalidGrant(error),
            _ => Self::Service(error),
        }
    }

    /// Returns whether the response says nothing about the grant: the service failed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Service(error) => error.is_transient(),
            Self::Malformed(_) => true,
            Self::InvalidGrant(_) | Self::NotAllowed(_) => false,
        }
    }

    /// Returns whether access was denied. Credentials must then not be used, even before they expire.
    pub fn is_denial(&self) -> bool {
        matches!(self, Self::InvalidGrant(_) | Self::NotAllowed(_))
    }
}

/// Returns the code in the body, which is more specific than the name of the error.
fn code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct ErrorBody {
        error: Option<String>,
    }

    json::from_slice::<ErrorBody>(body).ok()?.error
}
