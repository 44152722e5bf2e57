use vestibule_chain::{
    ConsoleLoginError, ConsoleSignIn, ConsoleStatus, OtherSource, console_login, console_session,
    endpoint_params,
};
use vestibule_config::{Dialect, Document, Edit, EditError, SectionKind};
use vestibule_console_login::{Device, Plane, SignInError, endpoint};
use vestibule_profile::{Base, Overrides, Settings, Sourced, plan, select_profile};
use vestibule_provider::{Lookup, Provider as _};
use vestibule_sso::Ui;
use vestibule_types::Timestamp;
use vestibule_world::{World, block_on};

use crate::configuration::settings_before_writing;
use crate::{Configuration, Error, ErrorKind, Remedy};

/// The console sign-in of one profile, as `aws login` makes it: for people who have no Identity
/// Center, and no lasting keys either.
#[derive(Debug)]
pub struct ConsoleLogin<'a> {
    configuration: &'a Configuration,
    profile: String,
    session: Option<Sourced<String>>,
    settings: Settings,
}

/// How to sign in to the console, and what to write down of it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConsoleLoginOptions {
    /// Where the browser is.
    pub device: Device,
    /// Writes the region into the profile too: it was asked for, and the next command needs it.
    pub keeps_region: bool,
}

impl ConsoleLoginOptions {
    /// With a browser there; the profile's region stays as it is.
    pub fn new(device: Device) -> Self {
        Self { device, keeps_region: false }
    }

    /// Writes the region into the profile too.
    #[must_use]
    pub fn keeping_region(mut self) -> Self {
        self.keeps_region = true;
        self
    }
}

/// Asked, before anything is stored, whether a profile that names the first is to become the
/// second's.
pub type Replaces<'a> = &'a (dyn Fn(&str, &str) -> bool + Sync);

impl Configuration {
    /// The console sign-in of the chosen profile, or of the source that the profile's roles begin
    /// with. A profile that does not exist yet will have been written after the sign-in.
    ///
    /// # Errors
    /// A profile that gets its credentials in another way, and whatever is wrong with it.
    pub fn console_login(&self) -> Result<ConsoleLogin<'_>, Error> {
        self.console_login_for(&self.ask)
    }

    /// Every console sign-in that a profile names, by the first profile that names it.
    pub fn console_logins(&self) -> Vec<ConsoleLogin<'_>> {
        let mut found: Vec<ConsoleLogin<'_>> = Vec::new();
        for name in self.files.profile_names() {
            let ask = self.ask.clone().with_profile(name, "its name");
            // One that gets its credentials in another way names a sign-in in vain.
            let Ok(login) = self.console_login_for(&ask) else { continue };
            let is_new = found.iter().all(|other| other.login_session() != login.login_session());
            if login.session.is_some() && is_new {
                found.push(login);
            }
        }
        found
    }

    fn console_login_for(&self, ask: &Overrides) -> Result<ConsoleLogin<'_>, Error> {
        let vars = &self.worlds.local().vars;
        let choice = select_profile(vars, ask);
        let (profile, session) = if self.files.profile(&choice.value).is_some() {
            let plan = plan(&self.files, vars, ask).map_err(Error::configuration)?;
            match (&plan.base, console_session(&plan)) {
                (Base::Login(session), _) => (plan.base_profile.clone(), Some(session.arn.clone())),
                (_, Ok(_)) => (choice.value, None),
                (_, Err(other)) => return Err(refused(other, &plan.profile)),
            }
        } else {
            (choice.value, None)
        };
        let settings =
            settings_before_writing(&self.files, vars, ask).map_err(Error::configuration)?;
        Ok(ConsoleLogin { configuration: self, profile, session, settings })
    }
}

