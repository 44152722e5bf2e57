use vestibule_profile::{Setting, lookup_service_setting, lookup_setting};

use crate::{Error, Session};

/// Settings of other libraries: what an adapter asks for.
impl Session {
    /// What the environment, else the profile says under these names: `AWS_X`, `x`.
    pub fn setting(&self, variable: &str, key: &str) -> Option<Setting<'_>> {
        let (files, vars) = (self.configuration().files(), self.configuration().vars());
        lookup_setting(files, vars, &self.plan().profile.value, variable, key)
    }

    /// The same for one service, by its id (`S3`), whose own setting comes first.
    pub fn setting_for(&self, service_id: &str, variable: &str, key: &str) -> Option<Setting<'_>> {
        let (files, vars) = (self.configuration().files(), self.configuration().vars());
        lookup_service_setting(service_id, files, vars, &self.plan().profile.value, variable, key)
    }

    /// A setting with a rule: `read` makes something of its text, `rule` says of what it can.
    ///
    /// # Errors
    /// It can not; the error says where the setting is, `what` it should be, and the rule.
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
