//! Causes and hints for errors of the library, from the variables and files of the user.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};

use vestibule::world::{Skew, TransportErrorKind};
use vestibule::{
    Configuration, Error, ErrorKind, Level, Location, Origin, Platform, Remedy, Settings,
    SourceState, lint,
};
use vestibule_hyper::Cause;

use crate::app::App;
use crate::args::{self, POSITIONAL};
use crate::child::PROFILE_MARKER;
use crate::error::{self, ASSIGNED_BY};
use crate::quoting::{Dialect, shell_word};
use crate::{exec_args, typed_line};

/// The hint for errors that a wrong clock explains.
const CHECK_CLOCK: &str = "vestibule doctor";
const CHECK_NETWORK: &str = "check the network connection, then try again";

/// A message, causes and a hint that the error itself does not have.
#[derive(Debug, Default)]
pub(crate) struct Advice {
    /// A message in place of the error's own.
    pub(crate) message: Option<String>,
    /// Lines below the error's own causes.
    pub(crate) causes: Vec<String>,
    pub(crate) hint: Option<String>,
}

impl Advice {
    fn hint(hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..Self::default() }
    }

    fn correct(origin: impl fmt::Display) -> Self {
        Self::hint(error::correct(origin))
    }

    fn with_cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }
}

/// Returns the advice for an error; empty if nothing more is known.
pub(crate) fn advice(app: &App<'_>, error: &Error) -> Advice {
    if let Some(Remedy::FixFile { location }) = error.remedy() {
        return about_file(location);
    }
    let Ok(configuration) = app.configuration() else { return Advice::default() };
    let text = text_with_causes(error);
    if text.contains("this machine's clock is ") {
        return Advice::hint(CHECK_CLOCK);
    }
    let advice = match error.kind() {
        ErrorKind::Configuration | ErrorKind::NothingConfigured => {
            about_configuration(app, &configuration, error)
        }
        ErrorKind::SignInNeeded => about_expired_request(&configuration, &text),
        ErrorKind::Refused | ErrorKind::Unavailable => {
            let chosen_by = error.chosen_by().map(|chosen_by| chosen_by.origin().to_string());
            not_assigned(error)
                .or_else(|| about_request(&configuration, chosen_by.as_deref(), error))
                .or_else(|| rejected_keys(app, error, &text))
                .or_else(|| failed_source(error, &text))
                .or_else(|| not_trusted(error))
        }
        _ => None,
    };
    advice.unwrap_or_default()
}

/// Returns the hint for a failed request of the program itself; `skew` is the difference of the clocks.
pub(crate) fn request_hint(
    app: &App<'_>,
    error: &(dyn StdError + 'static),
    is_transient: bool,
    skew: Option<Skew>,
) -> String {
    let about_request = || about_request(&app.configuration().ok()?, None, error)?.hint;
    let hint = skew.map(|_| CHECK_CLOCK.to_owned()).or_else(about_request);
    let other = if is_transient { "try again in a moment" } else { "vestibule explain" };
    hint.unwrap_or_else(|| other.to_owned())
}

/// Returns the advice for a configuration file that cannot be read.
fn about_file(location: &Location) -> Advice {
    match location.origin() {
        Origin::Default if location.path().is_some_and(Path::is_dir) => {
            Advice::hint(format!("rename or remove the folder {location}, then try again"))
        }
        Origin::Default => Advice::default(),
        variable => Advice::correct(variable),
    }
}

/// Returns the advice for a role that is not assigned.
fn not_assigned(error: &Error) -> Option<Advice> {
    let is_role = matches!(error.remedy(), Some(Remedy::ListRoles { .. }));
    is_role.then(|| Advice::default().with_cause(ASSIGNED_BY))
}

/// Returns the advice for a role that STS denies.
fn not_trusted(error: &Error) -> Option<Advice> {
    let is_denied = error.kind() == ErrorKind::Refused && error.provider() == Some("assume-role");
    is_denied.then(|| {
        Advice::default()
            .with_cause("an administrator of the account of the role can change its trust policy")
    })
}

/// Returns the message and its causes.
fn text_with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}\n{source}");
        cause = source.source();
    }
    text
}

fn about_configuration(
    app: &App<'_>,
    configuration: &Configuration,
    error: &Error,
) -> Option<Advice> {
    match error.remedy() {
        Some(Remedy::SetRegion) => {
            return Some(Advice {
                message: Some(missing_region(configuration)),
                ..Advice::default()
            });
        }
        Some(Remedy::FixConfiguration { origin: Origin::Argument(POSITIONAL) }) => {
            if let Some(line) = exec_args::separated(&configuration.profile().value) {
                return Some(Advice::hint(line));
            }
        }
        Some(Remedy::UnsetVariables { .. }) if app.vars.get(PROFILE_MARKER).is_some() => {
            // A shell of `exec` has no other credentials.
            let profile = shell_word(app.vars.get(PROFILE_MARKER)?);
            return Some(Advice::hint(format!(
                "leave this shell and run: vestibule exec {profile}"
            )));
        }
        // The error has the line.
        Some(Remedy::FixConfiguration { origin: Origin::File(_) }) => return None,
        _ => {}
    }
    if let Some(advice) = session_in_place_of_profile(configuration) {
        return Some(advice);
    }
    let files = configuration.files();
    let is_empty = files.profile_names().next().is_none();
    missing_files(app, is_empty && configuration.session_names().next().is_none())
        .or_else(|| ignored_line(configuration, &error.to_string()))
        .or_else(|| {
            incomplete_variables(app).filter(|_| error.kind() == ErrorKind::NothingConfigured)
        })
}

