use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::answer::{self, Answered};

/// An error of the service: `OAuth2ErrorCode` in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    AuthcodeExpired,
    InsufficientPermissions,
    InvalidRequest,
    ServerError,
    TokenExpired,
    TooManyRequests,
    UserCredentialsChanged,
}

impl Code {
    pub(super) const ALL: [Self; 7] = [
        Self::AuthcodeExpired,
        Self::InsufficientPermissions,
        Self::InvalidRequest,
        Self::ServerError,
        Self::TokenExpired,
        Self::TooManyRequests,
        Self::UserCredentialsChanged,
    ];

    /// `error` in the body, the shape in the header, the status.
    ///
    /// Of too many requests the model says a status, but no code.
    fn row(self) -> (&'static str, &'static str, StatusCode) {
        let denied = "AccessDeniedException";
        match self {
            Self::AuthcodeExpired => ("AUTHCODE_EXPIRED", denied, StatusCode::UNAUTHORIZED),
            Self::InsufficientPermissions => {
                ("INSUFFICIENT_PERMISSIONS", denied, StatusCode::FORBIDDEN)
            }
            Self::InvalidRequest => {
                ("INVALID_REQUEST", "ValidationException", StatusCode::BAD_REQUEST)
            }
            Self::ServerError => {
                ("server_error", "InternalServerException", StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::TokenExpired => ("TOKEN_EXPIRED", denied, StatusCode::UNAUTHORIZED),
            Self::TooManyRequests => {
                ("server_error", "TooManyRequestsError", StatusCode::TOO_MANY_REQUESTS)
            }
            Self::UserCredentialsChanged => {
                ("USER_CREDENTIALS_CHANGED", denied, StatusCode::FORBIDDEN)
            }
        }
    }

    /// What a text means, be it the code or the shape.
    pub(super) fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| {
            let (error, shape, _) = code.row();
            text == error || text == shape
        })
    }
}

/// An error, and what it says about itself.
#[derive(Debug)]
pub(super) struct Refusal {
    code: Code,
    message: &'static str,
}

impl Refusal {
    pub(super) fn new(code: Code, message: &'static str) -> Self {
        Self { code, message }
    }

    /// What was sent is not what the service takes.
    pub(super) fn invalid(message: &'static str) -> Self {
        Self::new(Code::InvalidRequest, message)
    }

    pub(super) fn answer(self, about: String) -> Answered {
        let (error, shape, status) = self.code.row();
        let mut response =
            answer::json(status, &json!({ "error": error, "message": self.message }));
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(shape));
        Answered { response, error: Some(error.to_owned()), about }
    }
}
