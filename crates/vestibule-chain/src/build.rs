use std::fmt;
use std::sync::Arc;
#[cfg(feature = "cli-cache")]
use std::time::Duration;

#[cfg(feature = "cli-cache")]
use vestibule_cache::Folder;
use vestibule_profile::{
    Base, ConfiguredSession, NamedSource, Origin, Plan, ProcessCommand, Settings, Sourced,
};
use vestibule_provider::{
    ChosenBy, Error, ErrorKind, Lookup, Provider, RefreshPolicy, SkippedSources,
};
use vestibule_sso::Sessions;
use vestibule_sts::sigv4::ClockSkew;
use vestibule_types::Credentials;
use vestibule_world::{BoxFuture, World};

use crate::assume_role::Source;
#[cfg(feature = "cli-cache")]
use crate::role_cache::{RoleCache, RoleSource};
use crate::{
    AssumeRole, Container, Environment, InstanceMetadata, MfaPrompt, Process, Resolver, SsoRole,
    Sts, WebIdentity, configured_instance,
};

/// The dependencies of providers besides the plan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Context {
    /// The SSO sessions.
    pub sessions: Arc<Sessions>,
    /// The console logins. Default: those of the home folder.
    #[cfg(feature = "console-sign-in")]
    pub console_sessions: Option<vestibule_sso::ConsoleSessions>,
    /// The folder in which role credentials are shared with the AWS CLI, if they are.
    #[cfg(feature = "cli-cache")]
    pub role_cache: Option<Folder>,
    /// Shared role credentials with less time left are not used. Default and minimum: 15 minutes.
    #[cfg(feature = "cli-cache")]
    pub min_remaining: Duration,
    /// Resolves the host names of container endpoints.
    pub resolver: Resolver,
    /// Prompts for codes of MFA devices.
    pub mfa_prompt: MfaPrompt,
    /// The clock skew of STS.
    pub skew: ClockSkew,
    /// Providers that take the place of helper programs.
    pub native_processes: NativeProcesses,
}

type MakeProvider =
    dyn Fn(&ProcessCommand, &Settings) -> Option<Arc<dyn Provider>> + Send + Sync + 'static;

/// The providers that take the place of `credential_process` programs. By default every program is
/// run.
#[derive(Clone, Default)]
pub struct NativeProcesses(Option<Arc<MakeProvider>>);

impl NativeProcesses {
    /// Uses a function, which returns `None` for a program that has to be run.
    pub fn new(
        make: impl Fn(&ProcessCommand, &Settings) -> Option<Arc<dyn Provider>> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(make)))
    }

    fn provider(&self, command: &ProcessCommand, settings: &Settings) -> Option<Source> {
        self.0.as_ref().and_then(|make| make(command, settings))
    }
}

impl fmt::Debug for NativeProcesses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NativeProcesses").field(&self.0.is_some()).finish()
    }
}

impl Context {
    /// Creates a context that shares no role credentials.
    pub fn new(sessions: Arc<Sessions>) -> Self {
        Self {
            sessions,
            #[cfg(feature = "console-sign-in")]
            console_sessions: None,
            #[cfg(feature = "cli-cache")]
            role_cache: None,
            #[cfg(feature = "cli-cache")]
            min_remaining: Duration::ZERO,
            resolver: Resolver::default(),
            mfa_prompt: MfaPrompt::default(),
            skew: ClockSkew::default(),
            native_processes: NativeProcesses::default(),
        }
    }

    /// Sets the console logins. Default: those of the home folder.
    #[cfg(feature = "console-sign-in")]
    #[must_use]
    pub fn with_console_sessions(mut self, sessions: vestibule_sso::ConsoleSessions) -> Self {
        self.console_sessions = Some(sessions);
        self
    }

    /// Sets the remaining lifetime below which shared role credentials are not used.
    #[cfg(feature = "cli-cache")]
    #[must_use]
    pub fn with_min_remaining(mut self, span: Duration) -> Self {
        self.min_remaining = span;
        self
    }

    /// Sets the resolver for container endpoints. Default: only `localhost` is known.
    #[must_use]
    pub fn with_resolver(mut self, resolver: Resolver) -> Self {
        self.resolver = resolver;
        self
    }

    /// Sets the prompt for codes of MFA devices. Default: none.
    #[must_use]
    pub fn with_mfa_prompt(mut self, prompt: MfaPrompt) -> Self {
        self.mfa_prompt = prompt;
        self
    }

    /// Sets the clock skew of STS. Default: unknown until the first response.
    #[must_use]
    pub fn with_skew(mut self, skew: ClockSkew) -> Self {
        self.skew = skew;
        self
    }

