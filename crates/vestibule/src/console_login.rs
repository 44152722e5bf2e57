use vestibule_chain::{OtherSource, console_session, endpoint_params};
use vestibule_config::{Dialect, Document, Edit, EditError, SectionKind};
use vestibule_console_login::{Device, Plane, endpoint};
use vestibule_profile::{Base, Overrides, Settings, Sourced, plan, select_profile};
use vestibule_sso::{ConsoleLoginError, ConsoleSession, ConsoleSessions, Status, StoreError, Ui};
use vestibule_types::Timestamp;
use vestibule_world::{World, block_on};

use crate::configuration::settings_or_default;
use crate::sign_in::cause_kind;
use crate::{Configuration, Error, ErrorKind, Remedy};

/// The console login of one profile, as by `aws login`: for users with neither an Identity Center
/// nor long-term keys.
#[derive(Clone, Debug)]
pub struct ConsoleLogin {
    configuration: Configuration,
    profile: String,
    session: Option<Sourced<String>>,
    settings: Settings,
}

/// Options of a console login.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConsoleLoginOptions {
    /// The device of the browser.
    pub device: Device,
    /// Whether the region is written into the profile too.
    pub writes_region: bool,
}

impl ConsoleLoginOptions {
    /// Creates options that do not change the region of the profile.
    pub fn new(device: Device) -> Self {
        Self { device, writes_region: false }
    }

    /// Sets whether the region is written into the profile too.
    #[must_use]
    pub fn with_region(mut self, writes_region: bool) -> Self {
        self.writes_region = writes_region;
        self
    }
}

/// A function that decides, before anything is stored, whether the profile changes from the first
/// `login_session` to the second.
pub type Replaces<'a> = &'a (dyn Fn(&str, &str) -> bool + Sync);

impl Configuration {
    /// Returns the console login of the selected profile, or of the profile at the end of its
    /// `source_profile` chain. A profile that does not exist yet is written by the login.
    ///
    /// # Errors
    /// A profile that is not valid, or has another source of credentials.
    pub fn console_login(&self) -> Result<ConsoleLogin, Error> {
        self.console_login_for(self.overrides())
    }

    /// Returns every console login that a profile names, with the first profile that names it.
    pub fn console_logins(&self) -> Vec<ConsoleLogin> {
        let mut found: Vec<ConsoleLogin> = Vec::new();
        for name in self.files().profile_names() {
            let overrides = self.overrides().clone().with_profile(name, "its name");
            // A profile with another source of credentials has no console login.
            let Ok(login) = self.console_login_for(&overrides) else { continue };
            let is_new = found.iter().all(|other| other.login_session() != login.login_session());
            if login.session.is_some() && is_new {
                found.push(login);
            }
        }
        found
    }

    /// Removes the credentials of console logins that no profile names, and returns where they
    /// were stored.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub async fn sign_out_of_other_console_logins(&self) -> Result<Vec<String>, Error> {
        self.sign_out_of_others_in(self.async_world()).await
    }

    /// See [`Configuration::sign_out_of_other_console_logins`]; for callers that block.
    ///
    /// # Errors
    /// As [`Configuration::sign_out_of_other_console_logins`].
    pub fn sign_out_of_other_console_logins_blocking(&self) -> Result<Vec<String>, Error> {
        block_on(self.sign_out_of_others_in(self.blocking_world()))
    }

    async fn sign_out_of_others_in(&self, world: &World) -> Result<Vec<String>, Error> {
        let logins = self.console_logins();
        let named: Vec<_> = logins.iter().filter_map(ConsoleLogin::login_session).collect();
        let removed = self.console_sessions(world).sign_out_of_others(world, &named).await;
        removed.map_err(|error| Error::new(ErrorKind::Machine, error))
    }

    fn console_sessions(&self, world: &World) -> ConsoleSessions {
        let shared = &self.context().console_sessions;
        let own = || ConsoleSessions::at_home(&world.vars, world.platform);
        shared.clone().unwrap_or_else(own)
    }

    fn console_login_for(&self, overrides: &Overrides) -> Result<ConsoleLogin, Error> {
        let (files, vars) = (self.files(), self.vars());
        let choice = select_profile(vars, overrides);
        let (profile, session) = if files.profile(&choice.value).is_some() {
            let plan = plan(files, vars, overrides).map_err(Error::configuration)?;
            match (&plan.base, console_session(&plan)) {
                (Base::Login(session), _) => (plan.base_profile.clone(), Some(session.arn.clone())),
                (_, Ok(_)) => (choice.value, None),
                (_, Err(other)) => return Err(other_source(other, &plan.profile)),
            }
        } else {
            (choice.value, None)
        };
        let settings = settings_or_default(files, vars, overrides).map_err(Error::configuration)?;
        Ok(ConsoleLogin { configuration: self.clone(), profile, session, settings })
    }
}

