use std::sync::Arc;

use vestibule_chain::{Context, configured_instance, instance, read_files};
#[cfg(feature = "explain")]
use vestibule_chain::{Source, sources};
use vestibule_profile::{
    ConfiguredSession, Files, Locations, Overrides, Plan, Settings, Sourced, locate, plan,
    settings, sign_in_session, sso_session,
};
use vestibule_provider::{Cached, Chain, RefreshPolicy};
#[cfg(feature = "refresh-helper")]
use vestibule_sso::{RefreshJob, RefreshReport};
use vestibule_sts::sigv4::ClockSkew;
use vestibule_types::{SsoSession, Timestamp, Vars};
use vestibule_world::World;
#[cfg(feature = "refresh-helper")]
use vestibule_world::block_on;

use crate::worlds::Worlds;
use crate::{Error, ErrorKind, IdentityCenter, Remedy, Session};

/// The configuration files and the environment, as they were when they were read.
///
/// For programs that list, look up, or sign in without credentials; others need only a [`Session`].
/// A clone refers to the same configuration. All sessions and Identity Centers of one configuration
/// share the stored tokens and their refresh.
///
/// ```
/// # use std::sync::Arc;
/// # use vestibule::world::{World, memory};
/// # let config = "[profile dev]\nregion = eu-west-1\n[profile prod]\nregion = us-east-1\n";
/// # let files = memory::Files::default().with("/home/.aws/config", config);
/// # let world = World { files: Arc::new(files), ..memory::world() };
/// # let builder = vestibule::Session::builder().world(world);
/// let configuration = builder.configuration()?;
/// for name in configuration.files().profile_names() {
///     let session = configuration.session(&name)?;
///     println!("{name} works in {:?}", session.region());
/// }
/// # Ok::<(), vestibule::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Configuration(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    worlds: Worlds,
    files: Arc<Files>,
    overrides: Arc<Overrides>,
    context: Context,
    refresh_policy: Option<RefreshPolicy>,
}

impl Configuration {
    pub(crate) fn load(
        worlds: &Worlds,
        overrides: Arc<Overrides>,
        context: Context,
        refresh_policy: Option<RefreshPolicy>,
    ) -> Result<Self, Error> {
        let files = Arc::new(read_files(worlds.local()).map_err(Error::unreadable)?);
        Ok(Self::new(worlds, files, overrides, context, refresh_policy))
    }

    fn new(
        worlds: &Worlds,
        files: Arc<Files>,
        overrides: Arc<Overrides>,
        mut context: Context,
        refresh_policy: Option<RefreshPolicy>,
    ) -> Self {
        // An invalid setting is reported by the calls that need it.
        let settings = settings_or_default(&files, &worlds.local().vars, &overrides).ok();
        let worlds = worlds.with_settings(settings.as_ref());
        if settings.is_some_and(|settings| settings.disable_clock_skew_correction.value) {
            context.skew = ClockSkew::without_correction();
        }
        Self(Arc::new(Inner { worlds, files, overrides, context, refresh_policy }))
    }

    /// Loads the session of a profile, whatever profile is selected.
    ///
    /// # Errors
    /// A profile that does not exist or is not valid.
    #[inline]
    pub fn session(&self, profile: &str) -> Result<Session, Error> {
        let overrides = self.overrides().clone();
        let overrides = overrides.with_profile(profile, "Configuration::session");
        Session::new(Self::new(
            &self.0.worlds,
            self.0.files.clone(),
            Arc::new(overrides),
            self.0.context.clone(),
            self.0.refresh_policy,
        ))
    }

    /// Loads the session of the selected profile.
    ///
    /// # Errors
    /// As [`Configuration::session`].
    pub fn selected_session(&self) -> Result<Session, Error> {
        Session::new(self.clone())
    }

    /// Returns the files, parsed.
    pub fn files(&self) -> &Files {
        &self.0.files
    }

    /// Returns the current time, by the clock of the world.
    pub fn now(&self) -> Timestamp {
        self.worlds().local().clock.now()
    }

    /// Returns the locations of the files.
    pub fn locations(&self) -> Locations {
        let world = self.worlds().local();
        locate(&world.vars, world.platform)
    }

    /// Returns the world for futures on a tokio runtime, with the proxy of the environment and the
    /// CA bundle of the profile.
    pub fn async_world(&self) -> &World {
        self.worlds().async_world()
    }

    /// Returns the world for callers that block.
    #[inline]
    pub fn blocking_world(&self) -> &World {
        self.worlds().blocking_world()
    }

    /// Resolves the selected profile.
    ///
    /// # Errors
    /// A profile that is not valid.
    pub fn plan(&self) -> Result<Plan, Error> {
        plan(self.files(), self.vars(), self.overrides()).map_err(Error::configuration)
    }

    /// Returns the sources of the default chain for the selected profile; see [`Session::sources`].
    ///
    /// # Errors
    /// A profile that is not valid.
    #[cfg(feature = "explain")]
    pub fn sources(&self) -> Result<Vec<Source>, Error> {
        Ok(sources(&self.plan()?, self.vars()))
    }

    /// Returns the Identity Center of the selected profile.
    ///
    /// # Errors
    /// A profile that is not valid, or does not use SSO.
    #[inline]
    pub fn identity_center(&self) -> Result<IdentityCenter, Error> {
        let session = sign_in_session(self.files(), self.vars(), self.overrides());
        match session.map_err(Error::configuration)? {
            Some(session) => self.configured_center(&session, &self.settings()?),
            None => Err(self.no_sso()),
        }
    }