    /// Sets the providers that take the place of helper programs. Default: none.
    #[must_use]
    pub fn with_native_processes(mut self, processes: NativeProcesses) -> Self {
        self.native_processes = processes;
        self
    }

    /// Sets the folder in which role credentials are shared with other programs. Default: none.
    #[cfg(feature = "cli-cache")]
    #[must_use]
    pub fn with_role_cache(mut self, folder: impl Into<Option<Folder>>) -> Self {
        self.role_cache = folder.into();
        self
    }
}

/// Builds the provider of a plan: its base, then its roles in order.
///
/// # Errors
/// A setting that is not valid, such as an invalid endpoint URL.
pub fn build(plan: &Plan, context: &Context) -> Result<Planned, Error> {
    let mut source = base(plan, context)?;
    // A refresh of the last role refreshes those before it, and prompts for their codes.
    let has_mfa = plan.roles.iter().any(|role| role.mfa_serial.is_some());
    let policy = if has_mfa { RefreshPolicy::Strict } else { RefreshPolicy::EARLY };
    for role in &plan.roles {
        let assumed = AssumeRole::new(source, role.clone(), Sts::new(&plan.settings))
            .with_refresh_policy(policy)
            .with_mfa_prompt(context.mfa_prompt.clone())
            .with_skew(context.skew.clone());
        #[cfg(feature = "cli-cache")]
        let assumed = shared_role(assumed, plan, context);
        source = Arc::new(assumed);
    }
    let has_no_base = matches!(plan.base, Base::NotConfigured(_) | Base::SsoToken(_));
    let is_unconfigured = has_no_base && plan.roles.is_empty();
    Ok(Planned { profile: plan.profile.value.clone(), is_unconfigured, source })
}

/// Shares the credentials of a role, as the context says.
#[cfg(feature = "cli-cache")]
fn shared<S: RoleSource>(source: S, context: &Context) -> RoleCache<S> {
    RoleCache::new(source, context.role_cache.clone()).with_min_remaining(context.min_remaining)
}

/// Shares the credentials of an assumed role, if the store of the token behind them allows it.
#[cfg(feature = "cli-cache")]
fn shared_role(
    assumed: AssumeRole<Source>,
    plan: &Plan,
    context: &Context,
) -> RoleCache<AssumeRole<Source>> {
    let shared = shared(assumed, context);
    match &plan.base {
        Base::Sso(role) => {
            let entry = vestibule_cache::key::token(&role.session.session());
            shared.with_token(context.sessions.clone(), entry)
        }
        _ => shared,
    }
}

/// Builds the source with which the plan begins.
fn base(plan: &Plan, context: &Context) -> Result<Source, Error> {
    Ok(match &plan.base {
        Base::Keys(keys) => Arc::new(Keys(keys.credentials())),
        Base::Sso(role) => {
            let instance = configured_instance(&plan.settings, &role.session).map_err(|error| {
                Error::new("profile", ErrorKind::Configuration, error)
                    .with_chosen_by(session_setting(&role.session))
            })?;
            let sessions = context.sessions.clone();
            let (account, name) = (role.account_id.value.clone(), role.role_name.value.clone());
            let role_setting = ChosenBy::setting("sso_role_name", &role.role_name.origin);
            let source = SsoRole::new(sessions, instance, account, name);
            let source = source.with_role_setting(role_setting);
            #[cfg(feature = "cli-cache")]
            let source = shared(source, context);
            Arc::new(Chosen { by: session_setting(&role.session), source: Arc::new(source) })
        }
        Base::Process(command) => {
            let native = context.native_processes.provider(command, &plan.settings);
            native.unwrap_or_else(|| Arc::new(Process::new(command.clone(), &*plan.base_profile)))
        }
        Base::WebIdentity(identity) => {
            let by = ChosenBy::setting("web_identity_token_file", &identity.token_file.origin);
            let sts = Sts::new(&plan.settings);
            let (file, arn) = (identity.token_file.value.clone(), identity.role_arn.value.clone());
            let name = identity.session_name.as_ref().map(|name| name.value.clone());
            Arc::new(WebIdentity::new(file, arn, name, sts, by))
        }
        Base::Named(source) => {
            let by = ChosenBy::setting("credential_source", &source.origin);
            match source.value {
                NamedSource::Environment => Arc::new(Chosen { by, source: Arc::new(Environment) }),
                NamedSource::EcsContainer => {
                    let source = Arc::new(Container::new(context.resolver.clone()));
                    Arc::new(Chosen { by, source })
                }
                NamedSource::Ec2InstanceMetadata => {
                    let metadata = plan.settings.metadata.clone();
                    Arc::new(Chosen { by, source: Arc::new(InstanceMetadata::new(metadata)) })
                }
                other => unsupported(&format!("credential_source `{other}`"), &source.origin),
            }
        }
        Base::Login(session) => console_login(plan, context, &session.arn),
        Base::SsoToken(session) => {
            let text = format!(
                "profile `{}` gives a bearer token only: it has no sso_account_id and sso_role_name \
                 ({})",
                plan.base_profile,
                session_setting(session)
            );
            Arc::new(Unconfigured(SkippedSources::new("sso", text)))
        }
        Base::NotConfigured(reason) => {
            Arc::new(Unconfigured(SkippedSources::new("profile", reason.to_string())))
        }
        _ => unsupported("the credential source", &Origin::Default),
    })
}

