use http::StatusCode;

use super::NAMESPACE;
use crate::answer::{self, Answered};
use crate::escape::escape;
use crate::handle::Arrival;
use crate::verify::Flaw;

/// An error, by its code.
#[derive(Debug)]
pub(super) struct Refusal {
    code: String,
    message: String,
}

impl Refusal {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }

    /// What was sent is not what the service takes.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    /// The status that goes with the code, in the model and in the common errors.
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

    pub(super) fn answer(self, about: String, arrival: &Arrival<'_>) -> Answered {
        let status = self.status();
        let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
        let (code, message, id) = (escape(&self.code), escape(&self.message), &arrival.id);
        let body = format!(
            "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{fault}</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>{id}</RequestId></ErrorResponse>"
        );
        Answered { response: answer::xml(status, body), error: Some(self.code), about }
    }
}

impl From<Flaw> for Refusal {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Missing => {
                Self::new("MissingAuthenticationToken", "Request is missing Authentication Token")
            }
            Flaw::Incomplete(part) => {
                Self::new("IncompleteSignature", format!("Authorization header requires {part}."))
            }
            Flaw::Mismatch(message) => Self::new("SignatureDoesNotMatch", message),
        }
    }
}
