use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use vestibule_types::{Region, Timestamp};
use vestibule_world::{Clock as _, Entropy, memory};

use crate::clock::Clock;
use crate::container::{Container, ContainerAgents};
use crate::emulator::{Emulator, ViolationListener};
use crate::error::Error;
use crate::fault_schedule::{FaultSchedule, Rule};
use crate::iam::{Iam, IamRole, IamUser};
use crate::instance::{Instance, InstanceMetadata};
use crate::log::Violation;
use crate::script;
use crate::settings::{Rotation, Settings};
use crate::shared::Shared;
use crate::state::State;
use crate::token_factory::TokenFactory;

/// A builder of emulators.
///
/// Its defaults are those of AWS's examples: the start URL
/// `https://provided-domain.awsapps.com/start`, one user, and account 111122223333 with the role
/// `SampleRole`, in us-east-1, and the EKS cluster `my-cluster`.
pub struct Builder {
    settings: Settings,
    /// Users, and the access tokens of the sessions that exist from the start.
    sessions: Vec<(String, String)>,
    iam: Iam,
    instance: Instance,
    containers: Vec<Container>,
    faults: Vec<Rule>,
    clock: Clock,
    start: Option<Timestamp>,
    entropy: Arc<dyn Entropy>,
    on_violation: ViolationListener,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            sessions: Vec::new(),
            iam: Iam::default(),
            instance: Instance::default(),
            containers: Vec::new(),
            faults: Vec::new(),
            clock: Clock::default(),
            start: None,
            entropy: Arc::new(memory::Entropy::default()),
            on_violation: Arc::new(|_| {}),
        }
    }
}

impl Emulator {
    /// Returns a builder with the defaults of AWS's examples.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// An emulator with the defaults of [`Builder`].
impl Default for Emulator {
    fn default() -> Self {
        Builder::default().build()
    }
}

impl Builder {
    /// Sets the region of the instance. Its clients and tokens are not valid in other regions.
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.settings.region = region;
        self
    }

    /// Adds a start URL of the instance. May be called more than once.
    #[must_use]
    pub fn start_url(mut self, url: impl Into<String>) -> Self {
        self.settings.start_urls.push(url.into());
        self
    }

    /// Adds a company's own URL, which redirects to a start URL of the instance.
    #[must_use]
    pub fn vanity_url(mut self, own: impl Into<String>, start_url: impl Into<String>) -> Self {
        let start_url = start_url.into();
        self.settings.vanity_urls.push((own.into(), start_url.clone()));
        self.start_url(start_url)
    }