impl ConsoleLogin {
    /// Returns the configuration.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Returns the profile that names the login, or will name it.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Returns the `login_session` of the profile; `None` before the first login.
    pub fn login_session(&self) -> Option<&str> {
        self.session.as_ref().map(|session| session.value.trim())
    }

    /// Returns the name of its entry in a token store; `None` before the first login.
    pub fn token_store_entry(&self) -> Option<String> {
        self.login_session().map(vestibule_console_login::file_name)
    }

    /// Returns whether a region is configured, which a login requires.
    pub fn has_region(&self) -> bool {
        self.settings.region.is_some()
    }

    /// Returns the address of the sign-in service.
    ///
    /// # Errors
    /// No region; an invalid configured URL.
    pub fn address(&self) -> Result<String, Error> {
        Ok(self.endpoint()?.url().to_owned())
    }

    /// Returns the current time, by the clock that decides whether its credentials are expired.
    pub fn now(&self) -> Timestamp {
        self.configuration.worlds().local().clock.now()
    }

    /// Returns what is known of the session without a request; `None` if the profile names none.
    pub async fn status(&self) -> Option<Status> {
        self.status_in(self.configuration.async_world()).await
    }

    /// Refreshes the credentials if a refresh is due, and returns when they expire.
    ///
    /// # Errors
    /// The user has to sign in, or the service cannot be reached.
    pub async fn refresh_if_due(&self) -> Result<Timestamp, Error> {
        self.refresh_if_due_in(self.configuration.async_world()).await
    }

    /// Signs the user in, stores the credentials, and writes `login_session` into the profile.
    ///
    /// # Errors
    /// No region; a folder or file that cannot be written, before the user is asked; a request that
    /// the user denies, or another user than that of the profile.
    pub async fn sign_in(
        &self,
        options: ConsoleLoginOptions,
        ui: &dyn Ui,
        replaces: Replaces<'_>,
    ) -> Result<Status, Error> {
        self.sign_in_in(self.configuration.async_world(), options, ui, replaces).await
    }