/// Commands that act on a session, with or without a profile.
const SESSION_COMMANDS: [&str; 6] =
    ["login", "logout", "status", "wait", "list-accounts", "list-roles"];

/// Returns the advice for an SSO session that was named in the place of a profile.
fn session_in_place_of_profile(configuration: &Configuration) -> Option<Advice> {
    let name = configuration.profile().value;
    let files = configuration.files();
    if files.profile(&name).is_some() || !configuration.session_names().any(|other| other == name) {
        return None;
    }
    let uses_it = |profile: &std::borrow::Cow<'_, str>| {
        let profile = files.profile(profile);
        let session = profile.and_then(|profile| profile.get("sso_session"));
        session.is_some_and(|session| session.text() == name)
    };
    let (word, command) = (shell_word(&name), args::command_line());
    if SESSION_COMMANDS.iter().any(|name| command.ends_with(name)) {
        let hint = typed_line::with_option("--sso-session", &name, Some(&name));
        return Some(Advice::hint(hint).with_cause(format!("`{name}` is an SSO session")));
    }
    Some(match files.profile_names().find(uses_it) {
        Some(profile) => Advice::hint(typed_line::with_option("--profile", &profile, Some(&name)))
            .with_cause(format!("`{name}` is an SSO session, which profile `{profile}` uses")),
        None => Advice::hint(format!("vestibule configure sso --session-name {word}"))
            .with_cause(format!("`{name}` is an SSO session, and no profile uses it")),
    })
}

/// Returns the message for a profile without a region.
pub(crate) fn missing_region(configuration: &Configuration) -> String {
    let name = configuration.profile().value;
    let section = configuration.files().config();
    let section = section.section(vestibule::config::SectionKind::Profile, &name);
    let place = section
        .map(|section| format!(" ({}:{})", configuration.locations().config, section.line()));
    format!("Profile \"{name}\" has no region{}.", place.unwrap_or_default())
}

/// Returns the advice for a variable that names a missing file or folder, if no profile was found.
fn missing_files(app: &App<'_>, is_empty: bool) -> Option<Advice> {
    let home = app.vars.home(Platform::HERE).map(PathBuf::from);
    let exists = |path: &str| match (path.strip_prefix("~/"), &home) {
        (Some(rest), Some(home)) => home.join(rest).exists(),
        _ => Path::new(path).exists(),
    };
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        if let Some(path) = app.vars.get(name).filter(|path| is_empty && !exists(path)) {
            let cause = format!("{name} names {path}, which does not exist");
            return Some(Advice::correct(name).with_cause(cause));
        }
    }
    let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let Some(home) = home.filter(|_| is_empty) else {
        let cause = format!("the home folder is not known: {variable} is not set");
        let advice = Advice::hint(format!("set {variable} to your home folder, then try again"));
        return is_empty.then(|| advice.with_cause(cause));
    };
    if !home.is_dir() {
        let cause = format!("the home folder {} ({variable}) does not exist", home.display());
        return Some(Advice::correct(variable).with_cause(cause));
    }
    let user = app.vars.get("SUDO_USER").filter(|user| *user != "root")?;
    let cause = format!("sudo looks in {}, and not in the home folder of {user}", home.display());
    Some(Advice::hint(format!("run it without sudo, or: sudo -u {user} …")).with_cause(cause))
}

/// Returns the advice for a message that names an ignored section, or a line with a syntax error.
fn ignored_line(configuration: &Configuration, message: &str) -> Option<Advice> {
    let problems = lint(configuration.files());
    let named = problems.iter().find(|problem| message.contains(&format!("{:#}", problem.place)));
    named.map(|problem| Advice::correct(&problem.place))
}

/// Returns the advice for a variable that needs another one, which is not set.
fn incomplete_variables(app: &App<'_>) -> Option<Advice> {
    let is_set = |name: &str| app.vars.get(name).is_some_and(|value| !value.trim().is_empty());
    let pairs = [
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
    ];
    let (set, missing) =
        pairs.into_iter().find(|(set, missing)| is_set(set) && !is_set(missing))?;
    Some(Advice::hint(format!("set {missing}, or unset {set}")))
}

/// Returns the advice for a sign-in that was not approved in time: the page may have been an error,
/// which the browser does not report.
fn about_expired_request(configuration: &Configuration, text: &str) -> Option<Advice> {
    if !text.contains("expired before it was approved") {
        return None;
    }
    let plan = configuration.plan().ok()?;
    let session = plan.session()?;
    let (start_url, region) = (&session.start_url.origin, &session.region.origin);
    Some(Advice::default().with_cause(format!(
        "if the page showed an error, check sso_start_url ({start_url}) and sso_region ({region})"
    )))
}

