//! STS: who a key pair is, and credentials for who may be somebody else.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>

mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
mod caller;
mod get_session_token;
mod input;
mod mfa;
mod refusal;
mod session;

use http::StatusCode;

use crate::answer::{self, Answered};
use crate::escape::escape;
use crate::handle::Arrival;
use crate::operation::Operation;
use crate::state::State;
use crate::verify::Signed;
use caller::Caller;
use input::Input;
use refusal::Refusal;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The inside of a result.
type Done = Result<String, Refusal>;

pub(crate) fn answer(state: &mut State, operation: Operation, arrival: &Arrival<'_>) -> Answered {
    let input = Input::of(arrival.request);
    let about = about(&input, arrival);
    let done = match operation {
        Operation::AssumeRole => assume_role::answer(state, &input, arrival),
        Operation::AssumeRoleWithWebIdentity => {
            assume_role_with_web_identity::answer(state, &input, arrival)
        }
        Operation::AssumeRoleWithSaml => assume_role_with_saml::answer(state, &input, arrival),
        Operation::GetSessionToken => get_session_token::answer(state, &input, arrival),
        _ => get_caller_identity(state, arrival),
    };
    match done {
        Ok(result) => {
            let (name, id) = (operation.name(), &arrival.id);
            let body = format!(
                "<{name}Response xmlns=\"{NAMESPACE}\"><{name}Result>{result}</{name}Result>\
                 <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{name}Response>"
            );
            Answered { response: answer::xml(StatusCode::OK, body), error: None, about }
        }
        Err(refusal) => refusal.answer(about, arrival),
    }
}

/// Any other action.
pub(crate) fn other_action(arrival: &Arrival<'_>) -> Answered {
    Refusal::new("InvalidAction", "This action is not emulated").answer(String::new(), arrival)
}

/// A refusal with a code of the caller's choice.
pub(crate) fn refuse(code: &str, arrival: &Arrival<'_>) -> Answered {
    Refusal::new(code, "Scripted").answer(String::new(), arrival)
}

/// Needs no permission but to be somebody.
fn get_caller_identity(state: &State, arrival: &Arrival<'_>) -> Done {
    let caller = Caller::of(state, arrival)?;
    let who = &caller.key.who;
    let (arn, user_id, account) = (escape(&caller.arn()), escape(&who.id()), who.account());
    Ok(format!("<Arn>{arn}</Arn><UserId>{user_id}</UserId><Account>{account}</Account>"))
}

/// Who asks, and for which role.
fn about(input: &Input, arrival: &Arrival<'_>) -> String {
    let signed = Signed::read(arrival.request);
    let id = signed.as_ref().ok().map(|signed| signed.access_key_id);
    id.into_iter().chain(input.text("RoleArn")).collect::<Vec<_>>().join(" ")
}