    /// Removes the credentials, and returns whether there were any. The profile keeps its
    /// `login_session`, as after `aws logout`. The service has no sign-out operation.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub async fn sign_out(&self) -> Result<bool, Error> {
        self.sign_out_in(self.configuration.async_world()).await
    }

    /// Returns the blocking form.
    pub fn blocking(&self) -> BlockingConsoleLogin<'_> {
        BlockingConsoleLogin { login: self, world: self.configuration.blocking_world() }
    }

    async fn status_in(&self, world: &World) -> Option<Status> {
        let session = self.console_session()?;
        Some(self.sessions(world).status(world, &session).await)
    }

    async fn refresh_if_due_in(&self, world: &World) -> Result<Timestamp, Error> {
        let session = self.console_session().ok_or_else(|| self.not_signed_in())?;
        let credentials = self.sessions(world).credentials(world, &session).await;
        let credentials = credentials.map_err(|error| self.token_error(error))?;
        Ok(credentials.expires_at().unwrap_or_else(|| self.now()))
    }

    async fn sign_in_in(
        &self,
        world: &World,
        options: ConsoleLoginOptions,
        ui: &dyn Ui,
        replaces: Replaces<'_>,
    ) -> Result<Status, Error> {
        let endpoint = self.endpoint()?;
        // An invalid file is an error before the user is asked.
        self.configuration
            .preview(Dialect::Config, |text| self.with_login_session(text, options, "arn"))?;
        let old = self.login_session();
        let accepts = |new: &str| old.is_none_or(|old| old == new || replaces(old, new));
        let session = self
            .sessions(world)
            .sign_in(world, endpoint, options.device, ui, &accepts)
            .await
            .map_err(|error| self.login_error(error))?;
        if old != Some(&session) || options.writes_region {
            let change = |text: &Document| self.with_login_session(text, options, &session);
            self.configuration.edit_in(world, Dialect::Config, change).await?;
        }
        Ok(self.sessions(world).status(world, &self.session_of(&session)).await)
    }

    async fn sign_out_in(&self, world: &World) -> Result<bool, Error> {
        let Some(session) = self.console_session() else { return Ok(false) };
        let signed_out = self.sessions(world).sign_out(world, &session).await;
        signed_out.map_err(|error: StoreError| Error::new(ErrorKind::Machine, error))
    }

    /// Returns the config file with `login_session`, and the region if the options say so.
    fn with_login_session(
        &self,
        text: &Document,
        options: ConsoleLoginOptions,
        session: &str,
    ) -> Result<Document, EditError> {
        let set = |key, value| Edit::set(SectionKind::Profile, &*self.profile, key, value);
        let named = set("login_session", session).apply(text)?;
        match &self.settings.region {
            Some(region) if options.writes_region => {
                set("region", region.value.as_str()).apply(&named)
            }
            _ => Ok(named),
        }
    }

    fn sessions(&self, world: &World) -> ConsoleSessions {
        self.configuration.console_sessions(world)
    }

    fn console_session(&self) -> Option<ConsoleSession> {
        self.session.as_ref().map(|session| self.session_of(&session.value))
    }

    fn session_of(&self, login_session: &str) -> ConsoleSession {
        ConsoleSession::new(login_session, self.params())
    }

    fn params(&self) -> vestibule_wire::EndpointParams {
        let region = self.settings.region.as_ref().map(|region| &region.value);
        endpoint_params(&self.settings, "signin", region)
    }

    fn endpoint(&self) -> Result<vestibule_wire::Endpoint, Error> {
        endpoint(&self.params(), Plane::Data).map_err(|error| match error {
            vestibule_console_login::EndpointError::Rule(rule) => {
                Error::endpoint(rule, &self.settings)
            }
            error => Error::new(ErrorKind::Configuration, error),
        })
    }

    fn remedy(&self) -> Remedy {
        Remedy::SignIn { session: None, profile: self.profile.clone() }
    }

    fn not_signed_in(&self) -> Error {
        let text = format!("you are not signed in to the console for profile `{}`", self.profile);
        Error::new(ErrorKind::SignInNeeded, text).with_remedy(self.remedy())
    }

    fn token_error(&self, error: vestibule_sso::Error) -> Error {
        Error::session(error, || self.remedy())
    }

    fn login_error(&self, error: ConsoleLoginError) -> Error {
        let (kind, remedy) = match &error {
            ConsoleLoginError::NotStorable(error) => (ErrorKind::Machine, Remedy::for_store(error)),
            ConsoleLoginError::Listen { .. } => (ErrorKind::Machine, Some(Remedy::UseAnotherFlow)),
            ConsoleLoginError::Failed(cause) => {
                cause_kind(cause, vestibule_console_login::Error::is_transient, || self.remedy())
            }
            ConsoleLoginError::NotAccepted { .. } => {
                let origin = self.session.as_ref().map(|session| session.origin.clone());
                let fix = origin.map(|origin| Remedy::FixConfiguration { origin });
                (ErrorKind::Configuration, fix)
            }
            _ => (ErrorKind::Machine, None),
        };
        Error::new(kind, error).with_remedy(remedy)
    }
}

fn other_source(other: OtherSource, profile: &Sourced<String>) -> Error {
    let origin = profile.origin.clone();
    Error::new(ErrorKind::Configuration, other).with_remedy(Remedy::FixConfiguration { origin })
}

/// [`ConsoleLogin`] for callers that block.
#[derive(Clone, Copy, Debug)]
pub struct BlockingConsoleLogin<'a> {
    login: &'a ConsoleLogin,
    world: &'a World,
}

impl BlockingConsoleLogin<'_> {
    /// See [`ConsoleLogin::status`].
    pub fn status(&self) -> Option<Status> {
        block_on(self.login.status_in(self.world))
    }

    /// See [`ConsoleLogin::refresh_if_due`].
    ///
    /// # Errors
    /// As [`ConsoleLogin::refresh_if_due`].
    pub fn refresh_if_due(&self) -> Result<Timestamp, Error> {
        block_on(self.login.refresh_if_due_in(self.world))
    }

    /// See [`ConsoleLogin::sign_in`].
    ///
    /// # Errors
    /// As [`ConsoleLogin::sign_in`].
    pub fn sign_in(
        &self,
        options: ConsoleLoginOptions,
        ui: &dyn Ui,
        replaces: Replaces<'_>,
    ) -> Result<Status, Error> {
        block_on(self.login.sign_in_in(self.world, options, ui, replaces))
    }

    /// See [`ConsoleLogin::sign_out`].
    ///
    /// # Errors
    /// As [`ConsoleLogin::sign_out`].
    pub fn sign_out(&self) -> Result<bool, Error> {
        block_on(self.login.sign_out_in(self.world))
    }
}
