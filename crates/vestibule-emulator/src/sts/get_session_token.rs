//! `GetSessionToken`: temporary credentials of the same user, with MFA if there is a code.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>

use super::caller::Caller;
use super::error::{ErrorResponse, Result};
use super::input::Input;
use super::mfa::UsedCodes;
use super::session::{credentials, expires_after};
use crate::context::RequestContext;
use crate::shared::Shared;

// In seconds: 12 hours by default, and 36 hours at most.
const DEFAULT_DURATION: u64 = 43_200;
const MAX_DURATION: u64 = 129_600;

pub(super) fn respond(
    shared: &mut Shared,
    used_codes: &mut UsedCodes,
    input: &Input,
    context: &RequestContext<'_>,
) -> Result<String> {
    let caller = Caller::authenticate(shared, "sts", context)?;
    if caller.key_pair.session_token.is_some() {
        let message = "Cannot call GetSessionToken with session credentials";
        return Err(ErrorResponse::new("AccessDenied", message));
    }
    let principal = caller.key_pair.principal.clone();
    let duration = input.duration(DEFAULT_DURATION, 900..=MAX_DURATION)?;
    let mfa = input.mfa()?;
    if let Some(mfa) = mfa {
        used_codes.verify(&shared.iam, &principal, mfa, context.now)?;
    }
    let expires = expires_after(context.now, duration);
    Ok(credentials(&shared.issue_credentials(principal, mfa.is_some(), expires)))
}
