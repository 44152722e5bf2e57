use vestibule_profile::{Setting, lookup_service_setting, lookup_setting, lookup_sign_in_setting};

use crate::{Configuration, Error, Session};

impl Configuration {
    /// Returns a parsed setting of a program that signs in, by its two names: of the environment, the
    /// profile, the SSO session, or the profile `default`, in this order.
    ///
    /// # Errors
    /// As [`Session::setting_as`].
    #[inline]
    pub fn sign_in_setting_as<T>(
        &self,
        profile: Option<&str>,
        session: Option<&str>,
        (variable, key): (&str, &str),
        (what, rule): (&'static str, &'static str),
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let (files, vars) = (self.files(), self.vars());
        let setting = lookup_sign_in_setting(files, vars, profile, session, variable, key);
        let Some(setting) = setting else { return Ok(None) };
        match read(setting.text()) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::configuration(setting.invalid(what, rule))),
        }
    }
}

/// Settings of other libraries, for adapters.
impl Session {
    /// Returns a setting of the environment, else of the profile, by its two names: `AWS_X`, `x`.
    #[inline]
    pub fn setting(&self, variable: &str, key: &str) -> Option<Setting<'_>> {
        let (files, vars) = (self.configuration().files(), self.configuration().vars());
        lookup_setting(files, vars, &self.plan().profile.value, variable, key)
    }

    /// Returns a setting for one service, by its id (`S3`), whose own setting takes precedence.
    #[inline]
    pub fn setting_for(&self, service_id: &str, variable: &str, key: &str) -> Option<Setting<'_>> {
        let (files, vars) = (self.configuration().files(), self.configuration().vars());
        lookup_service_setting(service_id, files, vars, &self.plan().profile.value, variable, key)
    }

    /// Returns a parsed setting. `what` names the value and `rule` its form, for the error.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vestibule::world::{World, memory};
    /// # let files = memory::Files::default().with("/home/.aws/config", "[default]\nmax_pool = 1O\n");
    /// # let world = World { files: Arc::new(files), ..memory::world() };
    /// # let session = vestibule::Session::builder().world(world).load_blocking()?;
    /// let pool = session.setting_as(
    ///     ("MY_MAX_POOL", "max_pool"),
    ///     ("a pool size", "a number"),
    ///     |text| text.parse::<u32>().ok(),
    /// );
    /// // The letter O in place of the digit.
    /// assert!(pool.unwrap_err().to_string().contains("~/.aws/config:2"));
    /// # Ok::<(), vestibule::Error>(())
    /// ```
    ///
    /// # Errors
    /// A value that `read` does not accept, with the line it is on.
    #[inline]
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