    /// Returns the Identity Center of the `[sso-session]` of this name; `by` is the caller's name
    /// for the argument, for errors.
    ///
    /// # Errors
    /// A session that does not exist or is incomplete.
    #[inline]
    pub fn identity_center_named(
        &self,
        name: &str,
        by: &'static str,
    ) -> Result<IdentityCenter, Error> {
        let name = Sourced::argument(name.to_owned(), by);
        let session = sso_session(self.files(), &name).map_err(Error::configuration)?;
        self.configured_center(&session, &self.settings()?)
    }

    /// Returns the Identity Center of an SSO session that is not in the files. The selected profile need
    /// not exist.
    ///
    /// # Errors
    /// A profile that exists and is not valid; an invalid endpoint.
    #[inline]
    pub fn identity_center_for(&self, session: SsoSession) -> Result<IdentityCenter, Error> {
        let settings = settings_or_default(self.files(), self.vars(), self.overrides())
            .map_err(Error::configuration)?;
        let instance =
            instance(&settings, session).map_err(|error| Error::endpoint(error, &settings))?;
        Ok(IdentityCenter::new(self.clone(), instance, None))
    }

    /// Returns the names of all `[sso-session]` sections.
    #[inline]
    pub fn session_names(&self) -> impl Iterator<Item = String> {
        self.files().session_names().map(std::borrow::Cow::into_owned)
    }

    /// Returns the name of the selected profile, and what selected it.
    pub fn profile(&self) -> Sourced<String> {
        vestibule_profile::select_profile(self.vars(), self.overrides())
    }

    /// Returns the settings of the selected profile besides its credentials.
    ///
    /// # Errors
    /// A setting that is not valid.
    pub fn settings(&self) -> Result<Settings, Error> {
        settings(self.files(), self.vars(), self.overrides()).map_err(Error::configuration)
    }

    /// Returns the settings of the selected profile, which need not exist yet.
    pub(crate) fn settings_or_default(&self) -> Result<Settings, Error> {
        settings_or_default(self.files(), self.vars(), self.overrides())
            .map_err(Error::configuration)
    }

    pub(crate) fn vars(&self) -> &Vars {
        &self.worlds().local().vars
    }

    pub(crate) fn worlds(&self) -> &Worlds {
        &self.0.worlds
    }

    pub(crate) fn overrides(&self) -> &Overrides {
        &self.0.overrides
    }

    pub(crate) fn context(&self) -> &Context {
        &self.0.context
    }

    pub(crate) fn cached(&self, chain: Chain) -> Cached<Chain> {
        let cached = Cached::new(chain);
        match self.0.refresh_policy {
            Some(policy) => cached.with_policy(policy),
            None => cached,
        }
    }

    #[inline]
    pub(crate) fn configured_center(
        &self,
        session: &ConfiguredSession,
        settings: &Settings,
    ) -> Result<IdentityCenter, Error> {
        let instance = configured_instance(settings, session)
            .map_err(|error| Error::endpoint(error, settings))?;
        Ok(IdentityCenter::new(self.clone(), instance, Some(session)))
    }

    /// Runs the job of a [`RefreshHelper`](crate::RefreshHelper) in this process, for
    /// callers that block.
    ///
    /// # Errors
    /// An invalid configuration; a job of another version, or for a console login without the feature
    /// `console-sign-in`.
    #[cfg(feature = "refresh-helper")]
    pub fn refresh_for_job_blocking(&self, job: &RefreshJob) -> Result<RefreshReport, Error> {
        let world = self.blocking_world();
        let sso_session = job.sso_session();
        if let Some(session) =
            sso_session.map_err(|error| Error::new(ErrorKind::Configuration, error))?
        {
            let center = self.identity_center_for(session)?;
            let sessions = &self.context().sessions;
            return Ok(block_on(sessions.refresh_for_job(world, center.instance(), job)));
        }
        #[cfg(feature = "console-sign-in")]
        if let (Some(login_session), Some(sessions)) =
            (job.login_session(), &self.context().console_sessions)
        {
            let settings = self.settings_or_default()?;
            let region = settings.region.as_ref().map(|region| &region.value);
            let params = vestibule_chain::endpoint_params(&settings, "signin", region);
            let session = vestibule_sso::ConsoleSession::new(login_session, params);
            return Ok(block_on(sessions.refresh_for_job(world, &session, job)));
        }
        Err(Error::new(ErrorKind::Configuration, "this program cannot refresh console logins"))
    }

    #[inline]
    fn no_sso(&self) -> Error {
        let profile = self.profile();
        let files = self.files();
        let is_empty =
            files.profile_names().next().is_none() && files.session_names().next().is_none();
        let text = if is_empty {
            format!("No AWS configuration found in {}.", files.config_location())
        } else {
            format!("Profile \"{}\" does not use SSO.", profile.value)
        };
        Error::new(ErrorKind::Configuration, text).with_remedy(Remedy::SetUp)
    }
}

/// Returns the settings of the selected profile; a profile that does not exist yet has none.
pub(crate) fn settings_or_default(
    files: &Files,
    vars: &Vars,
    overrides: &Overrides,
) -> Result<Settings, vestibule_profile::Error> {
    let name = vestibule_profile::select_profile(vars, overrides).value;
    if files.profile(&name).is_some() {
        return settings(files, vars, overrides);
    }
    let vars = vars.clone().without("AWS_PROFILE").without("AWS_DEFAULT_PROFILE");
    let mut overrides = overrides.clone();
    overrides.profile = None;
    settings(files, &vars, &overrides)
}
