use std::sync::Arc;
use std::time::Duration;

use vestibule_cache::Folder;
use vestibule_chain::{Context, MfaPrompt, Resolver};
use vestibule_profile::{Overrides, Sourced};
use vestibule_provider::refresh::Policy as RefreshPolicy;
use vestibule_sso::Sessions;
use vestibule_types::Region;
use vestibule_world::World;

use crate::worlds::Worlds;
use crate::{Configuration, Error, ErrorKind, Remedy, Session};

/// Where tokens are kept.
#[derive(Debug, Default)]
enum Tokens {
    #[default]
    Shared,
    InMemory,
    In(String),
}

/// What to load, said in code; all of it is optional. See [`Session::builder`].
#[derive(Debug, Default)]
#[must_use]
pub struct Builder {
    world: Option<World>,
    ask: Overrides,
    region: Option<Sourced<String>>,
    share_role_credentials: bool,
    min_remaining: Duration,
    tokens: Tokens,
    mfa_prompt: MfaPrompt,
    helpers: Option<vestibule_os::Shell>,
    refresh_policy: Option<RefreshPolicy>,
}

impl Builder {
    /// This profile. Named here it wins over keys in the environment.
    ///
    /// Default: `AWS_PROFILE`, then `AWS_DEFAULT_PROFILE`, then `default`.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.ask = self.ask.with_profile(name, "Builder::profile");
        self
    }

    /// The region to work in.
    ///
    /// Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, `region` of the profile.
    pub fn region(mut self, name: impl Into<String>) -> Self {
        self.region = Some(Sourced::argument(name.into(), "Builder::region"));
        self
    }

    /// All that can be said in code, under the names that the caller's own users know:
    /// errors will say `--region` where the caller says so.
    pub fn overrides(mut self, ask: Overrides) -> Self {
        self.ask = ask;
        self
    }

    /// Reads, calls and waits through this world instead of this machine.
    pub fn world(mut self, world: World) -> Self {
        self.world = Some(world);
        self
    }

    /// Keeps role credentials in `~/.aws/cli/cache`, where the AWS CLI keeps its own, and takes
    /// those it finds. Default: off, since most programs run long enough to keep them in memory.
    pub fn share_role_credentials(mut self, share: bool) -> Self {
        self.share_role_credentials = share;
        self
    }

    /// Keeps tokens in this process alone; nothing touches a disk, and other tools neither see
    /// the sign-in nor offer theirs.
    pub fn tokens_in_memory(mut self) -> Self {
        self.tokens = Tokens::InMemory;
        self
    }

    /// Keeps tokens in a folder of your own. Default: `~/.aws/sso/cache`, which all AWS tools share.
    pub fn tokens_in(mut self, folder: impl Into<String>) -> Self {
        self.tokens = Tokens::In(folder.into());
        self
    }

    /// Takes shared role credentials only if they last longer than this. Default, and least:
    /// 15 minutes, as in the AWS CLI.
    pub fn min_remaining(mut self, span: Duration) -> Self {
        self.min_remaining = span;
        self
    }

    /// Asks a person this way for the codes of MFA devices (`mfa_serial`). Default: not at all, so
    /// that a role that needs one is an error at once ([`Remedy::EnterCode`]).
    pub fn mfa_prompt(mut self, prompt: MfaPrompt) -> Self {
        self.mfa_prompt = prompt;
        self
    }

    /// Sets the condition under which a `credential_process` may prompt at the terminal. Default:
    /// whenever this process is in the foreground of one, as in the AWS SDKs.
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
    /// Only static stability returns expired credentials, and AWS documents it only for
    /// [instance metadata](https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html)
    /// and containers.
    pub fn refresh_policy(mut self, policy: RefreshPolicy) -> Self {
        self.refresh_policy = Some(policy);
        self
    }

    /// Reads the configuration and decides nothing yet.
    ///
    /// # Errors
    /// A file that is there and cannot be read; a region that is none.
    pub fn configuration(mut self) -> Result<Configuration, Error> {
        if let Some(region) = self.region.take() {
            let checked = Region::new(&region.value).map_err(|error| {
                let remedy = Remedy::FixConfiguration { at: region.origin.to_string() };
                Error::new(ErrorKind::Configuration, error).with_remedy(remedy)
            })?;
            self.ask.region = Some(Sourced::new(checked, region.origin));
        }
        // A given world may be anywhere; who else would know its names?
        let resolver = match self.world {
            Some(_) => Resolver::default(),
            None => Resolver::new(vestibule_os::lookup_host),
        };
        let worlds = match self.world {
            Some(world) => Worlds::given(world),
            None => Worlds::of_this_machine(self.helpers.unwrap_or_default()),
        };
        let (vars, platform) = (&worlds.local().vars, worlds.local().platform);
        let sessions = match self.tokens {
            Tokens::Shared => Sessions::at_home(vars, platform),
            Tokens::InMemory => Sessions::in_memory(),
            Tokens::In(folder) => Sessions::in_folder(Folder::at(folder, platform)),
        };
        let home = vars.home(platform).filter(|_| self.share_role_credentials);
        let context = Context::new(Arc::new(sessions))
            .with_role_cache(home.map(|home| Folder::cli(&home, platform)))
            .with_min_remaining(self.min_remaining)
            .with_resolver(resolver)
            .with_mfa_prompt(self.mfa_prompt);
        Configuration::new(worlds, self.ask, context, self.refresh_policy)
    }

    /// Loads the session of the profile.
    ///
    /// Reads two small files; nothing is called.
    ///
    /// # Errors
    /// Whatever is wrong with the configuration, as far as this profile needs it.
    #[expect(clippy::unused_async, reason = "callers that wait need not care what does")]
    pub async fn load(self) -> Result<Session, Error> {
        self.load_blocking()
    }

    /// The same for callers without a runtime.
    ///
    /// # Errors
    /// As [`Builder::load`].
    pub fn load_blocking(self) -> Result<Session, Error> {
        Session::new(self.configuration()?)
    }
}
