use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use vestibule_cache::Folder;
use vestibule_profile::{Base, ConfiguredSession, NamedSource, Origin, Plan, Sourced};
use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider, Reason};
use vestibule_sso::Sessions;
use vestibule_sts::sigv4::Skew;
use vestibule_types::Credentials;
use vestibule_world::{BoxFuture, World};

use crate::assume_role::Source;
use crate::{
    AssumeRole, Container, Environment, InstanceMetadata, MfaPrompt, Process, Resolver, SsoRole,
    Sts, WebIdentity, instance,
};

/// What providers need besides the plan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Context {
    /// The sign-ins.
    pub sessions: Arc<Sessions>,
    /// Where role credentials are shared with the AWS CLI, if they are.
    pub role_cache: Option<Folder>,
    /// Shared role credentials that end sooner than this are not taken. Default, and least:
    /// 15 minutes.
    pub min_remaining: Duration,
    /// For the names of container endpoints.
    pub resolver: Resolver,
    /// For the codes of MFA devices.
    pub mfa_prompt: MfaPrompt,
    /// What is known of STS's clock.
    pub skew: Skew,
}

impl Context {
    /// These sign-ins, and no file for role credentials.
    pub fn new(sessions: Arc<Sessions>) -> Self {
        Self {
            sessions,
            role_cache: None,
            min_remaining: Duration::ZERO,
            resolver: Resolver::default(),
            mfa_prompt: MfaPrompt::default(),
            skew: Skew::default(),
        }
    }

    /// Takes only shared role credentials that last longer than this.
    #[must_use]
    pub fn with_min_remaining(mut self, span: Duration) -> Self {
        self.min_remaining = span;
        self
    }

    /// Looks names of container endpoints up. Default: none is known but `localhost`.
    #[must_use]
    pub fn with_resolver(mut self, resolver: Resolver) -> Self {
        self.resolver = resolver;
        self
    }

    /// Asks this way for codes of MFA devices. Default: not at all.
    #[must_use]
    pub fn with_mfa_prompt(mut self, prompt: MfaPrompt) -> Self {
        self.mfa_prompt = prompt;
        self
    }

    /// Signs by what is known of STS's clock. Default: nothing, until its first answer.
    #[must_use]
    pub fn with_skew(mut self, skew: Skew) -> Self {
        self.skew = skew;
        self
    }

    /// Shares role credentials with other programs through this folder.
    #[must_use]
    pub fn with_role_cache(mut self, folder: impl Into<Option<Folder>>) -> Self {
        self.role_cache = folder.into();
        self
    }
}

/// The provider of a plan: its base, then its roles in order.
///
/// # Errors
/// Something configured that cannot work, such as an endpoint URL that is none.
pub fn build(plan: &Plan, context: &Context) -> Result<Planned, ProvideError> {
    let mut source = base(plan, context)?;
    for role in &plan.roles {
        source = Arc::new(
            AssumeRole::new(source, role.clone(), Sts::new(&plan.settings))
                .with_mfa_prompt(context.mfa_prompt.clone())
                .with_skew(context.skew.clone())
                .with_cache(context.role_cache.clone())
                .with_min_remaining(context.min_remaining),
        );
    }
    let says_nothing = matches!(plan.base, Base::NotConfigured(_) | Base::SsoToken(_));
    let is_absent = says_nothing && plan.roles.is_empty();
    Ok(Planned { name: plan.profile.value.clone(), is_absent, source })
}

