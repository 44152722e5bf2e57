//! Selects a profile or a session if none was named and the default has no credentials.

use std::borrow::Cow;

use vestibule::{Configuration, ErrorKind};

use super::login;
use crate::app::App;
use crate::args::{Global, Login, OneSession};
use crate::error::Error;
use crate::exit::Exit;
use crate::picker;
use crate::prompt::{Prompt as _, Terminal};

/// Runs a command with the credentials of a profile. If no profile was named and the default has
/// none, the user selects one.
pub(crate) fn with_profile(
    app: &App<'_>,
    run: impl Fn(&App<'_>) -> Result<Exit, Error>,
) -> Result<Exit, Error> {
    let error = match run(app) {
        Err(Error::Library(error)) if error.kind() == ErrorKind::NothingConfigured => error,
        result => return result,
    };
    let configuration = app.configuration()?;
    let names = configuration.files().profile_names().map(Cow::into_owned);
    match select(app, &configuration, "Profile:", names.collect())? {
        Some(profile) => {
            let global = Global { profile: Some(profile), ..app.global.clone() };
            run(&app.with_global(&global))
        }
        None => Err(error.into()),
    }
}

/// Signs in. If neither a profile nor a session was named and the default profile has no session,
/// the user selects one.
pub(crate) fn login(app: &App<'_>, args: &Login) -> Result<Exit, Error> {
    let error = match login::run(app, args) {
        Err(Error::Library(error)) if error.kind() == ErrorKind::Configuration => error,
        result => return result,
    };
    if args.session.sso_session.is_some() || args.console {
        return Err(error.into());
    }
    let configuration = app.configuration()?;
    let mut names: Vec<_> = configuration.session_names().collect();
    // A single session needs no choice.
    let only = if names.len() == 1 && may_select(app, &configuration) { names.pop() } else { None };
    let name = match only {
        Some(name) => Some(name),
        None => select(app, &configuration, "Session:", names)?,
    };
    match name {
        Some(name) => {
            let session = OneSession { sso_session: Some(name) };
            login::run(app, &Login { session, ..args.clone() })
        }
        None => Err(error.into()),
    }
}

/// Returns the selected name; `None` if a profile was named, the default exists, or prompts are
/// disabled.
fn select(
    app: &App<'_>,
    configuration: &Configuration,
    message: &str,
    mut names: Vec<String>,
) -> Result<Option<String>, Error> {
    let Some(terminal) = Terminal::if_interactive(app) else { return Ok(None) };
    if names.is_empty() || !may_select(app, configuration) {
        return Ok(None);
    }
    names.sort_by(|a, b| picker::natural_order(a, b));
    let rows = picker::rows(names.iter().map(|name| [name.clone()]));
    let index = terminal.select(message, rows)?;
    Ok(Some(names.swap_remove(index)))
}

fn may_select(app: &App<'_>, configuration: &Configuration) -> bool {
    let profile = configuration.profile();
    let is_named = profile.origin.is_given();
    !is_named
        && configuration.files().profile(&profile.value).is_none()
        && Terminal::if_interactive(app).is_some()
}
