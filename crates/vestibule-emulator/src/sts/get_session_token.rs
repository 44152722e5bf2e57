//! `GetSessionToken`: temporary credentials of the same user, with MFA if a code comes along.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>

use super::session::{credentials, until};
use super::{Caller, Done, Input, Refusal, mfa};
use crate::handle::Arrival;
use crate::state::State;

/// 12 hours, of 15 minutes to 36 hours.
const USUAL: u64 = 43_200;
const LONGEST: u64 = 129_600;

pub(super) fn answer(state: &mut State, input: &Input, arrival: &Arrival<'_>) -> Done {
    let caller = Caller::of(state, arrival)?;
    if caller.key.session_token.is_some() {
        let message = "Cannot call GetSessionToken with session credentials";
        return Err(Refusal::new("AccessDenied", message));
    }
    let who = caller.key.who.clone();
    let duration = input.duration(USUAL, 900..=LONGEST)?;
    let given = input.mfa()?;
    if let Some(given) = given {
        mfa::spend(state, &who, given, arrival.now)?;
    }
    Ok(credentials(&state.issue(who, given.is_some(), until(arrival.now, duration))))
}
