use vestibule_types::Timestamp;

use super::error::{ErrorResponse, Result};
use crate::iam::{Iam, Principal};
use crate::table::Table;

/// The time step of the last code that was used, by the serial number of the MFA device.
#[derive(Default)]
pub(super) struct UsedCodes(Table<i64>);

impl UsedCodes {
    /// Verifies a code of a principal's own device, which is valid once.
    pub(super) fn verify(
        &mut self,
        iam: &Iam,
        principal: &Principal,
        (serial, code): (&str, &str),
        now: Timestamp,
    ) -> Result<()> {
        let denied = |message: &str| ErrorResponse::new("AccessDenied", message);
        let device = iam.mfa_device_of(principal, serial).ok_or_else(|| {
            denied(
                "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify \
                 your MFA serial number is valid and associated with this user.",
            )
        })?;
        let last = self.0.get(serial);
        let step = device.step_of(code, now).filter(|step| last.is_none_or(|last| last < step));
        let step = step.ok_or_else(|| {
            denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
        })?;
        self.0.insert(serial.to_owned(), step);
        Ok(())
    }
}
