use vestibule_types::Secret;

use crate::query::Form;

/// An MFA device and its current code.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
pub struct Mfa<'a> {
    /// The ARN of a virtual device, or the serial number of a hardware device.
    pub serial: &'a str,
    /// The code of six digits; the service accepts each code once.
    pub code: &'a Secret,
}

impl<'a> Mfa<'a> {
    pub(crate) fn write(&self, form: &mut Form<'a>) {
        form.set("SerialNumber", self.serial);
        form.set("TokenCode", self.code.expose());
    }
}
