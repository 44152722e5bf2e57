//! What to do where nobody said a profile and there is no default: ask, if there is somebody.

use vestibule::{Configuration, ErrorKind};

use crate::advice::Failure;
use crate::app::App;
use crate::args::{Global, Login, OneSession};
use crate::exit::Exit;
use crate::picker;

use super::login;

/// Runs a command that wants credentials; if it finds none because no profile was chosen, somebody
/// may choose one.
pub(super) fn of_profile(
    app: &App<'_>,
    run: impl Fn(&App<'_>) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let failure = match run(app) {
        Err(Failure::Library(error)) if error.kind() == ErrorKind::NothingConfigured => error,
        done => return done,
    };
    let configuration = app.configuration()?;
    let names = configuration.files().profile_names().map(std::borrow::Cow::into_owned);
    match choose(app, &configuration, "Profile", names.collect())? {
        Some(profile) => {
            let global = Global { profile: Some(profile), ..app.global.clone() };
            run(&App::new(&global))
        }
        None => Err(failure.into()),
    }
}

/// Signs in; where there is no profile to say to what, somebody may choose the session.
pub(super) fn of_session(app: &App<'_>, args: &Login) -> Result<Exit, Failure> {
    let failure = match login::run(app, args) {
        Err(Failure::Library(error)) if error.kind() == ErrorKind::Configuration => error,
        done => return done,
    };
    if args.session.sso_session.is_some() || args.console {
        return Err(failure.into());
    }
    let configuration = app.configuration()?;
    let mut names: Vec<_> = configuration.session_names().collect();
    // One is no choice, and signing in has to be approved anyway.
    let only = if names.len() == 1 && may_choose(app, &configuration) { names.pop() } else { None };
    let name = match only {
        Some(name) => Some(name),
        None => choose(app, &configuration, "Session", names)?,
    };
    match name {
        Some(name) => {
            let session = OneSession { sso_session: Some(name) };
            login::run(app, &Login { session, ..args.clone() })
        }
        None => Err(failure.into()),
    }
}

/// One of the names; `None` where a profile was chosen, or is the default, or nobody can be asked.
fn choose(
    app: &App<'_>,
    configuration: &Configuration,
    words: &str,
    mut names: Vec<String>,
) -> Result<Option<String>, Failure> {
    if names.is_empty() || !may_choose(app, configuration) {
        return Ok(None);
    }
    let Some(at) = picker::pick(app, words, &names)? else {
        return Err(Failure::new(Exit::Interrupted, "nothing was chosen"));
    };
    Ok(Some(names.swap_remove(at)))
}

fn may_choose(app: &App<'_>, configuration: &Configuration) -> bool {
    let profile = configuration.profile();
    let is_chosen = profile.origin.is_given();
    !is_chosen && configuration.files().profile(&profile.value).is_none() && picker::can_pick(app)
}