    /// Adds a user. The first one is the default where a user is chosen.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.settings.users.push(name.into());
        self
    }

    /// Adds an account, by its id and its name in the portal.
    #[must_use]
    pub fn account(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.settings.account_mut(id.into()).name = Some(name.into());
        self
    }

    /// Adds a role of every user in an account, which is added without a name if it is missing.
    #[must_use]
    pub fn role(mut self, account_id: impl Into<String>, role: impl Into<String>) -> Self {
        self.settings.account_mut(account_id.into()).roles.push(role.into());
        self
    }

    /// Adds an EKS cluster, which every account has in every region.
    #[must_use]
    pub fn eks_cluster(mut self, name: impl Into<String>) -> Self {
        self.settings.clusters.push(name.into());
        self
    }

    /// Adds an application, by its ARN, for `CreateTokenWithIAM`. It trusts the issuer of
    /// [`Emulator::identity_token`], whose subjects are the users.
    #[must_use]
    pub fn application(mut self, arn: impl Into<String>) -> Self {
        self.settings.applications.push(arn.into());
        self
    }

    /// Adds a trust anchor of Roles Anywhere, with the certificate of its authority in PEM.
    ///
    /// Certificates are verified with the feature `x509`; without it, none is trusted.
    #[must_use]
    pub fn trust_anchor(mut self, arn: impl Into<String>, certificate: impl Into<String>) -> Self {
        self.settings.trust_anchors.push((arn.into(), certificate.into()));
        self
    }

    /// Adds a profile of Roles Anywhere that allows a role. The role has to trust
    /// `rolesanywhere.amazonaws.com` ([`IamRole::trusts`]). May be called more than once.
    #[must_use]
    pub fn roles_anywhere_profile(
        mut self,
        arn: impl Into<String>,
        role_arn: impl Into<String>,
    ) -> Self {
        self.settings.roles_anywhere_profiles.push((arn.into(), role_arn.into()));
        self
    }

    /// Adds a long-term access key of the IAM user `emulated` in an account.
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

    /// Adds an IAM user.
    #[must_use]
    pub fn iam_user(mut self, user: IamUser) -> Self {
        self.iam.add_user(user);
        self
    }

    /// Adds a role that can be assumed through STS.
    #[must_use]
    pub fn iam_role(mut self, role: IamRole) -> Self {
        self.iam.add_role(role);
        self
    }

    /// Adds a session of a user that exists from the start, with this access token.
    ///
    /// The token is valid until the session expires, and cannot be refreshed.
    #[must_use]
    pub fn session(mut self, user: impl Into<String>, access_token: impl Into<String>) -> Self {
        self.sessions.push((user.into(), access_token.into()));
        self
    }

    /// Sets the EC2 instance whose metadata are served. By default, it has no role.
    #[must_use]
    pub fn instance(mut self, instance: Instance) -> Self {
        self.instance = instance;
        self
    }

    /// Adds a container that gets credentials. May be called more than once.
    #[must_use]
    pub fn container(mut self, container: Container) -> Self {
        self.containers.push(container);
        self
    }

    /// Approves every sign-in at once, as the first user. Off by default.
    ///
    /// A device code is then never shown, since clients poll before they show it. To test the
    /// screen, call [`Emulator::approve`](crate::Emulator::approve) from it instead.
    #[must_use]
    pub fn auto_approve(mut self) -> Self {
        self.settings.auto_approve = true;
        self
    }

    /// Sets what happens to refresh tokens when they are used. By default, they are valid once.
    #[must_use]
    pub fn rotation(mut self, rotation: Rotation) -> Self {
        self.settings.rotation = rotation;
        self
    }

    /// Schedules the faults of a script; see [`Emulator::script`].
    ///
    /// # Errors
    /// The first line that is not valid.
    pub fn script(mut self, text: &str) -> Result<Self, Error> {
        self.faults.extend(script::parse(text)?);
        Ok(self)
    }

    #[cfg(feature = "toml")]
    pub(crate) fn account_mut(&mut self, id: String) -> &mut crate::settings::Account {
        self.settings.account_mut(id)
    }

    #[cfg(feature = "toml")]
    pub(crate) fn rules(mut self, rules: Vec<Rule>) -> Self {
        self.faults.extend(rules);
        self
    }

    /// Sets the lifetime of client registrations: 90 days by default.
    #[must_use]
    pub fn registration_duration(mut self, duration: Duration) -> Self {
        self.settings.registration_duration = duration;
        self
    }

    /// Sets the lifetime of sessions: 8 hours by default, and 15 minutes to 90 days at AWS.
    #[must_use]
    pub fn session_duration(mut self, duration: Duration) -> Self {
        self.settings.session_duration = duration;
        self
    }

    /// Sets the lifetime of access tokens that can be refreshed: 1 hour by default.
    #[must_use]
    pub fn access_token_duration(mut self, duration: Duration) -> Self {
        self.settings.access_token_duration = duration;
        self
    }

    /// Sets the lifetime of role credentials: 1 hour by default, and 1 to 12 hours at AWS.
    #[must_use]
    pub fn role_duration(mut self, duration: Duration) -> Self {
        self.settings.role_duration = duration;
        self
    }

    /// Sets the clock. By default, it is a manual one at 2026-01-01, or the real time once a
    /// [`Server`](crate::Server) is started. [`Clock::default`] is that default too; a server with a
    /// manual clock needs [`Clock::manual`].
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the time at the start. By default, it is that of the clock.
    #[must_use]
    pub fn starting_at(mut self, start: Timestamp) -> Self {
        self.start = Some(start);
        self
    }

    /// Sets the source of random bytes. By default, tokens and keys are the same in each run.
    #[must_use]
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Sets a function that is called with each violation of a service's model.
    ///
    /// [`Emulator::violations`] has them all too.
    #[must_use]
    pub fn on_violation(mut self, listener: impl Fn(&Violation) + Send + Sync + 'static) -> Self {
        self.on_violation = Arc::new(listener);
        self
    }

    /// Builds the emulator.
    pub fn build(mut self) -> Emulator {
        if self.settings.accounts.is_empty() {
            self = self.account("111122223333", "Sample").role("111122223333", "SampleRole");
        }
        if self.settings.start_urls.is_empty() {
            self = self.start_url("https://provided-domain.awsapps.com/start");
        }
        if self.settings.users.is_empty() {
            self = self.user("sample-user");
        }
        if self.settings.clusters.is_empty() {
            self = self.eks_cluster("my-cluster");
        }
        let clock = match self.start {
            Some(start) => self.clock.starting_at(start),
            None => self.clock,
        };
        let now = clock.now();
        let mut shared = Shared::new(self.settings, self.iam, TokenFactory::new(self.entropy));
        for (user, access_token) in self.sessions {
            let session = shared.open_session(&user, "configured", now);
            let access_token = shared.tokens.record(access_token);
            let expires = now + shared.settings.session_duration;
            shared.sessions.add_access_token(access_token, &session, expires);
        }
        let mut faults = FaultSchedule::default();
        faults.extend(self.faults);
        let instance = InstanceMetadata::new(self.instance);
        let containers = ContainerAgents::new(self.containers);
        let state = State::new(shared, instance, containers, faults);
        Emulator::new(state, clock, self.on_violation)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Builder(..)")
    }
}
