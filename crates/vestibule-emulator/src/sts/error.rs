use http::StatusCode;

use crate::context::RequestContext;
use crate::escape::escape;
use crate::response::{self, ServiceResponse};
use crate::signature::SignatureError;

pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(crate) type Result<T> = std::result::Result<T, ErrorResponse>;

/// An error response: a code and its message.
#[derive(Debug)]
pub(crate) struct ErrorResponse {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl ErrorResponse {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    /// Returns the status of the code in the model, or in the list of common errors.
    fn status(&self) -> StatusCode {
        match self.code.as_str() {
            "AccessDenied"
            | "ExpiredToken"
            | "IDPRejectedClaim"
            | "InvalidClientTokenId"
            | "MissingAuthenticationToken"
            | "RegionDisabledException"
            | "SignatureDoesNotMatch" => StatusCode::FORBIDDEN,
            "InternalFailure" => StatusCode::INTERNAL_SERVER_ERROR,
            "ServiceUnavailable" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn into_response(
        self,
        about: String,
        context: &RequestContext<'_>,
    ) -> ServiceResponse {
        let status = self.status();
        let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
        let (code, message, id) = (escape(&self.code), escape(&self.message), &context.id);
        let body = format!(
            "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{fault}</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>{id}</RequestId></ErrorResponse>"
        );
        ServiceResponse::error(response::xml(status, body), self.code, about)
    }
}

impl From<SignatureError> for ErrorResponse {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::Missing => {
                Self::new("MissingAuthenticationToken", "Request is missing Authentication Token")
            }
            SignatureError::Incomplete(part) => {
                Self::new("IncompleteSignature", format!("Authorization header requires {part}."))
            }
            SignatureError::Mismatch(message) => Self::new("SignatureDoesNotMatch", message),
        }
    }
}
