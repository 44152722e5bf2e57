use http::{HeaderValue, StatusCode};
use serde_json::json;
use vestibule_wire::Response;

use crate::response::{self, ServiceResponse};

/// The result of an operation of this service.
pub(super) type Result<T = Response> = std::result::Result<T, ErrorResponse>;

/// An error of the service's model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorCode {
    AccessDenied,
    AuthorizationPending,
    ExpiredToken,
    InternalServer,
    InvalidClient,
    InvalidClientMetadata,
    InvalidGrant,
    InvalidRedirectUri,
    InvalidRequest,
    InvalidScope,
    SlowDown,
    UnauthorizedClient,
    UnsupportedGrantType,
}

/// Every error, with its OAuth code, which is `error` in the body, and its name in the model, which
/// is in a header.
#[rustfmt::skip]
const ERRORS: [(ErrorCode, &str, &str); 13] = [
    (ErrorCode::AccessDenied, "access_denied", "AccessDeniedException"),
    (ErrorCode::AuthorizationPending, "authorization_pending", "AuthorizationPendingException"),
    (ErrorCode::ExpiredToken, "expired_token", "ExpiredTokenException"),
    (ErrorCode::InternalServer, "server_error", "InternalServerException"),
    (ErrorCode::InvalidClient, "invalid_client", "InvalidClientException"),
    (ErrorCode::InvalidClientMetadata, "invalid_client_metadata", "InvalidClientMetadataException"),
    (ErrorCode::InvalidGrant, "invalid_grant", "InvalidGrantException"),
    (ErrorCode::InvalidRedirectUri, "invalid_redirect_uri", "InvalidRedirectUriException"),
    (ErrorCode::InvalidRequest, "invalid_request", "InvalidRequestException"),
    (ErrorCode::InvalidScope, "invalid_scope", "InvalidScopeException"),
    (ErrorCode::SlowDown, "slow_down", "SlowDownException"),
    (ErrorCode::UnauthorizedClient, "unauthorized_client", "UnauthorizedClientException"),
    (ErrorCode::UnsupportedGrantType, "unsupported_grant_type", "UnsupportedGrantTypeException"),
];

impl ErrorCode {
    /// Finds the error with this OAuth code or shape name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let error = ERRORS.iter().find(|(_, oauth, shape)| [*oauth, *shape].contains(&name));
        error.map(|(code, ..)| *code)
    }

    /// Returns the OAuth code and the shape name. The table is in the order of the variants.
    fn names(self) -> (&'static str, &'static str) {
        let (_, oauth, shape) = ERRORS[self as usize];
        (oauth, shape)
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::InternalServer => StatusCode::INTERNAL_SERVER_ERROR,
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// An error response: a code and its description.
#[derive(Debug)]
pub(super) struct ErrorResponse {
    code: ErrorCode,
    description: String,
}

impl ErrorResponse {
    pub(super) fn new(code: ErrorCode, description: impl Into<String>) -> Self {
        Self { code, description: description.into() }
    }

    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    pub(super) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    /// Returns the response as observed at the service: without `message` and `__type`, and with
    /// the shape in a header.
    pub(super) fn into_response(self, about: String) -> ServiceResponse {
        let (error, shape) = self.code.names();
        let body = json!({ "error": error, "error_description": self.description });
        let mut response = response::json(self.code.status(), &body);
        let namespace = "http://internal.amazon.com/coral/com.amazonaws.sso.oidc/";
        let shape = format!("{shape}:{namespace}");
        if let Ok(shape) = HeaderValue::from_str(&shape) {
            response.headers_mut().insert("x-amzn-errortype", shape);
        }
        ServiceResponse::error(response, error, about)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_found_by_its_names() {
        for (code, oauth, shape) in ERRORS {
            assert_eq!(code.names(), (oauth, shape));
            assert_eq!(ErrorCode::from_name(oauth), Some(code));
            assert_eq!(ErrorCode::from_name(shape), Some(code));
        }
    }
}
