use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::response::{self, ServiceResponse};

pub(super) type Result<T> = std::result::Result<T, ErrorResponse>;

/// An error of the service: `OAuth2ErrorCode` in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorCode {
    AuthcodeExpired,
    InsufficientPermissions,
    InvalidRequest,
    ServerError,
    TokenExpired,
    TooManyRequests,
    UserCredentialsChanged,
}

impl ErrorCode {
    const ALL: [Self; 7] = [
        Self::AuthcodeExpired,
        Self::InsufficientPermissions,
        Self::InvalidRequest,
        Self::ServerError,
        Self::TokenExpired,
        Self::TooManyRequests,
        Self::UserCredentialsChanged,
    ];

    /// Returns `error` in the body, the shape in a header, and the status.
    ///
    /// The model has a status for too many requests, but no code.
    const fn parts(self) -> (&'static str, &'static str, StatusCode) {
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

    /// Finds the error with this code or shape name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| {
            let (error, shape, _) = code.parts();
            name == error || name == shape
        })
    }
}

/// An error response: a code and its message.
#[derive(Debug)]
pub(super) struct ErrorResponse {
    code: ErrorCode,
    message: &'static str,
}

impl ErrorResponse {
    pub(super) fn new(code: ErrorCode, message: &'static str) -> Self {
        Self { code, message }
    }

    pub(super) fn invalid_request(message: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, message)
    }

    pub(super) fn into_response(self, about: String) -> ServiceResponse {
        let (error, shape, status) = self.code.parts();
        let body = json!({ "error": error, "message": self.message });
        let mut response = response::json(status, &body);
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(shape));
        ServiceResponse::error(response, error, about)
    }
}
