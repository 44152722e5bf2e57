//! Signing in to the console, for programs: `aws login`.
//!
//! <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html>

mod authorize;
mod confirmation;
mod federation;
mod grant;
mod host;
mod program;
mod proof;
mod refusal;
mod token;

use vestibule_types::{Region, Timestamp};

use crate::answer::Answered;
use crate::handle::Arrival;
use crate::operation::Operation;
use crate::state::State;
use crate::table::Table;

pub(crate) use host::region_of;

/// What the service knows beside sessions.
#[derive(Default)]
pub(crate) struct Console {
    /// By what the browser carried.
    codes: Table<grant::Code>,
    /// By the token.
    refresh_tokens: Table<grant::Refresh>,
    /// By the sign-in token, until when it opens the console.
    links: Table<Timestamp>,
    /// The names of proofs that were shown, each with the moment it was made.
    proofs: Table<i64>,
}

pub(crate) fn answer(state: &mut State, operation: Operation, arrival: &Arrival<'_>) -> Answered {
    match operation {
        Operation::AuthorizeConsole => authorize::answer(state, arrival),
        Operation::ConfirmConsole => confirmation::answer(arrival),
        Operation::GetSigninToken => federation::answer(state, arrival),
        _ => token::answer(state, arrival),
    }
}

/// A refusal with a code of the caller's choice.
pub(crate) fn refuse(operation: Operation, code: &str) -> Answered {
    match operation {
        Operation::CreateOAuth2Token => token::refuse(code),
        Operation::GetSigninToken => federation::refuse(code),
        _ => authorize::refuse(code),
    }
}

/// Where the person signed in: the region in the name of the host, or that of the instance.
fn region<'a>(state: &'a State, arrival: &'a Arrival<'_>) -> &'a Region {
    arrival.place.region(&state.config.region)
}