/// Builds the source of a console login.
#[cfg(feature = "console-sign-in")]
fn console_login(plan: &Plan, context: &Context, login_session: &Sourced<String>) -> Source {
    let region = plan.settings.region.as_ref().map(|region| &region.value);
    let params = crate::endpoint_params(&plan.settings, "signin", region);
    let session = vestibule_sso::ConsoleSession::new(&login_session.value, params);
    let source = crate::ConsoleLogin::new(session).with_sessions(context.console_sessions.clone());
    let source = Arc::new(source);
    Arc::new(Chosen { by: ChosenBy::setting("login_session", &login_session.origin), source })
}

#[cfg(not(feature = "console-sign-in"))]
fn console_login(_plan: &Plan, _context: &Context, login_session: &Sourced<String>) -> Source {
    let text = format!(
        "login_session requires the feature `console-sign-in` of vestibule ({})",
        login_session.origin
    );
    Arc::new(Unconfigured(SkippedSources::new("login", text)))
}

/// Returns the setting that names the session.
fn session_setting(session: &ConfiguredSession) -> ChosenBy {
    match &session.name {
        Some(name) => ChosenBy::setting("sso_session", &name.origin),
        None => ChosenBy::setting("sso_start_url", &session.start_url.origin),
    }
}

/// The provider of one profile; see [`build`].
#[derive(Debug)]
pub struct Planned {
    profile: String,
    /// Whether the profile configures no credentials, so that a chain tries the next source.
    is_unconfigured: bool,
    source: Source,
}

impl Provider for Planned {
    fn name(&self) -> &'static str {
        "profile"
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move {
            match self.source.provide(world).await? {
                // The profile selects a source, so a source without credentials is an error.
                Lookup::NotConfigured(skipped) if !self.is_unconfigured => {
                    let profile = self.profile.clone();
                    let error = NoCredentials { profile, reason: skipped.to_string() };
                    Err(Error::new("profile", ErrorKind::Refused, error))
                }
                // "profile" would not say where they come from.
                Lookup::Credentials(credentials) if credentials.provider().is_none() => {
                    Ok(Lookup::Credentials(credentials.with_provider(self.source.name())))
                }
                found => Ok(found),
            }
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        self.source.refresh_policy()
    }

    fn location(&self, world: &World) -> String {
        self.source.location(world)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("profile `{profile}` has no credentials: {reason}")]
struct NoCredentials {
    profile: String,
    reason: String,
}

/// Access keys of the configuration files.
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

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move { Ok(Lookup::Credentials(self.0.clone())) })
    }
}

/// A source whose errors name the setting that selected it.
#[derive(Debug)]
struct Chosen {
    by: ChosenBy,
    source: Source,
}

impl Provider for Chosen {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move {
            let found = self.source.provide(world).await;
            found.map_err(|error| error.with_chosen_by(self.by.clone()))
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        self.source.refresh_policy()
    }

    fn location(&self, world: &World) -> String {
        self.source.location(world)
    }
}

/// A source that is not configured, with the reason.
#[derive(Debug)]
struct Unconfigured(SkippedSources);

impl Provider for Unconfigured {
    fn name(&self) -> &'static str {
        "profile"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move { Ok(Lookup::NotConfigured(self.0.clone())) })
    }
}

fn unsupported(what: &str, origin: &Origin) -> Source {
    let text = format!("{what} is not supported yet ({origin})");
    Arc::new(Unconfigured(SkippedSources::new("profile", text)))
}

#[cfg(test)]
mod tests {
    use vestibule_types::SecretAccessKey;
    use vestibule_world::{block_on, memory};

    use super::*;

    #[test]
    fn credentials_of_profile_name_the_provider_of_its_source() {
        let keys = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("not-a-secret"));
        let source = Arc::new(keys);
        let profile = Planned { profile: "dev".to_owned(), is_unconfigured: false, source };
        let Ok(Lookup::Credentials(found)) = block_on(profile.provide(&memory::world())) else {
            panic!("no credentials")
        };
        assert_eq!(found.provider(), Some("static"));
    }
}
