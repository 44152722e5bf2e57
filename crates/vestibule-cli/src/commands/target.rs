//! The Identity Center or the console login that a command acts on.

use vestibule::{Base, Configuration, ConsoleLogin, IdentityCenter};

use crate::args::OneSession;
use crate::error::Error;

/// What `login`, `logout` and `status` act on.
pub(super) enum Target {
    Center(Box<IdentityCenter>),
    Console(Box<ConsoleLogin>),
}

/// Returns the session that was named, else that of the profile. Profiles with `login_session`,
/// and `login --console`, use the console login.
pub(super) fn target(
    configuration: &Configuration,
    args: &OneSession,
    forces_console: bool,
) -> Result<Target, Error> {
    let is_console = || match configuration.identity_center() {
        Ok(_) => false,
        Err(_) => configuration.plan().is_ok_and(|plan| matches!(plan.base, Base::Login(_))),
    };
    if forces_console || args.sso_session.is_none() && is_console() {
        return Ok(Target::Console(Box::new(configuration.console_login()?)));
    }
    Ok(Target::Center(Box::new(identity_center(configuration, args)?)))
}

/// Returns the session that was named, else that of the profile.
pub(super) fn identity_center(
    configuration: &Configuration,
    args: &OneSession,
) -> Result<IdentityCenter, Error> {
    Ok(match &args.sso_session {
        Some(name) => configuration.identity_center_named(name, "--sso-session")?,
        None => configuration.identity_center()?,
    })
}

/// Returns every `[sso-session]` of the configuration.
pub(super) fn identity_centers(
    configuration: &Configuration,
) -> Result<Vec<IdentityCenter>, Error> {
    let names: Vec<String> = configuration.session_names().collect();
    let centers = names.iter().map(|name| configuration.identity_center_named(name, "--all"));
    Ok(centers.collect::<Result<_, _>>()?)
}
