//! STS: who a key pair is.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use http::StatusCode;
use vestibule_types::Region;
use vestibule_wire::Partition;

use crate::answer::{self, Answered};
use crate::escape::escape;
use crate::handle::Arrival;
use crate::state::State;
use crate::verify::{Flaw, Signed};

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(crate) fn get_caller_identity(state: &State, arrival: &Arrival<'_>) -> Answered {
    let signed = Signed::read(arrival.request);
    let about = signed.as_ref().map_or("", |signed| signed.access_key_id).to_owned();
    match signed.map_err(Refusal::from).and_then(|by| identify(state, &by, arrival)) {
        Ok(result) => {
            let id = &arrival.id;
            let body = format!(
                "<GetCallerIdentityResponse xmlns=\"{NAMESPACE}\">\
                 <GetCallerIdentityResult>{result}</GetCallerIdentityResult>\
                 <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\
                 </GetCallerIdentityResponse>"
            );
            Answered { response: answer::xml(StatusCode::OK, body), error: None, about }
        }
        Err(refusal) => refusal.answer(about, arrival),
    }
}

/// Any other action.
pub(crate) fn other_action(arrival: &Arrival<'_>) -> Answered {
    let message = "This action is not emulated".to_owned();
    Refusal { status: StatusCode::BAD_REQUEST, code: "InvalidAction".to_owned(), message }
        .answer(String::new(), arrival)
}

/// A refusal with a code of the caller's choice.
pub(crate) fn refuse(code: &str, arrival: &Arrival<'_>) -> Answered {
    let status = match code {
        "AccessDenied"
        | "ExpiredToken"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch"
        | "RegionDisabledException"
        | "IDPRejectedClaim" => StatusCode::FORBIDDEN,
        "InternalFailure" => StatusCode::INTERNAL_SERVER_ERROR,
        "ServiceUnavailable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    Refusal { status, code: code.to_owned(), message: "Scripted".to_owned() }
        .answer(String::new(), arrival)
}

/// The inside of the result.
fn identify(state: &State, by: &Signed<'_>, arrival: &Arrival<'_>) -> Result<String, Refusal> {
    let &Arrival { request, ref place, now, .. } = arrival;
    let unknown = || {
        Refusal::forbidden(
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    };
    let key = state.key(by.access_key_id).ok_or_else(unknown)?;
    let token = request.headers().get("x-amz-security-token");
    if token.map(http::HeaderValue::as_bytes) != key.session_token.as_deref().map(str::as_bytes) {
        return Err(unknown());
    }
    if by.service != "sts" {
        let message = "Credential should be scoped to correct service: 'sts'.";
        return Err(Refusal::forbidden("SignatureDoesNotMatch", message));
    }
    let region = Region::new(by.region).ok().filter(|region| place.may_be_in(region));
    let Some(region) = region else {
        let message = "Credential should be scoped to a valid region.";
        return Err(Refusal::forbidden("SignatureDoesNotMatch", message));
    };
    by.verify(request, &key.secret, now)?;
    if key.expires.is_some_and(|expires| expires <= now) {
        let message = "The security token included in the request is expired";
        return Err(Refusal::forbidden("ExpiredToken", message));
    }
    let partition = Partition::of(&region).id;
    let arn = escape(&format!("arn:{partition}:{}", key.resource));
    let (user_id, account) = (escape(&key.user_id), escape(&key.account));
    Ok(format!("<Arn>{arn}</Arn><UserId>{user_id}</UserId><Account>{account}</Account>"))
}

struct Refusal {
    status: StatusCode,
    code: String,
    message: String,
}

impl Refusal {
    fn forbidden(code: &str, message: &str) -> Self {
        Self { status: StatusCode::FORBIDDEN, code: code.to_owned(), message: message.to_owned() }
    }

    fn answer(self, about: String, arrival: &Arrival<'_>) -> Answered {
        let fault = if self.status.is_server_error() { "Receiver" } else { "Sender" };
        let (code, message, id) = (escape(&self.code), escape(&self.message), &arrival.id);
        let body = format!(
            "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{fault}</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>{id}</RequestId></ErrorResponse>"
        );
        Answered { response: answer::xml(self.status, body), error: Some(self.code), about }
    }
}

impl From<Flaw> for Refusal {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Missing => {
                let message = "Request is missing Authentication Token";
                Self::forbidden("MissingAuthenticationToken", message)
            }
            Flaw::Incomplete(part) => Self {
                status: StatusCode::BAD_REQUEST,
                code: "IncompleteSignature".to_owned(),
                message: format!("Authorization header requires {part}."),
            },
            Flaw::Mismatch(message) => Self::forbidden("SignatureDoesNotMatch", &message),
        }
    }
}
