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

impl ErrorCode {
    const ALL: [Self; 13] = [
        Self::AccessDenied,
        Self::AuthorizationPending,
        Self::ExpiredToken,
        Self::InternalServer,
        Self::InvalidClient,
        Self::InvalidClientMetadata,
        Self::InvalidGrant,
        Self::InvalidRedirectUri,
        Self::InvalidRequest,
        Self::InvalidScope,
        Self::SlowDown,
        Self::UnauthorizedClient,
        Self::UnsupportedGrantType,
    ];

    /// Finds the error with this OAuth code or shape name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.oauth() == name || code.shape() == name)
    }

    /// Returns the OAuth code, which is `error` in the body.
    const fn oauth(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::AuthorizationPending => "authorization_pending",
            Self::ExpiredToken => "expired_token",
            Self::InternalServer => "server_error",
            Self::InvalidClient => "invalid_client",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::SlowDown => "slow_down",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
        }
    }

    /// Returns the name in the service's model, which is in a header.
    const fn shape(self) -> &'static str {
        match self {
            Self::AccessDenied => "AccessDeniedException",
            Self::AuthorizationPending => "AuthorizationPendingException",
            Self::ExpiredToken => "ExpiredTokenException",
            Self::InternalServer => "InternalServerException",
            Self::InvalidClient => "InvalidClientException",
            Self::InvalidClientMetadata => "InvalidClientMetadataException",
            Self::InvalidGrant => "InvalidGrantException",
            Self::InvalidRedirectUri => "InvalidRedirectUriException",
            Self::InvalidRequest => "InvalidRequestException",
            Self::InvalidScope => "InvalidScopeException",
            Self::SlowDown => "SlowDownException",
            Self::UnauthorizedClient => "UnauthorizedClientException",
            Self::UnsupportedGrantType => "UnsupportedGrantTypeException",
        }
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

    /// As observed at the service: without `message` and `__type`, and with the shape in a header.
    pub(super) fn into_response(self, about: String) -> ServiceResponse {
        let error = self.code.oauth();
        let body = json!({ "error": error, "error_description": self.description });
        let mut response = response::json(self.code.status(), &body);
        let namespace = "http://internal.amazon.com/coral/com.amazonaws.sso.oidc/";
        let shape = format!("{}:{namespace}", self.code.shape());
        if let Ok(shape) = HeaderValue::from_str(&shape) {
            response.headers_mut().insert("x-amzn-errortype", shape);
        }
        ServiceResponse::error(response, error, about)
    }
}
