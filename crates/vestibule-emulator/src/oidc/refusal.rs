use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::answer::{self, Answered};

/// An error of OIDC, by its row in the service's model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
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

impl Code {
    pub(super) const ALL: [Self; 13] = [
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

    /// `error` in the body, the shape in the header, the status.
    const fn row(self) -> (&'static str, &'static str, StatusCode) {
        let bad = StatusCode::BAD_REQUEST;
        match self {
            Self::AccessDenied => ("access_denied", "AccessDeniedException", bad),
            Self::AuthorizationPending => {
                ("authorization_pending", "AuthorizationPendingException", bad)
            }
            Self::ExpiredToken => ("expired_token", "ExpiredTokenException", bad),
            Self::InternalServer => {
                ("server_error", "InternalServerException", StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::InvalidClient => {
                ("invalid_client", "InvalidClientException", StatusCode::UNAUTHORIZED)
            }
            Self::InvalidClientMetadata => {
                ("invalid_client_metadata", "InvalidClientMetadataException", bad)
            }
            Self::InvalidGrant => ("invalid_grant", "InvalidGrantException", bad),
            Self::InvalidRedirectUri => {
                ("invalid_redirect_uri", "InvalidRedirectUriException", bad)
            }
            Self::InvalidRequest => ("invalid_request", "InvalidRequestException", bad),
            Self::InvalidScope => ("invalid_scope", "InvalidScopeException", bad),
            Self::SlowDown => ("slow_down", "SlowDownException", bad),
            Self::UnauthorizedClient => ("unauthorized_client", "UnauthorizedClientException", bad),
            Self::UnsupportedGrantType => {
                ("unsupported_grant_type", "UnsupportedGrantTypeException", bad)
            }
        }
    }

    /// True if this is what the text means, be it the OAuth code or the shape.
    pub(super) fn is(self, text: &str) -> bool {
        let (error, shape, _) = self.row();
        text == error || text == shape
    }
}

/// An error, and what it says about itself.
#[derive(Debug)]
pub(super) struct Refusal {
    code: Code,
    description: String,
}

impl Refusal {
    pub(super) fn new(code: Code, description: impl Into<String>) -> Self {
        Self { code, description: description.into() }
    }

    /// As seen on the wire: no `message`, no `__type`, and the shape in a header.
    pub(super) fn answer(self, about: String) -> Answered {
        let (error, shape, status) = self.code.row();
        let body = json!({ "error": error, "error_description": self.description });
        let mut response = answer::json(status, &body);
        let shape = format!("{shape}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/");
        if let Ok(shape) = HeaderValue::from_str(&shape) {
            response.headers_mut().insert("x-amzn-errortype", shape);
        }
        Answered { response, error: Some(error.to_owned()), about }
    }
}