impl ConsoleLogin<'_> {
    /// The profile that names the sign-in, or will.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Who signs in, as the profile has it; `None` if nobody ever did.
    pub fn login_session(&self) -> Option<&str> {
        self.session.as_ref().map(|session| session.value.trim())
    }

    /// Whether a region is known: without one nobody can sign in.
    pub fn has_region(&self) -> bool {
        self.settings.region.is_some()
    }

    /// The address of the service that signs people in, to be compared with that of the page.
    ///
    /// # Errors
    /// No region; a configured URL that is none.
    pub fn address(&self) -> Result<String, Error> {
        Ok(self.endpoint()?.url().to_owned())
    }

    /// The time by which its credentials are judged.
    pub fn now(&self) -> Timestamp {
        self.configuration.worlds.local().clock.now()
    }

    /// What the file says, `None` if the profile names no sign-in. Calls nothing.
    ///
    /// # Errors
    /// There is no home folder.
    pub fn status(&self) -> Result<Option<ConsoleStatus>, Error> {
        let Some(provider) = self.provider() else { return Ok(None) };
        let status = provider.status(self.configuration.worlds.local());
        status.map(Some).map_err(|error| self.failed(error))
    }

    /// Until when the credentials work, after a refresh if one is due.
    ///
    /// # Errors
    /// A sign-in is needed, or the service could not be asked.
    pub async fn refreshed(&self) -> Result<Timestamp, Error> {
        self.refreshed_through(self.configuration.worlds.waiting()).await
    }

    /// Signs a person in, stores the credentials, and writes `login_session` into the profile.
    ///
    /// # Errors
    /// No region; a folder or file that cannot be written, before anybody is asked; a person who
    /// refuses, or who is somebody else.
    pub async fn sign_in(
        &self,
        how: ConsoleLoginOptions,
        ui: &dyn Ui,
        replaces: Replaces<'_>,
    ) -> Result<ConsoleStatus, Error> {
        self.sign_in_through(self.configuration.worlds.waiting(), how, ui, replaces).await
    }

    /// Removes the credentials, and says whether there were any; the profile goes on to name who
    /// signs in, as after `aws logout`. Nobody is told: the service knows no sign-out.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub async fn sign_out(&self) -> Result<bool, Error> {
        self.sign_out_through(self.configuration.worlds.waiting()).await
    }

    /// The same for callers that block.
    pub fn blocking(&self) -> BlockingConsoleLogin<'_> {
        BlockingConsoleLogin { login: self, world: self.configuration.worlds.blocking() }
    }

    async fn refreshed_through(&self, world: &World) -> Result<Timestamp, Error> {
        let answer = match self.provider() {
            Some(provider) => provider.provide(world).await.map_err(|error| self.failed(error))?,
            None => return Err(self.never()),
        };
        match answer {
            Lookup::Credentials(keys) => Ok(keys.expires().unwrap_or_else(|| self.now())),
            Lookup::NotConfigured(reason) => Err(Error::nothing(reason)),
        }
    }

    async fn sign_in_through(
        &self,
        world: &World,
        how: ConsoleLoginOptions,
        ui: &dyn Ui,
        replaces: Replaces<'_>,
    ) -> Result<ConsoleStatus, Error> {
        let at = self.endpoint()?;
        // Whatever is wrong with the file, it is wrong before anybody is asked.
        self.configuration.preview(Dialect::Config, |text| self.written(text, how, "arn"))?;
        let old = self.login_session();
        let accepts = |new: &str| old.is_none_or(|old| old == new || replaces(old, new));
        let session = console_login(world, at, how.device, ui, &accepts)
            .await
            .map_err(|error| self.not_signed_in(error))?;
        if old != Some(&session) || how.keeps_region {
            let change = |text: &Document| self.written(text, how, &session);
            self.configuration.edit_through(world, Dialect::Config, change).await?;
        }
        self.of(&session).status(world).map_err(|error| self.failed(error))
    }

    async fn sign_out_through(&self, world: &World) -> Result<bool, Error> {
        match self.provider() {
            Some(provider) => provider.sign_out(world).await.map_err(|error| self.failed(error)),
            None => Ok(false),
        }
    }

    fn written(
        &self,
        text: &Document,
        how: ConsoleLoginOptions,
        session: &str,
    ) -> Result<Document, EditError> {
        let set = |key, value| Edit::set(SectionKind::Profile, &*self.profile, key, value);
        let named = set("login_session", session).apply(text)?;
        match &self.settings.region {
            Some(region) if how.keeps_region => set("region", region.value.as_str()).apply(&named),
            _ => Ok(named),
        }
    }

    fn provider(&self) -> Option<ConsoleSignIn> {
        self.session.as_ref().map(|session| self.of(&session.value))
    }

    fn of(&self, session: &str) -> ConsoleSignIn {
        ConsoleSignIn::new(session, self.params())
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

    fn never(&self) -> Error {
        let text = format!("nobody has signed in to the console for profile `{}`", self.profile);
        Error::new(ErrorKind::SignInNeeded, text).with_remedy(self.remedy())
    }

    fn failed(&self, error: vestibule_provider::Error) -> Error {
        Error::provide(error, || Some(self.remedy()))
    }

    fn not_signed_in(&self, error: ConsoleLoginError) -> Error {
        let of = |transient| if transient { ErrorKind::Unavailable } else { ErrorKind::Refused };
        let later = |kind| (kind == ErrorKind::Unavailable).then_some(Remedy::TryLater);
        let (kind, remedy) = match &error {
            ConsoleLoginError::NotStorable { folder, .. } => {
                (ErrorKind::Machine, Some(Remedy::MakeWritable { folder: folder.clone() }))
            }
            ConsoleLoginError::Listen { .. } => (ErrorKind::Machine, Some(Remedy::UseAnotherFlow)),
            ConsoleLoginError::Machine(SignInError::Cancelled) => (ErrorKind::Cancelled, None),
            ConsoleLoginError::Machine(SignInError::Denied { .. } | SignInError::Expired) => {
                (ErrorKind::SignInNeeded, Some(self.remedy()))
            }
            ConsoleLoginError::Machine(SignInError::Refused(refusal)) => {
                let kind = of(refusal.is_transient());
                (kind, later(kind))
            }
            ConsoleLoginError::Machine(SignInError::Unreachable) => {
                (ErrorKind::Unavailable, Some(Remedy::TryLater))
            }
            ConsoleLoginError::Machine(SignInError::Unsendable(_)) => {
                (ErrorKind::Configuration, None)
            }
            ConsoleLoginError::Transport(fault) => {
                let kind = of(fault.kind.is_transient());
                (kind, later(kind))
            }
            ConsoleLoginError::NotAccepted { .. } => {
                let at = self.session.as_ref().map(|session| session.origin.to_string());
                (ErrorKind::Configuration, at.map(|at| Remedy::FixConfiguration { at }))
            }
            _ => (ErrorKind::Machine, None),
        };
        Error::new(kind, error).with_remedy(remedy)
    }
}

