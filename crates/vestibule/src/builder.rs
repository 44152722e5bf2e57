use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(feature = "cli-cache")]
use std::time::Duration;

use vestibule_cache::Folder;
use vestibule_chain::{Context, MfaPrompt, NativeProcesses, Resolver};
use vestibule_profile::{Overrides, RetryMode, Sourced};
use vestibule_provider::RefreshPolicy;
#[cfg(feature = "console-sign-in")]
use vestibule_sso::ConsoleSessions;
#[cfg(feature = "refresh-helper")]
use vestibule_sso::RefreshHelper;
use vestibule_sso::{Sessions, TokenStore};
use vestibule_types::Region;
#[cfg(feature = "tokio")]
use vestibule_types::Vars;
#[cfg(feature = "tokio")]
use vestibule_world::Transport;
use vestibule_world::{BoxFuture, World};

#[cfg(feature = "http")]
use crate::worlds::Timeouts;
#[cfg(feature = "tokio")]
use crate::worlds::Transports;
use crate::worlds::Worlds;
use crate::{Configuration, Error, ErrorKind, Remedy, Session};

/// A builder of a [`Session`] or a [`Configuration`]; everything is optional, and the order of the
/// calls does not matter.
///
/// Its settings take precedence over the environment, and the environment over the files.
///
/// ```
/// # use std::sync::Arc;
/// # use vestibule::world::{World, memory};
/// # let config = "[profile dev]\nregion = eu-west-1\n";
/// # let files = memory::Files::default().with("/home/.aws/config", config);
/// # let world = World { files: Arc::new(files), ..memory::world() };
/// let session = vestibule::Session::builder()
///     .profile("dev")
///     .use_dual_stack(true)
/// #   .world(world)
///     .load_blocking()?;
/// assert_eq!(session.region().map(|region| region.as_str()), Some("eu-west-1"));
/// assert!(session.settings().use_dual_stack.value);
/// # Ok::<(), vestibule::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct Builder {
    world: Option<World>,
    overrides: Arc<Overrides>,
    region: Option<Sourced<String>>,
    #[cfg(feature = "tokio")]
    vars: Option<Vars>,
    #[cfg(feature = "http")]
    timeouts: Timeouts,
    #[cfg(feature = "tokio")]
    transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "cli-cache")]
    share_role_credentials: bool,
    #[cfg(feature = "cli-cache")]
    min_remaining: Duration,
    token_folder: Option<PathBuf>,
    token_store: Option<Arc<dyn TokenStore>>,
    mfa_prompt: MfaPrompt,
    native_processes: NativeProcesses,
    #[cfg(feature = "refresh-helper")]
    refresh_helper: Option<Arc<dyn RefreshHelper>>,
    #[cfg(feature = "tokio")]
    helpers: Option<vestibule_os::Shell>,
    refresh_policy: Option<RefreshPolicy>,
}

