use vestibule_chain::{Context, instance, read_files};
use vestibule_profile::{
    ConfiguredSession, Files, Locations, Overrides, Plan, Settings, Sourced, locate, plan,
    settings, sign_in_session, sso_session,
};
use vestibule_provider::refresh::Policy;
use vestibule_provider::{Cached, Chain};
use vestibule_sts::sigv4::ClockSkew;
use vestibule_types::{SsoSession, Vars};
use vestibule_world::World;

use crate::worlds::Worlds;
use crate::{Error, ErrorKind, IdentityCenter, Remedy};

/// The configuration files as they are on this machine, read but not yet decided upon.
///
/// For programs that list, look up, or sign in without wanting credentials; others want a
/// [`Session`](crate::Session).
#[derive(Debug)]
pub struct Configuration {
    pub(crate) worlds: Worlds,
    pub(crate) files: Files,
    pub(crate) ask: Overrides,
    pub(crate) context: Context,
    pub(crate) refresh_policy: Option<Policy>,
}

impl Configuration {
    pub(crate) fn new(
        mut worlds: Worlds,
        ask: Overrides,
        mut context: Context,
        refresh_policy: Option<Policy>,
    ) -> Result<Self, Error> {
        let world = worlds.local();
        let files = read_files(world).map_err(Error::unreadable)?;
        // A mistake in the settings is reported by whoever needs them.
        let settings = settings_before_writing(&files, &world.vars, &ask).ok();
        if let Some(settings) = &settings {
            worlds.heed(settings);
            if settings.disable_clock_skew_correction.value {
                context.skew = ClockSkew::without_correction();
            }
        }
        Ok(Self { worlds, files, ask, context, refresh_policy })
    }

    pub(crate) fn cached(&self, chain: Chain) -> Cached<Chain> {
        let cached = Cached::new(chain);
        match self.refresh_policy {
            Some(policy) => cached.with_policy(policy),
            None => cached,
        }
    }

    /// The files, as parsed.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Where the files are.
    pub fn locations(&self) -> Locations {
        let world = self.worlds.local();
        locate(&world.vars, world.platform)
    }

    /// The machine, as this configuration deals with it, for callers that block: through the proxy
    /// of the environment, trusting the profile's CA bundle.
    pub fn world(&self) -> &World {
        self.worlds.blocking()
    }

    /// What the chosen profile says, decided.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn plan(&self) -> Result<Plan, Error> {
        plan(&self.files, &self.worlds.local().vars, &self.ask).map_err(Error::configuration)
    }

    /// Where the chosen profile signs in.
    ///
    /// # Errors
    /// Whatever is wrong with the profile; a profile that signs in nowhere.
    pub fn identity_center(&self) -> Result<IdentityCenter<'_>, Error> {
        let vars = &self.worlds.local().vars;
        match sign_in_session(&self.files, vars, &self.ask).map_err(Error::configuration)? {
            Some(session) => self.center(&session),
            None => Err(self.no_session()),
        }
    }

    /// The `[sso-session]` of this name, whatever the profile; `by` says who named it.
    ///
    /// # Errors
    /// There is none, or it is incomplete.
    pub fn identity_center_named(
        &self,
        name: &str,
        by: &'static str,
    ) -> Result<IdentityCenter<'_>, Error> {
        let name = Sourced::argument(name.to_owned(), by);
        let session = sso_session(&self.files, &name).map_err(Error::configuration)?;
        self.center(&session)
    }

    /// An Identity Center that no file names, or not yet; the profile need not exist either.
    ///
    /// # Errors
    /// A profile that does exist and is wrong; an endpoint that is none.
    pub fn identity_center_at(&self, session: SsoSession) -> Result<IdentityCenter<'_>, Error> {
        let settings = settings_before_writing(&self.files, &self.worlds.local().vars, &self.ask)
            .map_err(Error::configuration)?;
        let instance =
            instance(&settings, session).map_err(|error| Error::endpoint(error, &settings))?;
        Ok(IdentityCenter::new(self, instance, None))
    }

    /// The names of all `[sso-session]` sections.
    pub fn session_names(&self) -> impl Iterator<Item = String> {
        self.files.session_names().map(std::borrow::Cow::into_owned)
    }

    /// The name of the chosen profile, and who named it.
    pub fn profile(&self) -> Sourced<String> {
        vestibule_profile::select_profile(&self.worlds.local().vars, &self.ask)
    }

    pub(crate) fn vars(&self) -> &Vars {
        &self.worlds.local().vars
    }

    /// What the chosen profile says besides credentials.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn settings(&self) -> Result<Settings, Error> {
        settings(&self.files, &self.worlds.local().vars, &self.ask).map_err(Error::configuration)
    }

    fn center(&self, session: &ConfiguredSession) -> Result<IdentityCenter<'_>, Error> {
        let settings = self.settings()?;
        let instance = instance(&settings, session.session())
            .map_err(|error| Error::endpoint(error, &settings))?;
        Ok(IdentityCenter::new(self, instance, Some(session.start_url.origin.to_string())))
    }

    fn no_session(&self) -> Error {
        let profile = self.profile();
        let text = format!("profile `{}` has no sso_session to sign in to", profile.value);
        Error::new(ErrorKind::Configuration, text).with_remedy(Remedy::SetUp)
    }
}

/// The settings of the chosen profile; a profile that is yet to be written says nothing.
pub(crate) fn settings_before_writing(
    files: &Files,
    vars: &Vars,
    ask: &Overrides,
) -> Result<Settings, vestibule_profile::Error> {
    let name = vestibule_profile::select_profile(vars, ask).value;
    if files.profile(&name).is_some() {
        return settings(files, vars, ask);
    }
    let vars = vars.clone().without("AWS_PROFILE").without("AWS_DEFAULT_PROFILE");
    let mut ask = ask.clone();
    ask.profile = None;
    settings(files, &vars, &ask)
}
