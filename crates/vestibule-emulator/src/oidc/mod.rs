//! IAM Identity Center OIDC.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html>

mod authorize;
mod device;
mod members;
mod refusal;
mod register;
mod token;

use vestibule_wire::Response;

use crate::answer::Answered;
use crate::handle::Arrival;
use crate::operation::Operation;
use crate::state::State;
use members::Members;
use refusal::{Code, Refusal};

// The grant types that `CreateToken` knows.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const AUTHORIZATION_CODE: &str = "authorization_code";
const REFRESH_TOKEN: &str = "refresh_token";

pub(crate) fn answer(state: &mut State, operation: Operation, arrival: &Arrival<'_>) -> Answered {
    let &Arrival { request, ref place, now, .. } = arrival;
    if operation == Operation::Authorize {
        return authorize::answer(state, request, now);
    }
    let members = match Members::read(request.body()) {
        Ok(members) => members,
        Err(refusal) => return refusal.answer(String::new()),
    };
    let about = members.about(operation);
    let done = match operation {
        Operation::RegisterClient => register::register(state, &members, now),
        _ if !place.may_be_in(&state.config.region) => Err(elsewhere()),
        Operation::StartDeviceAuthorization => device::start(state, &members, place, now),
        _ if request.uri().query().is_some_and(|query| query.contains("aws_iam")) => {
            Err(Refusal::new(Code::InvalidRequest, "CreateTokenWithIAM is not emulated"))
        }
        _ => token::create(state, &members, now),
    };
    match done {
        Ok(response) => Answered { response, error: None, about },
        Err(refusal) => refusal.answer(about),
    }
}

/// A refusal with a code of the caller's choice.
pub(crate) fn refuse(operation: Operation, code: &str) -> Answered {
    if operation == Operation::Authorize {
        return authorize::refuse(code);
    }
    let code = Code::ALL.into_iter().find(|known| known.is(code)).unwrap_or(Code::InvalidRequest);
    Refusal::new(code, "Scripted").answer(String::new())
}

/// Registrations are accepted anywhere, and are worth nothing but where the instance is.
fn elsewhere() -> Refusal {
    Refusal::new(Code::InvalidRequest, "Invalid token provided")
}

/// The result of an operation.
type Done = Result<Response, Refusal>;