impl Builder {
    /// Sets the profile. A profile set here takes precedence over keys in the environment.
    ///
    /// Default: `AWS_PROFILE`, then `AWS_DEFAULT_PROFILE`, then `default`.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.overrides_mut().profile = Some(Sourced::argument(name.into(), "Builder::profile"));
        self
    }

    /// Sets the region. A name that is not valid is an error of [`Builder::load`].
    ///
    /// Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, `region` of the profile.
    pub fn region(mut self, name: impl Into<String>) -> Self {
        self.region = Some(Sourced::argument(name.into(), "Builder::region"));
        self
    }

    /// Sets the endpoint URL of all services.
    ///
    /// Default: `AWS_ENDPOINT_URL` and its relatives.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.overrides_mut().endpoint_url =
            Some(Sourced::argument(url.into(), "Builder::endpoint_url"));
        self
    }

    /// Sets whether FIPS endpoints are used. Default: `AWS_USE_FIPS_ENDPOINT`.
    #[inline]
    pub fn use_fips(mut self, use_fips: bool) -> Self {
        self.overrides_mut().use_fips = Some(Sourced::argument(use_fips, "Builder::use_fips"));
        self
    }

    /// Sets whether dual-stack endpoints are used. Default: `AWS_USE_DUALSTACK_ENDPOINT`.
    #[inline]
    pub fn use_dual_stack(mut self, use_dual_stack: bool) -> Self {
        let value = Sourced::argument(use_dual_stack, "Builder::use_dual_stack");
        self.overrides_mut().use_dual_stack = Some(value);
        self
    }

    /// Sets the name of the application in the user agent. Default: `AWS_SDK_UA_APP_ID`.
    pub fn app_id(mut self, id: impl Into<String>) -> Self {
        self.overrides_mut().app_id = Some(Sourced::argument(id.into(), "Builder::app_id"));
        self
    }

    /// Sets the retry mode and the number of attempts of a call, the first included.
    ///
    /// Default: `AWS_RETRY_MODE` and `AWS_MAX_ATTEMPTS`.
    #[inline]
    pub fn retry(mut self, mode: RetryMode, max_attempts: NonZeroU32) -> Self {
        self.overrides_mut().retry_mode = Some(Sourced::argument(mode, "Builder::retry"));
        self.overrides_mut().max_attempts = Some(Sourced::argument(max_attempts, "Builder::retry"));
        self
    }

    /// Sets how long a connection and an exchange may take. Does not apply to a transport or a [`World`]
    /// of the caller.
    #[cfg(feature = "http")]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets arguments under the names that the caller's users know them by, such as `--region`,
    /// so that errors show these names. Arguments that are `None` stay as they are.
    #[inline]
    pub fn overrides(mut self, overrides: Overrides) -> Self {
        if overrides.region.is_some() {
            self.region = None;
        }
        self.overrides = Arc::new(Overrides::clone(&self.overrides).merge(overrides));
        self
    }

    fn overrides_mut(&mut self) -> &mut Overrides {
        Arc::make_mut(&mut self.overrides)
    }

    /// Sets the world, in place of this machine: for tests, and for other runtimes and HTTP clients.
    ///
    /// Required without the feature `http`, unless `Builder::transport` is called.
    #[inline]
    pub fn world(mut self, world: World) -> Self {
        self.world = Some(world);
        self
    }

    /// Sets the transport of requests, in place of hyper: the HTTP client of the caller. Files, processes
    /// and time remain those of this machine.
    ///
    /// The transport has its own proxy, certificates and timeouts. [`Session::blocking`] polls its
    /// futures in a tokio runtime of its own.
    #[cfg(feature = "tokio")]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets whether role credentials are shared with the AWS CLI in `~/.aws/cli/cache`.
    ///
    /// Default: off, since most programs run long enough to cache them in memory.
    #[cfg(feature = "cli-cache")]
    #[inline]
    pub fn share_role_credentials(mut self, share: bool) -> Self {
        self.share_role_credentials = share;
        self
    }

    /// Sets the folder for the files of tokens. Default: `~/.aws/sso/cache`, which all AWS tools
    /// share. [`Builder::token_store`] takes precedence.
    #[inline]
    pub fn token_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.token_folder = Some(folder.into());
        self
    }

    /// Sets the store of all tokens, those of SSO sessions and of console logins: the memory of this
    /// process, or a keychain or vault of the caller. Default: files, which all AWS tools share.
    ///
    /// A store may be shared by several configurations.
    ///
    /// ```
    /// # use vestibule::world::memory;
    /// use std::sync::Arc;
    /// use vestibule::{MemoryTokenStore, Session};
    ///
    /// # let builder = Session::builder().world(memory::world());
    /// // Nothing is written to disk, and no other tool sees the tokens.
    /// let builder = builder.token_store(Arc::new(MemoryTokenStore::default()));
    /// # builder.load_blocking()?;
    /// # Ok::<(), vestibule::Error>(())
    /// ```
    #[inline]
    pub fn token_store(mut self, store: Arc<dyn TokenStore>) -> Self {
        self.token_store = Some(store);
        self
    }

    /// Sets the remaining lifetime below which shared role credentials are not used.
    ///
    /// Default and minimum: 15 minutes, as in the AWS CLI.
    #[cfg(feature = "cli-cache")]
    pub fn min_remaining(mut self, span: Duration) -> Self {
        self.min_remaining = span;
        self
    }

    /// Sets the prompt for codes of MFA devices (`mfa_serial`).
    ///
    /// Default: none, so that a role that needs a code is an error ([`Remedy::EnterCode`]).
    #[inline]
    pub fn mfa_prompt(mut self, prompt: MfaPrompt) -> Self {
        self.mfa_prompt = prompt;
        self
    }

    /// Sets the providers that take the place of helper programs (`credential_process`). Default:
    /// none, so that programs are run.
    #[inline]
    pub fn native_processes(mut self, processes: NativeProcesses) -> Self {
        self.native_processes = processes;
        self
    }

    /// Sets the environment variables, instead of those of this process. A world of the caller has its
    /// own.
    #[cfg(feature = "tokio")]
    #[inline]
    pub fn vars(mut self, vars: Vars) -> Self {
        self.vars = Some(vars);
        self
    }

    /// Sets the condition under which a `credential_process` may prompt at the terminal. Default:
    /// whenever this process is in the foreground of one, as in the AWS SDKs.
    #[cfg(feature = "tokio")]
    pub fn helper_prompts_if(
        mut self,
        condition: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        self.helpers = Some(vestibule_os::Shell::with_prompts_if(condition));
        self
    }

    /// Sets when credentials are refreshed, and whether expired ones are ever returned. Default: by
    /// the source of the credentials.
    ///
    /// | source | policy |
    /// |---|---|
    /// | access portal, STS, console login | [`RefreshPolicy::Early`] |
    /// | metadata of EC2 instances and containers | [`RefreshPolicy::StaticStability`] |
    /// | variables, files, programs, roles with an MFA device | [`RefreshPolicy::Strict`] |
    ///
    /// Only static stability returns expired credentials; AWS documents it for the metadata services
    /// and for nothing else.
    #[inline]
    pub fn refresh_policy(mut self, policy: RefreshPolicy) -> Self {
        self.refresh_policy = Some(policy);
        self
    }

    /// Refreshes tokens in processes of their own, which survive this one, if the token store is
    /// shared with them. Default: in a task of this process, which survives the future of the caller.
    #[cfg(feature = "refresh-helper")]
    pub fn refresh_helper(mut self, helper: Arc<dyn RefreshHelper>) -> Self {
        self.refresh_helper = Some(helper);
        self
    }

    /// Reads the configuration files, without choosing a profile.
    ///
    /// # Errors
    /// A file that exists and cannot be read; a variable that is not Unicode; an invalid region.
    pub fn configuration(mut self) -> Result<Configuration, Error> {
        if let Some(region) = self.region.take() {
            let Sourced { value, origin } = region;
            let checked = Region::new(&value).map_err(|error| {
                let remedy = Remedy::FixConfiguration { origin: origin.clone() };
                Error::new(ErrorKind::Configuration, error).with_remedy(remedy)
            })?;
            self.overrides_mut().region = Some(Sourced::new(checked, origin));
        }
        let (worlds, resolver) = self.worlds()?;
        let (vars, platform) = (&worlds.local().vars, worlds.local().platform);
        vars.check().map_err(|error| Error::variable(&error.name.clone(), error))?;
        #[cfg(feature = "tokio")]
        crate::shifted_clock::check_offset(vars)?;
        let sessions = match (&self.token_store, &self.token_folder) {
            (Some(store), _) => Sessions::new(store.clone()),
            (None, Some(folder)) => {
                Sessions::in_folder(Folder::new(folder.to_string_lossy(), platform))
            }
            (None, None) => Sessions::at_home(vars, platform),
        };
        #[cfg(feature = "refresh-helper")]
        let sessions = match &self.refresh_helper {
            Some(helper) => sessions.with_refresh_helper(helper.clone()),
            None => sessions,
        };
        #[cfg(feature = "console-sign-in")]
        let console_sessions = match self.token_store {
            Some(store) => ConsoleSessions::new(store),
            None => ConsoleSessions::at_home(vars, platform),
        };
        #[cfg(all(feature = "console-sign-in", feature = "refresh-helper"))]
        let console_sessions = console_sessions.with_refresh_helper(self.refresh_helper);
        let context = Context::new(Arc::new(sessions))
            .with_resolver(resolver)
            .with_mfa_prompt(self.mfa_prompt)
            .with_native_processes(self.native_processes);
        #[cfg(feature = "cli-cache")]
        let context = {
            let home = vars.home(platform).filter(|_| self.share_role_credentials);
            context
                .with_role_cache(home.map(|home| Folder::cli(&home, platform)))
                .with_min_remaining(self.min_remaining)
        };
        #[cfg(feature = "console-sign-in")]
        let context = context.with_console_sessions(console_sessions);
        Configuration::load(&worlds, self.overrides, context, self.refresh_policy)
    }

    fn worlds(&mut self) -> Result<(Worlds, Resolver), Error> {
        // A caller-supplied world may not be this machine, so the resolver of the operating system
        // must not be used for it.
        if let Some(world) = self.world.take() {
            return Ok((Worlds::given(world), Resolver::default()));
        }
        #[cfg(feature = "tokio")]
        let transports = self.transport.take().map(Transports::Given);
        #[cfg(feature = "http")]
        let transports = transports.or(Some(Transports::hyper(self.timeouts)));
        #[cfg(feature = "tokio")]
        if let Some(transports) = transports {
            let vars = self.vars.take().unwrap_or_else(vestibule_os::vars);
            let helpers = self.helpers.take().unwrap_or_default();
            let worlds = Worlds::of_this_machine(vars, transports, helpers);
            return Ok((worlds, Resolver::new(vestibule_os::lookup_host)));
        }
        let text = "without the feature `http`, a world or a transport is required";
        Err(Error::new(ErrorKind::InvalidInput, text))
    }

    /// Loads the session of the selected profile. Reads two small files and sends no request.
    ///
    /// # Errors
    /// A configuration that is not valid, as far as this profile needs it.
    // A future, so that loading may wait one day; behind a pointer, since a builder is large to drop.
    pub fn load(self) -> BoxFuture<'static, Result<Session, Error>> {
        Box::pin(async move { self.load_blocking() })
    }

    /// Loads the session of the selected profile, for callers without a runtime.
    ///
    /// # Errors
    /// As [`Builder::load`].
    pub fn load_blocking(self) -> Result<Session, Error> {
        Session::new(self.configuration()?)
    }
}
