//! The Identity Center or the console login that a command acts on.

use std::borrow::Cow;

use vestibule::config::SectionKind;
use vestibule::{
    AccountId, Base, Configuration, ConsoleLogin, ErrorKind, IdentityCenter, Plan, Profile, Region,
    SsoSession, StartUrl,
};

use crate::args::OneSession;
use crate::error::Error;
use crate::exit::Exit;
use crate::quoting::shell_word;
use crate::typed_line;

/// Number of names in an error message.
const SHOWN: usize = 8;
/// Session of a profile that `configure sync --credential-process` wrote.
pub(super) const SYNC_SESSION: &str = "vestibule_sync_session";
/// Keys of profiles that sign in.
const SIGN_IN_KEYS: [&str; 4] = ["sso_session", "sso_start_url", "login_session", SYNC_SESSION];

/// The session or console login that `login`, `logout` and `status` act on.
pub(super) enum Target {
    Center(Box<IdentityCenter>),
    Console(Box<ConsoleLogin>),
}

impl Target {
    /// Returns the console login of the profile.
    pub(super) fn console(configuration: &Configuration) -> Result<Self, Error> {
        Ok(Self::Console(Box::new(configuration.console_login()?)))
    }
}

/// Returns the session that was named, else that of the profile. Profiles with `login_session` use the
/// console login.
pub(super) fn target(configuration: &Configuration, args: &OneSession) -> Result<Target, Error> {
    let is_console = || match identity_center(configuration, args) {
        Ok(_) => false,
        Err(_) => configuration.plan().is_ok_and(|plan| matches!(plan.base, Base::Login(_))),
    };
    if args.sso_session.is_none() && is_console() {
        return Target::console(configuration);
    }
    Ok(Target::Center(Box::new(identity_center(configuration, args)?)))
}

/// Returns the session that was named, else that of the profile. If no profile was named and the
/// default has no session, the only session is used.
pub(super) fn identity_center(
    configuration: &Configuration,
    args: &OneSession,
) -> Result<IdentityCenter, Error> {
    if let Some(name) = &args.sso_session {
        return Ok(configuration.identity_center_named(name, "--sso-session")?);
    }
    let error = match configuration.identity_center() {
        Ok(center) => return Ok(center),
        Err(error) => error,
    };
    if let Some(session) = synchronized_session(configuration) {
        return Ok(configuration.identity_center_named(&session, SYNC_SESSION)?);
    }
    let default = configuration.profile();
    let plan = configuration.plan().ok().filter(|plan| plan.session().is_none());
    let error = match &plan {
        Some(plan) if has_credentials(plan) => without_sso(&plan.profile.value),
        _ => error.into(),
    };
    if default.origin.is_given() || plan.is_none() {
        return Err(error);
    }
    let names: Vec<String> = configuration.session_names().collect();
    match names.as_slice() {
        [] => Err(error),
        [name] => Ok(configuration.identity_center_named(name, "the configuration")?),
        [first, ..] => {
            let message = format!("Several SSO sessions: {}", name_list(&names));
            let hint = typed_line::with_option("--sso-session", first, None);
            Err(Error::new(Exit::Configuration, message).with_hint(hint))
        }
    }
}

/// Returns whether a profile names a source of credentials.
pub(super) fn has_credentials(plan: &Plan) -> bool {
    !matches!(plan.base, Base::NotConfigured(_) | Base::SsoToken(_))
}

fn without_sso(profile: &str) -> Error {
    let message = format!("Profile \"{profile}\" does not use SSO.");
    Error::new(Exit::Configuration, message)
        .with_kind(ErrorKind::Configuration)
        .with_cause("its credentials need no sign-in")
        .with_hint(format!("vestibule whoami --profile {}", shell_word(profile)))
}

/// Returns the session of a profile that `configure sync --credential-process` wrote.
fn synchronized_session(configuration: &Configuration) -> Option<String> {
    let profile = configuration.files().profile(&configuration.profile().value)?;
    profile.get(SYNC_SESSION).map(|session| session.text().to_owned())
}

/// Returns the first names in a list, quoted for the shell.
fn name_list(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(SHOWN).map(|name| shell_word(name)).collect();
    format!("{}{}", shown.join(", "), if SHOWN < names.len() { ", …" } else { "" })
}

/// Returns whether a profile has settings that lead to credentials.
pub(super) fn has_credential_settings(profile: &Profile<'_>) -> bool {
    let keys = [&SIGN_IN_KEYS[..], &["role_arn", "credential_process", "aws_access_key_id"]];
    keys.concat().iter().any(|key| profile.get(key).is_some())
}

