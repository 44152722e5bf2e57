use vestibule_profile::{Setting, lookup_service_setting, lookup_setting};

use crate::{Error, Session};

/// Settings of other libraries, for adapters.
impl Session {
    /// Returns a setting of the environment, else of the profile, by its two names: `AWS_X`, `x`.
    pub fn setting(&self, variable: &str, key: &str) -> Option<Setting<'_>> {
        let (files, vars) = (self.configuration().files(), self.configuration().vars());
        lookup_setting(files, vars, &self.plan().profile.value, variable, key)
    }

    /// Returns a setting for one service, by its id (`S3`), whose own setting takes precedence.
    pub fn setting_for(&self, service_id: &str, variable: &str, key: &str) -> Option<Setting<'_>> {
        let (files, vars) = (self.configuration().files(), self.configuration().vars());
        lookup_service_setting(service_id, files, vars, &self.plan().profile.value, variable, key)
    }

    /// Returns a parsed setting. `what` names the value and `rule` its form, for the error.
    ///
    /// # Errors
    /// A value that `read` does not accept, with the line it is on.
    pub fn setting_as<T>(
        &self,
        (variable, key): (&str, &str),
        (what, rule): (&'static str, &'static str),
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(setting) = self.setting(variable, key) else { return Ok(None) };
        match read(setting.text()) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::configuration(setting.invalid(what, rule))),
        }
    }
}
