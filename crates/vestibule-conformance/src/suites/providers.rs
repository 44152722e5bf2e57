//! Suites `profile-provider`, `default-credential-provider-chain` and
//! `default-token-provider-chain`: whole providers, with files and network in memory. Suites of the
//! project in their layout: `roles-anywhere`, and `keychain` with the secrets of a keychain.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use vestibule_chain::{Context, NativeProcesses, build, default_chain, instance, read_files};
use vestibule_os::Shell;
use vestibule_profile::{Overrides, Plan, plan};
use vestibule_provider::{
    Error as ProviderError, ErrorKind as ProviderErrorKind, Lookup, Provider,
};
use vestibule_roles_anywhere::RolesAnywhere;
use vestibule_sso::{Sessions, Token};
use vestibule_types::{AccountId, Credentials, SessionToken, Timestamp, Vars};
use vestibule_wire::EndpointParams;
use vestibule_world::{CallPolicy, Platform, World, block_on, memory};

use super::case_keychain::CaseKeychain;
use crate::case::Case;
use crate::compare;
use crate::disk;
use crate::mismatch::{Checked, Mismatch};
use crate::replay::{Replay, Traffic};
use crate::secrets_check::Visible;

/// Checks the provider of the selected profile alone.
pub(super) fn profile(case: &Case, visible: &mut Visible) -> Checked {
    check(case, visible, |prepared, visible| {
        let provider = build(&prepared.plan, &prepared.context)?;
        prepared.credentials(&provider, visible)
    })
}

/// Checks the default provider chain.
pub(super) fn default_credentials(case: &Case, visible: &mut Visible) -> Checked {
    check(case, visible, |prepared, visible| {
        let provider = default_chain(&prepared.plan, &prepared.context)?;
        prepared.credentials(&provider, visible)
    })
}

/// Checks the access token of the profile's SSO session.
pub(super) fn default_token(case: &Case, visible: &mut Visible) -> Checked {
    check(case, visible, Prepared::token)
}

/// Checks the provider of a profile with the command line of AWS's helper for Roles Anywhere, whose
/// place this process takes.
pub(super) fn roles_anywhere(case: &Case, visible: &mut Visible) -> Checked {
    check(case, visible, |prepared, visible| {
        let native = NativeProcesses::new(|command, settings| {
            let line = command.command.value.line().expose();
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let options = vestibule_roles_anywhere::Options::from_command_line(&words)?;
            let params = EndpointParams::default().with_fips(settings.use_fips.value);
            Some(Arc::new(RolesAnywhere::new(options, params)) as Arc<dyn Provider>)
        });
        let provider =
            build(&prepared.plan, &prepared.context.clone().with_native_processes(native))?;
        prepared.credentials(&provider, visible)
    })
}

/// The expected result in `test-case.json`.
#[derive(Deserialize)]
struct Expected {
    result: Outcome,
}

#[derive(Deserialize)]
enum Outcome {
    Ok(Value),
    ErrorContains(String),
}

/// Options that AWS's test runners set in code.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Seconds since the epoch.
    now: Option<i64>,
    retry: Option<Retry>,
    error_kind: Option<Kind>,
    inner_error_kind: Option<Kind>,
    unix_only: bool,
    profile_override: Option<ProfileOverride>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Retry {
    /// One attempt per call.
    Disabled,
}

/// A second run on the same files, with a profile that is selected in code.
#[derive(Deserialize)]
struct ProfileOverride {
    profile: String,
    access_key_id: String,
}

/// The effect of an error on a chain.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// The source is not configured: a chain continues.
    NotLoaded,
    InvalidConfiguration,
    /// The source failed: a chain stops.
    ProviderError,
}

/// The parts of an error that the suites check.
struct ResolveError {
    kind: Kind,
    /// The kind of the error of the profile's source.
    inner: Option<Kind>,
    message: String,
}

type Found = Result<Value, ResolveError>;
type Resolve = fn(&Prepared, &mut Visible) -> Result<Found, ProviderError>;

fn check(case: &Case, visible: &mut Visible, resolve_with: Resolve) -> Checked {
    let options = Option::<Options>::deserialize(&case.options)?.unwrap_or_default();
    if options.unix_only && !cfg!(unix) {
        return Err(Mismatch::Skipped("only for Unix"));
    }
    let missing = |name: &'static str| move || Mismatch::new(format!("{name} is missing"));
    let expected: Option<Expected> = case.json("test-case.json")?;
    let Expected { result } = expected.ok_or_else(missing("test-case.json"))?;
    let vars: Option<BTreeMap<String, String>> = case.json("env.json")?;
    let vars = Vars::from_iter(vars.ok_or_else(missing("env.json"))?);
    let traffic: Option<Traffic> = case.json("http-traffic.json")?;
    let replay = Replay::new(traffic.ok_or_else(missing("http-traffic.json"))?)?;

    let world = world(case, vars, &replay, &options)?;
    let keychain = CaseKeychain::read(case)?;
    let sessions = Arc::new(match &keychain {
        Some(keychain) => Sessions::new(keychain.token_store(&world)),
        None => Sessions::at_home(&world.vars, world.platform),
    });
    let found = resolve(&world, &sessions, &Overrides::default(), visible, resolve_with);
    compare(&result, &found, &options)?;
    replay.check()?;
    keychain.map_or(Ok(()), |keychain| keychain.check(visible))?;
    match options.profile_override {
        Some(ProfileOverride { profile, access_key_id }) => {
            let overrides = Overrides::default().with_profile(profile, "profile_override");
            let found = resolve(&world, &sessions, &overrides, visible, resolve_with);
            let found = found.map_err(|error| Mismatch::new(error.message))?;
            compare::json(&access_key_id.into(), &found["access_key_id"])
        }
        None => Ok(()),
    }
}