/// Returns the names of profiles that sign in.
pub(super) fn sso_profiles(configuration: &Configuration) -> Vec<String> {
    let config = configuration.files().config();
    let signs_in = |name: &Cow<'_, str>| {
        let section = config.section(SectionKind::Profile, name);
        section.is_some_and(|section| SIGN_IN_KEYS.iter().any(|key| section.get(key).is_some()))
    };
    configuration.files().profile_names().filter(signs_in).map(Cow::into_owned).collect()
}

/// Returns the error for a command without a profile whose default has no credentials.
pub(super) fn no_profile(configuration: &Configuration, names: &[String]) -> Error {
    let default = match configuration.files().profile("default") {
        Some(_) => ", and [default] does not use SSO",
        None => "",
    };
    let those = if default.is_empty() { "Profiles that use SSO" } else { "Profiles that do" };
    let message = format!("No profile selected{default}. {those}: {}", name_list(names));
    // Any of several may be meant, and the command may change something.
    let name = if let [name] = names { name } else { "NAME" };
    let hint = typed_line::with_option("--profile", name, None);
    Error::new(Exit::NothingConfigured, message).with_hint(hint)
}

/// Returns the error for a profile without credentials; `command` is completed by the name of a
/// profile.
pub(super) fn no_credentials(configuration: &Configuration, command: &str) -> Error {
    let profile = configuration.profile().value;
    let names = sso_profiles(configuration);
    let setup = || format!("vestibule configure sso --profile {}", shell_word(&profile));
    let hint = names.first().map(|name| format!("{command} {}", shell_word(name)));
    let hint = hint.unwrap_or_else(setup);
    let mut profiles = String::new();
    if !names.is_empty() {
        profiles = format!(" Profiles that use SSO: {}", name_list(&names));
    }
    let message = format!("Profile \"{profile}\" has no credentials.{profiles}");
    Error::new(Exit::NothingConfigured, message).with_hint(hint)
}

/// Returns the command that signs in to a session.
pub(super) fn login_command(center: &IdentityCenter) -> String {
    let session = center.session();
    match (&session.name, inline_profile(center.configuration(), session)) {
        (Some(name), _) => format!("vestibule login --sso-session {}", shell_word(name.as_str())),
        (None, Some(profile)) => format!("vestibule login --profile {}", shell_word(&profile)),
        (None, None) => "vestibule login".to_owned(),
    }
}

/// Returns every `[sso-session]`, and every portal of a profile with an inline `sso_start_url`.
/// A broken section does not hide the others.
pub(super) fn identity_centers(
    configuration: &Configuration,
) -> Result<Vec<Result<IdentityCenter, Error>>, Error> {
    // Not an error of one session: the profile that was named does not exist.
    if configuration.profile().origin.is_given() {
        configuration.settings()?;
    }
    let named = configuration
        .session_names()
        .map(|name| Ok(configuration.identity_center_named(&name, "--all")?));
    let inline = inline_sessions(configuration)
        .into_iter()
        .map(|(_, session)| Ok(configuration.identity_center_for(session)?));
    Ok(named.chain(inline).collect())
}

/// Returns the name of an account from the last listing.
pub(crate) fn listed_account_name(center: &IdentityCenter, account: &AccountId) -> Option<String> {
    let listing = center.listing();
    let found = listing.accounts().find(|(id, name)| *id == account && !name.is_empty());
    found.map(|(_, name)| name.to_owned())
}

/// Returns the first profile that has this session inline.
pub(super) fn inline_profile(
    configuration: &Configuration,
    session: &SsoSession,
) -> Option<String> {
    let mut inline = inline_sessions(configuration).into_iter();
    let is_same = |(_, inline): &(String, SsoSession)| inline.start_url == session.start_url;
    inline.find(is_same).filter(|_| session.name.is_none()).map(|(profile, _)| profile)
}

/// Returns the sessions of profiles of the legacy style, once per start URL, with the first profile.
pub(super) fn inline_sessions(configuration: &Configuration) -> Vec<(String, SsoSession)> {
    let config = configuration.files().config();
    let mut sessions: Vec<(String, SsoSession)> = Vec::new();
    for name in configuration.files().profile_names() {
        let Some(section) = config.section(SectionKind::Profile, &name) else { continue };
        let get = |key| section.get(key).map(|value| value.text().into_owned());
        let (None, Some(url), Some(region)) =
            (get("sso_session"), get("sso_start_url"), get("sso_region"))
        else {
            continue;
        };
        let (Ok(url), Ok(region)) = (StartUrl::new(&url), Region::new(&region)) else { continue };
        if sessions.iter().all(|(_, session)| session.start_url != url) {
            sessions.push((name.into_owned(), SsoSession::legacy(url, region)));
        }
    }
    sessions
}
