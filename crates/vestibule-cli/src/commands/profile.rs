//! The profile of a command: selected by the user if none was named, signed in on demand.

use std::borrow::Cow;

use vestibule::{Configuration, ErrorKind, Remedy};

use super::target::{no_profile, sso_profiles};
use super::{columns, configure, login, recent};
use crate::app::App;
use crate::args::{Configure, ConfigureSso, Global, Login, OneSession};
use crate::error::Error;
use crate::exit::Exit;
use crate::picker;
use crate::prompt::{Prompt as _, Question, Terminal};

/// Runs a command with the credentials of a profile.
///
/// The user selects a profile with `--pick`, and if no profile was named and the default has no
/// credentials. If a sign-in is needed, `--login` or the user starts it.
pub(crate) fn with_credentials(
    app: &App<'_>,
    run: impl Fn(&App<'_>) -> Result<Exit, Error>,
) -> Result<Exit, Error> {
    if app.global.pick {
        let profile = pick(app, &app.configuration()?)?;
        return with_profile(app, profile, |app| with_sign_in(app, &run));
    }
    let error = match with_sign_in(app, &run) {
        Err(Error::Library(error)) if error.kind() == ErrorKind::NothingConfigured => error,
        result => return result,
    };
    let configuration = app.configuration()?;
    if configuration.profile().origin.is_given() {
        return Err(error.into());
    }
    let names = sso_profiles(&configuration);
    if names.is_empty() {
        return Err(error.into());
    }
    if app.terminal().is_none() {
        return Err(no_profile(&configuration, &names));
    }
    let profile = pick(app, &configuration)?;
    with_profile(app, profile, |app| with_sign_in(app, &run))
}

/// Signs in. If neither a profile nor a session was named and the default profile has no session,
/// the only session is used, or the user selects one.
pub(crate) fn login(app: &App<'_>, args: &Login) -> Result<Exit, Error> {
    if args.all {
        return login::run_all(app, args);
    }
    if app.global.pick {
        let profile = pick(app, &app.configuration()?)?;
        return with_profile(app, profile, |app| login::run(app, args));
    }
    let error = match login::run(app, args) {
        Err(error) if error.exit() == Exit::Configuration => error,
        result => return result,
    };
    let configuration = app.configuration()?;
    if app.is_interactive()
        && configuration.session_names().next().is_none()
        && configuration.files().profile_names().next().is_none()
    {
        let file = configuration.locations().config;
        Terminal::new(&app.interrupts).say(&format!("No AWS configuration found in {file}."));
        return configure::run(app, &Configure::Sso(ConfigureSso::default()));
    }
    let is_named = args.session.sso_session.is_some() || configuration.profile().origin.is_given();
    let mut names: Vec<_> = configuration.session_names().collect();
    if is_named || args.console || names.len() < 2 {
        return Err(error);
    }
    let Some(terminal) = app.terminal() else { return Err(error) };
    names.sort_by(|a, b| picker::natural_order(a, b));
    let rows = picker::rows(names.iter().map(|name| [name.clone()]));
    let index = terminal.select("Session:", rows)?;
    let session = OneSession { sso_session: Some(names.swap_remove(index)) };
    login::run(app, &Login { session, ..args.clone() })
}

/// Runs with a profile that the user selected.
fn with_profile(
    app: &App<'_>,
    profile: String,
    run: impl Fn(&App<'_>) -> Result<Exit, Error>,
) -> Result<Exit, Error> {
    let global = Global { profile: Some(profile), pick: false, ..app.global.clone() };
    run(&app.with_global(&global))
}

/// Runs a command; if it needs a sign-in, signs in and runs it again.
fn with_sign_in(
    app: &App<'_>,
    run: impl Fn(&App<'_>) -> Result<Exit, Error>,
) -> Result<Exit, Error> {
    let error = match run(app) {
        Err(Error::Library(error)) if error.kind() == ErrorKind::SignInNeeded => error,
        result => return result,
    };
    let Some(Remedy::SignIn { session, profile }) = error.remedy() else {
        return Err(error.into());
    };
    let signs_in = app.global.login || app.is_interactive() && confirm(app, &error.to_string())?;
    if !signs_in {
        return Err(error.into());
    }
    // Progress of the sign-in must not mix with the result of the command on stdout.
    let global = Global { profile: Some(profile.clone()), json: false, ..app.global.clone() };
    let args = Login { session: OneSession { sso_session: session.clone() }, ..Login::default() };
    login::run(&app.with_global(&global), &args)?;
    run(app)
}

fn confirm(app: &App<'_>, reason: &str) -> Result<bool, Error> {
    let terminal = Terminal::new(&app.interrupts);
    terminal.say(reason);
    let question = Question { message: "Sign in now? [Y/n]", default: Some("y"), help: None };
    let answer = terminal.text(&question, &|text| match text.to_lowercase().as_str() {
        "y" | "yes" | "n" | "no" => Ok(()),
        _ => Err("answer y or n".to_owned()),
    })?;
    Ok(answer.to_lowercase().starts_with('y'))
}

/// Returns the profile that the user selects from the list.
pub(super) fn pick(app: &App<'_>, configuration: &Configuration) -> Result<String, Error> {
    let Some(terminal) = app.terminal() else {
        let message = "--pick needs a terminal, and prompts must not be disabled";
        return Err(Error::new(Exit::Usage, message).with_hint("vestibule list-profiles"));
    };
    let files = configuration.files();
    let mut names: Vec<String> = files.profile_names().map(Cow::into_owned).collect();
    if names.is_empty() {
        let error = Error::new(Exit::NothingConfigured, "no profiles are defined");
        return Err(error.with_hint("vestibule configure sso"));
    }
    let recently_used = recent::load(app);
    let rank = |name: &String| recently_used.iter().position(|recent| recent == name);
    names.sort_by(|a, b| {
        let recent_first = |name| rank(name).unwrap_or(usize::MAX);
        recent_first(a).cmp(&recent_first(b)).then_with(|| picker::natural_order(a, b))
    });
    let rows = picker::rows(columns::with_tags(configuration, &names));
    let name = names.swap_remove(terminal.select("Profile:", rows)?);
    recent::store(app, &name, &recently_used);
    Ok(name)
}