/// Returns the advice for a request that failed because of the proxy, the CA bundle or the address.
fn about_request(
    configuration: &Configuration,
    chosen_by: Option<&str>,
    error: &(dyn StdError + 'static),
) -> Option<Advice> {
    let failed = vestibule_hyper::Error::find_in_chain(error)?;
    let settings = configuration.settings().ok()?;
    Some(match failed.cause() {
        Some(Cause::NetworkUnreachable) => Advice::hint(CHECK_NETWORK),
        Some(Cause::Proxy { variable }) => Advice::correct(variable),
        // The proxy may be right, and the network down.
        Some(Cause::ProxyName { variable }) => Advice::hint(format!(
            "check the network connection, or correct {variable}, then try again"
        )),
        Some(Cause::CaBundle { setting }) => match &settings.ca_bundle {
            Some(bundle) => Advice::correct(&bundle.origin),
            None => Advice::correct(setting),
        },
        Some(Cause::UnknownAuthority) => match &settings.ca_bundle {
            Some(bundle) => Advice::hint(format!(
                "add the root certificate to {} ({}), then try again",
                bundle.value.display(),
                bundle.origin
            )),
            None => Advice::hint(
                "set AWS_CA_BUNDLE to a PEM file with the root certificate of your organization",
            ),
        },
        _ => return about_address(configuration, &settings, chosen_by, failed),
    })
}

/// Returns the advice for a host that does not respond: the setting that its name comes from.
fn about_address(
    configuration: &Configuration,
    settings: &Settings,
    chosen_by: Option<&str>,
    failed: &vestibule_hyper::Error,
) -> Option<Advice> {
    use TransportErrorKind::{Connect, Lost, Resolve, Tls};
    let host = failed.host().filter(|_| matches!(failed.kind(), Connect | Lost | Resolve | Tls))?;
    let urls = ["sso_oidc", "sso", "sts", "signin"].map(|id| settings.endpoint_urls.get(id));
    if let Some(url) = urls.into_iter().flatten().find(|url| url.value.contains(host)) {
        let cause = format!("the address is that of endpoint_url, {}", url.origin);
        return Some(Advice::correct(&url.origin).with_cause(cause));
    }
    if failed.kind() != Resolve {
        return None;
    }
    if settings.use_fips.value && host.contains("fips") {
        let origin = &settings.use_fips.origin;
        let cause = format!("the FIPS endpoint is used because of {origin}");
        return Some(Advice::correct(origin).with_cause(cause));
    }
    let is_region = |problem: &&vestibule::Diagnostic| {
        problem.rule == "unknown-region" && Some(&*problem.place.to_string()) == chosen_by
    };
    let problems = lint(configuration.files());
    let region = problems.iter().filter(|problem| problem.level != Level::Note).find(is_region);
    Some(region.map_or_else(
        || Advice::hint(CHECK_NETWORK),
        |region| Advice::correct(&region.place).with_cause(region.message.clone()),
    ))
}

/// Returns the advice for credentials that AWS does not accept: where they come from.
fn rejected_keys(app: &App<'_>, error: &Error, text: &str) -> Option<Advice> {
    let codes = ["InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"];
    if error.chosen_by().is_some() || !codes.iter().any(|code| text.starts_with(code)) {
        return None;
    }
    let session = app.session().ok()?;
    let sources = session.sources();
    let used = sources.into_iter().find(|source| source.state == SourceState::Used)?;
    let origin = used.origin?;
    let is_temporary = |name: &str| app.vars.get(name).is_some_and(|id| id.starts_with("ASIA"));
    if origin == Origin::Variable("AWS_ACCESS_KEY_ID".into())
        && is_temporary("AWS_ACCESS_KEY_ID")
        && app.vars.get("AWS_SESSION_TOKEN").is_none()
    {
        let unset = Dialect::current().removal(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
        let cause = "a temporary key needs AWS_SESSION_TOKEN beside AWS_ACCESS_KEY_ID";
        return Some(Advice::hint(unset).with_cause(cause));
    }
    let cause = format!("AWS does not accept the credentials of {origin} ({})", used.description);
    let advice = match (&session.plan().base, &origin) {
        // The role exists, since the portal gave credentials for it.
        (vestibule::Base::Sso(_), at) if !matches!(at, Origin::Variable(_)) => {
            Advice::hint("vestibule login --force")
        }
        _ => Advice::correct(&origin),
    };
    let notes = session.plan().notes.iter().map(ToString::to_string);
    Some(notes.fold(advice.with_cause(cause), Advice::with_cause))
}

/// Returns the advice for a program or file that gives no credentials: the setting that names it.
fn failed_source(error: &Error, text: &str) -> Option<Advice> {
    let origin = error.chosen_by()?.origin();
    let is_about_setting = match error.provider()? {
        "process" => true,
        "web-identity" | "container" => {
            text.contains("could not be read") || text.contains("InvalidIdentityToken")
        }
        _ => false,
    };
    let is_about_setting = is_about_setting && error.remedy().is_none();
    is_about_setting.then(|| Advice::correct(origin))
}
