use std::fmt;

use serde::Deserialize;
use vestibule_types::json;
use vestibule_wire::{MalformedResponse, ResponseError};

/// Error returned by [`CreateOAuth2Token`](crate::CreateOAuth2Token).
///
/// <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html#API_CreateOAuth2Token_Errors>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    response: ResponseError,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The code or refresh token expired or was revoked, or the user changed the password.
    InvalidGrant,
    /// The policies of the user do not allow `signin:CreateOAuth2Token`.
    NotAllowed,
    /// Any other error response, such as to a refresh in another region than that of the sign-in.
    Service,
    /// The response is malformed.
    Malformed,
}

impl Error {
    /// Classifies an error response. Its body has a code beside the name of the error.
    pub(crate) fn from_response(
        mut response: ResponseError,
        body: &[u8],
        secrets: &[&str],
    ) -> Self {
        let kind = match &mut response {
            ResponseError::Malformed(_) => ErrorKind::Malformed,
            ResponseError::Service(error) => {
                let is_denied = error.has_code("AccessDeniedException");
                if let Some(code) = code(body) {
                    error.code = Some(vestibule_types::printable_line(&code, 80));
                }
                match error.code.as_deref() {
                    Some("INSUFFICIENT_PERMISSIONS") => ErrorKind::NotAllowed,
                    Some("TOKEN_EXPIRED" | "AUTHCODE_EXPIRED" | "USER_CREDENTIALS_CHANGED") => {
                        ErrorKind::InvalidGrant
                    }
                    _ if is_denied => ErrorKind::InvalidGrant,
                    _ => ErrorKind::Service,
                }
            }
        };
        Self { kind, response: response.without_secrets(secrets) }
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns whether the cause is temporary, and not the grant: the service failed.
    pub fn is_transient(&self) -> bool {
        !self.is_denial() && self.response.is_transient()
    }

    /// Returns whether access was denied. Credentials must then not be used, even before they expire.
    pub fn is_denial(&self) -> bool {
        matches!(self.kind, ErrorKind::InvalidGrant | ErrorKind::NotAllowed)
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
            ErrorKind::InvalidGrant => "the grant is no longer valid",
            ErrorKind::NotAllowed => "signin:CreateOAuth2Token is not allowed",
            ErrorKind::Service | ErrorKind::Malformed => return self.response.fmt(f),
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.is_denial().then_some(&self.response as _)
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