fn world(case: &Case, vars: Vars, replay: &Replay, options: &Options) -> Checked<World> {
    let clock = match options.now {
        Some(seconds) => memory::Clock::new(Timestamp::from_unix(seconds, 0)?),
        None => memory::Clock::default(),
    };
    let attempts = options.retry.as_ref().map(|Retry::Disabled| NonZeroU32::MIN);
    Ok(World {
        vars,
        platform: Platform::Unix,
        files: Arc::new(disk::load_directory(&case.path.join("fs"))?),
        transport: Arc::new(replay.clone()),
        clock: Arc::new(clock),
        processes: Arc::new(Shell::default()),
        call_policy: Arc::new(CallPolicy::default().with_attempts(attempts)),
        ..memory::world()
    })
}

/// A case with its plan.
struct Prepared {
    world: World,
    plan: Plan,
    context: Context,
}

fn resolve(
    world: &World,
    sessions: &Arc<Sessions>,
    overrides: &Overrides,
    visible: &mut Visible,
    resolve_with: Resolve,
) -> Found {
    let files = read_files(world).map_err(|error| ResolveError::configuration(&error, visible))?;
    let plan = plan(&files, &world.vars, overrides)
        .map_err(|error| ResolveError::configuration(&error, visible))?;
    visible.debug(&plan);
    visible.debug(&format_args!("{plan}"));
    let prepared = Prepared { world: world.clone(), plan, context: Context::new(sessions.clone()) };
    resolve_with(&prepared, visible)
        .unwrap_or_else(|error| Err(ResolveError::from_provider(&error, visible)))
}

impl Prepared {
    fn credentials(
        &self,
        provider: &dyn Provider,
        visible: &mut Visible,
    ) -> Result<Found, ProviderError> {
        visible.debug(&provider);
        let result = block_on(provider.provide(&self.world));
        visible.debug(&result);
        Ok(match result? {
            Lookup::Credentials(credentials) => Ok(credentials_json(&credentials)),
            Lookup::NotConfigured(reason) => Err(ResolveError::not_loaded(reason.to_string())),
        })
    }

    fn token(&self, visible: &mut Visible) -> Result<Found, ProviderError> {
        let configuration =
            |error| ProviderError::new("token", ProviderErrorKind::Configuration, error);
        let Some(session) = self.plan.session() else {
            return Ok(Err(ResolveError::not_loaded("the profile has no SSO session".to_owned())));
        };
        let instance = instance(&self.plan.settings, session.session()).map_err(configuration)?;
        let token = block_on(self.context.sessions.live_token(&self.world, &instance));
        visible.debug(&token);
        let token = token
            .map_err(|error| ProviderError::new("token", ProviderErrorKind::SignInNeeded, error))?;
        Ok(Ok(token_json(&token)))
    }
}

impl ResolveError {
    fn not_loaded(message: String) -> Self {
        Self { kind: Kind::NotLoaded, inner: None, message }
    }

    fn configuration(error: &(dyn std::error::Error + 'static), visible: &mut Visible) -> Self {
        let message = visible.error(error);
        Self { kind: Kind::InvalidConfiguration, inner: None, message }
    }

    fn from_provider(error: &ProviderError, visible: &mut Visible) -> Self {
        let kind = match error.kind() {
            ProviderErrorKind::Configuration => Kind::InvalidConfiguration,
            _ => Kind::ProviderError,
        };
        // An error of the provider `profile` means that the profile's source is not configured; a
        // source that fails has its own name.
        let inner = (error.provider() == "profile").then_some(Kind::NotLoaded);
        Self { kind, inner, message: visible.error(error) }
    }
}

/// Compares a result with the expected one: an error by kind if the options have one, or by text.
fn compare(expected: &Outcome, found: &Found, options: &Options) -> Checked {
    let differ = |expected: &str, found: &str| Err(Mismatch::new(compare::diff(expected, found)));
    match (expected, found) {
        (Outcome::Ok(expected), Ok(found)) => compare::json(expected, found),
        (Outcome::Ok(expected), Err(found)) => differ(&format!("{expected:#}"), &found.message),
        (Outcome::ErrorContains(part), Ok(found)) => differ(part, &format!("{found:#}")),
        (Outcome::ErrorContains(part), Err(found)) => match options.error_kind {
            Some(kind) => {
                let context = |error: Mismatch| error.with_context(&found.message);
                compare::values(&kind, &found.kind).map_err(context)?;
                match options.inner_error_kind {
                    Some(inner) => compare::values(&Some(inner), &found.inner).map_err(context),
                    None => Ok(()),
                }
            }
            None if found.message.contains(part) => Ok(()),
            None => differ(part, &found.message),
        },
    }
}

/// Returns the credentials as JSON, without unset members.
fn credentials_json(credentials: &Credentials) -> Value {
    let members = [
        ("access_key_id", Some(json!(credentials.access_key_id()))),
        ("secret_access_key", Some(json!(credentials.secret_access_key().expose()))),
        ("session_token", credentials.session_token().map(SessionToken::expose).map(Value::from)),
        ("account_id", credentials.account_id().map(AccountId::as_str).map(Value::from)),
        ("expiry", credentials.expires_at().map(Timestamp::unix_seconds).map(Value::from)),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn token_json(token: &Token) -> Value {
    json!({
        "token": token.access_token.expose(),
        "expiration": token.expires_at.to_string(),
    })
}
