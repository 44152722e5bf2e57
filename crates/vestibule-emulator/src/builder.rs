use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use vestibule_types::{Region, Timestamp};
use vestibule_world::{Clock, Entropy, memory};

use crate::config::{Account, Config, Rotation};
use crate::container::Container;
use crate::emulator::{Emulator, Watcher};
use crate::iam::{IamRole, IamUser};
use crate::instance::Instance;
use crate::log::Violation;
use crate::mint::Mint;
use crate::script::{self, ScriptError};
use crate::state::State;

/// The instance of Identity Center to emulate.
///
/// What is not given is that of AWS's own examples: the start URL
/// `https://provided-domain.awsapps.com/start`, one user, and account 111122223333 with the role
/// `SampleRole`, in us-east-1.
pub struct Builder {
    config: Config,
    clock: Arc<dyn Clock>,
    start: Option<Timestamp>,
    entropy: Arc<dyn Entropy>,
    watcher: Watcher,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            config: Config::default(),
            clock: Arc::new(memory::Clock::default()),
            start: None,
            entropy: Arc::new(memory::Entropy::default()),
            watcher: Arc::new(|_| {}),
        }
    }
}

impl Builder {
    /// The region of the instance. Other regions know nothing of its clients and tokens.
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.config.region = region;
        self
    }

    /// A start URL that leads here. May be given more than once.
    #[must_use]
    pub fn start_url(mut self, url: impl Into<String>) -> Self {
        self.config.start_urls.push(url.into());
        self
    }

    /// A company's own address, which redirects to a start URL of this instance.
    #[must_use]
    pub fn vanity_url(mut self, own: impl Into<String>, start_url: impl Into<String>) -> Self {
        let start_url = start_url.into();
        self.config.vanity_urls.push((own.into(), start_url.clone()));
        self.start_url(start_url)
    }

    /// A person who may sign in; the first one does, where nobody chooses.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.config.users.push(name.into());
        self
    }

    /// An account, by its id and the name the portal shows.
    #[must_use]
    pub fn account(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.entry(id.into()).name = Some(name.into());
        self
    }

    /// A role that every user has in an account; the account need not have a name.
    #[must_use]
    pub fn role(mut self, account_id: impl Into<String>, role: impl Into<String>) -> Self {
        self.entry(account_id.into()).roles.push(role.into());
        self
    }

    /// A lasting key pair of the IAM user `emulated` in an account, for STS to know.
    #[must_use]
    pub fn access_key(
        self,
        account_id: impl Into<String>,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Self {
        let user = IamUser::new(account_id, "emulated");
        self.iam_user(user.access_key(access_key_id, secret_access_key))
    }

    /// An IAM user, for STS to know.
    #[must_use]
    pub fn iam_user(mut self, user: IamUser) -> Self {
        self.config.iam.add_user(user);
        self
    }

    /// A role that can be assumed through STS.
    #[must_use]
    pub fn iam_role(mut self, role: IamRole) -> Self {
        self.config.iam.add_role(role);
        self
    }

    /// A session that is there from the start, open to who shows this access token.
    ///
    /// The token works as long as the session lasts, and cannot be refreshed.
    #[must_use]
    pub fn session(mut self, user: impl Into<String>, access_token: impl Into<String>) -> Self {
        self.config.sessions.push((user.into(), access_token.into()));
        self
    }

    /// The instance that the metadata are of. Unless called, it has no role.
    #[must_use]
    pub fn instance(mut self, instance: Instance) -> Self {
        self.config.instance = instance;
        self
    }

    /// A container that may ask for credentials. May be given more than once.
    #[must_use]
    pub fn container(mut self, container: Container) -> Self {
        self.config.containers.push(container);
        self
    }

    /// Approves every sign-in at once, as the first user. Off unless called.
    #[must_use]
    pub fn auto_approve(mut self) -> Self {
        self.config.auto_approve = true;
        self
    }

    /// What becomes of a used refresh token. Unless called, it is spent.
    #[must_use]
    pub fn rotation(mut self, rotation: Rotation) -> Self {
        self.config.rotation = rotation;
        self
    }

    /// What is to go wrong, in the sentences of [`Emulator::script`].
    ///
    /// # Errors
    /// [`ScriptError`] for the first line that is no such sentence.
    pub fn script(mut self, text: &str) -> Result<Self, ScriptError> {
        self.config.faults.extend(script::read(text)?);
        Ok(self)
    }

    #[cfg(feature = "toml")]
    pub(crate) fn rules(mut self, rules: Vec<crate::faults::Rule>) -> Self {
        self.config.faults.extend(rules);
        self
    }

    /// How long a person stays signed in. Unless called, 8 hours; AWS has 15 minutes to 90 days.
    #[must_use]
    pub fn session_duration(mut self, span: Duration) -> Self {
        self.config.session = span;
        self
    }

    /// How long an access token that can be refreshed works. Unless called, 1 hour.
    #[must_use]
    pub fn access_token_duration(mut self, span: Duration) -> Self {
        self.config.access_token = span;
        self
    }

    /// How long role credentials work. Unless called, 1 hour; AWS has 1 to 12 hours.
    #[must_use]
    pub fn role_duration(mut self, span: Duration) -> Self {
        self.config.role_credentials = span;
        self
    }

    /// The time to start from. Unless called, a clock that stands at 2026-01-01.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// What time it is at first. Unless called, that of the clock.
    #[must_use]
    pub fn starting_at(mut self, start: Timestamp) -> Self {
        self.start = Some(start);
        self
    }

    /// Where tokens and keys come from. Unless called, they are the same in each run.
    #[must_use]
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// What to do about a request that is not as its service's model has it, as soon as it comes.
    ///
    /// Unless called, nothing: [`Emulator::violations`] has them all.
    #[must_use]
    pub fn on_violation(mut self, tell: impl Fn(&Violation) + Send + Sync + 'static) -> Self {
        self.watcher = Arc::new(tell);
        self
    }

    /// The emulator.
    pub fn build(mut self) -> Emulator {
        if self.config.accounts.is_empty() {
            self = self.account("111122223333", "Sample").role("111122223333", "SampleRole");
        }
        if self.config.start_urls.is_empty() {
            self = self.start_url("https://provided-domain.awsapps.com/start");
        }
        if self.config.users.is_empty() {
            self = self.user("sample-user");
        }
        let clock = crate::Clock::over(self.clock);
        if let Some(start) = self.start {
            clock.set(start);
        }
        let state = State::new(self.config, Mint::new(self.entropy), clock.now());
        Emulator::over(state, clock, self.watcher)
    }

    pub(crate) fn entry(&mut self, id: String) -> &mut Account {
        let accounts = &mut self.config.accounts;
        let at = accounts.iter().position(|account| account.id == id).unwrap_or(accounts.len());
        if at == accounts.len() {
            accounts.push(Account { id, name: None, roles: Vec::new() });
        }
        &mut accounts[at]
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Builder(..)")
    }
}