fn refused(other: OtherSource, profile: &Sourced<String>) -> Error {
    let at = profile.origin.to_string();
    Error::new(ErrorKind::Configuration, other).with_remedy(Remedy::FixConfiguration { at })
}

/// [`ConsoleLogin`] for callers that block.
#[derive(Clone, Copy, Debug)]
pub struct BlockingConsoleLogin<'a> {
    login: &'a ConsoleLogin<'a>,
    world: &'a World,
}

impl BlockingConsoleLogin<'_> {
    /// See [`ConsoleLogin::refreshed`].
    ///
    /// # Errors
    /// As there.
    pub fn refreshed(&self) -> Result<Timestamp, Error> {
        block_on(self.login.refreshed_through(self.world))
    }

    /// See [`ConsoleLogin::sign_in`].
    ///
    /// # Errors
    /// As there.
    pub fn sign_in(
        &self,
        how: ConsoleLoginOptions,
        ui: &dyn Ui,
        replaces: Replaces<'_>,
    ) -> Result<ConsoleStatus, Error> {
        block_on(self.login.sign_in_through(self.world, how, ui, replaces))
    }

    /// See [`ConsoleLogin::sign_out`].
    ///
    /// # Errors
    /// As there.
    pub fn sign_out(&self) -> Result<bool, Error> {
        block_on(self.login.sign_out_through(self.world))
    }
}