/// Where the credentials begin.
fn base(plan: &Plan, context: &Context) -> Result<Source, ProvideError> {
    Ok(match &plan.base {
        Base::Keys(keys) => Arc::new(Keys(keys.credentials())),
        Base::Sso(role) => {
            let instance = instance(&plan.settings, role.session.session())
                .map_err(|error| configuration(error).chosen_by(&by(&role.session)))?;
            let sessions = context.sessions.clone();
            let (account, name) = (role.account_id.value.clone(), role.role_name.value.clone());
            let provider = SsoRole::new(sessions, instance, account, name);
            Arc::new(Chosen {
                by: by(&role.session),
                source: provider
                    .with_cache(context.role_cache.clone())
                    .with_min_remaining(context.min_remaining),
            })
        }
        Base::Process(command) => Arc::new(Process::new(command.clone(), &*plan.base_profile)),
        Base::WebIdentity(identity) => {
            let by = format!("web_identity_token_file, {}", identity.token_file.origin);
            let sts = Sts::new(&plan.settings);
            let (file, arn) = (identity.token_file.value.clone(), identity.role_arn.value.clone());
            let name = identity.session_name.as_ref().map(|name| name.value.clone());
            Arc::new(WebIdentity::new(file, arn, sts, by).with_session_name(name))
        }
        Base::Named(source) => {
            let by = format!("credential_source, {}", source.origin);
            match source.value {
                NamedSource::Environment => Arc::new(Chosen { by, source: Environment }),
                NamedSource::EcsContainer => {
                    Arc::new(Chosen { by, source: Container::new(context.resolver.clone()) })
                }
                NamedSource::Ec2InstanceMetadata => {
                    let metadata = plan.settings.metadata.clone();
                    Arc::new(Chosen { by, source: InstanceMetadata::new(metadata) })
                }
                other => absent_here(&format!("credential_source `{other}`"), &source.origin),
            }
        }
        Base::Login(session) => console_sign_in(plan, &session.arn),
        Base::SsoToken(session) => {
            let text = format!(
                "profile `{}` yields a bearer token only: it has no sso_account_id and sso_role_name",
                plan.base_profile
            );
            Arc::new(Missing { reason: Reason::new("sso", format!("{text} ({})", by(session))) })
        }
        Base::NotConfigured(why) => {
            Arc::new(Missing { reason: Reason::new("profile", why.to_string()) })
        }
        _ => absent_here("the source of credentials", &Origin::Default),
    })
}

/// The credentials of a console sign-in.
#[cfg(feature = "console-sign-in")]
fn console_sign_in(plan: &Plan, login_session: &Sourced<String>) -> Source {
    let region = plan.settings.region.as_ref().map(|region| &region.value);
    let params = crate::endpoint_params(&plan.settings, "signin", region);
    let source = crate::ConsoleSignIn::new(&*login_session.value, params);
    Arc::new(Chosen { by: format!("login_session, {}", login_session.origin), source })
}

/// What there is instead, where the program was built without it.
#[cfg(not(feature = "console-sign-in"))]
fn console_sign_in(_plan: &Plan, login_session: &Sourced<String>) -> Source {
    let text = format!(
        "login_session needs a program built with the feature `console-sign-in` ({})",
        login_session.origin
    );
    Arc::new(Missing { reason: Reason::new("login", text) })
}

/// The line that names a session.
fn by(session: &ConfiguredSession) -> String {
    match &session.name {
        Some(name) => format!("sso_session, {}", name.origin),
        None => format!("sso_start_url, {}", session.start_url.origin),
    }
}

fn configuration(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ProvideError {
    ProvideError::new("profile", ProvideErrorKind::Configuration, error)
}

/// The provider of one profile; see [`build`].
#[derive(Debug)]
pub struct Planned {
    name: String,
    /// Whether the profile says nothing about credentials, so that a chain goes on.
    is_absent: bool,
    source: Source,
}

impl Provider for Planned {
    fn name(&self) -> &'static str {
        "profile"
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move {
            match self.source.provide(world).await? {
                // A profile that chose a source which has nothing is broken, not absent.
                Answer::NotConfigured(reason) if !self.is_absent => {
                    let error = Empty { profile: self.name.clone(), reason: reason.to_string() };
                    Err(ProvideError::new("profile", ProvideErrorKind::Refused, error))
                }
                answer => Ok(answer),
            }
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("profile `{profile}` has no credentials: {reason}")]
struct Empty {
    profile: String,
    reason: String,
}

/// Keys that stand in the files.
struct Keys(Credentials);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.0.access_key_id())
    }
}

impl Provider for Keys {
    fn name(&self) -> &'static str {
        "profile"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move { Ok(Answer::Credentials(self.0.clone())) })
    }
}

/// A source, with the line that chose it in each of its errors.
#[derive(Debug)]
struct Chosen<P> {
    by: String,
    source: P,
}

impl<P: Provider> Provider for Chosen<P> {
    fn name(&self) -> &'static str {
        self.source.name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move {
            self.source.provide(world).await.map_err(|error| error.chosen_by(&self.by))
        })
    }
}

/// A source that has nothing, and why.
#[derive(Debug)]
struct Missing {
    reason: Reason,
}

impl Provider for Missing {
    fn name(&self) -> &'static str {
        "profile"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move { Ok(Answer::NotConfigured(self.reason.clone())) })
    }
}

/// A source that this version does not have.
fn absent_here(what: &str, origin: &Origin) -> Source {
    let reason = Reason::new("profile", format!("{what} is not supported yet ({origin})"));
    Arc::new(Missing { reason })
}
