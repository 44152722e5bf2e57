use vestibule_types::Timestamp;

use super::Refusal;
use crate::iam::Principal;
use crate::state::State;

/// Spends a code of a principal's own device.
pub(super) fn spend(
    state: &mut State,
    who: &Principal,
    (serial, code): (&str, &str),
    now: Timestamp,
) -> Result<(), Refusal> {
    let denied = |message: &str| Refusal::new("AccessDenied", message);
    let Some(device) = state.config.iam.device(who, serial) else {
        return Err(denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your \
             MFA serial number is valid and associated with this user.",
        ));
    };
    let last = state.mfa_steps.get(serial).copied();
    match device.step_of(code, now).filter(|step| last.is_none_or(|last| last < *step)) {
        Some(step) => {
            state.mfa_steps.insert(serial.to_owned(), step);
            Ok(())
        }
        None => {
            Err(denied("MultiFactorAuthentication failed with invalid MFA one time pass code. "))
        }
    }
}
