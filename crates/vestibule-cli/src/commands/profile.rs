//! The profile of a command: selected by the user if none was named, signed in on demand.

use std::borrow::Cow;

use vestibule::config::SectionKind;
use vestibule::{Configuration, ErrorKind, Remedy, StartUrl};

use super::target::{has_credential_settings, no_credentials, no_profile, sso_profiles};
use super::{columns, configure, login, recent};
use crate::app::App;
use crate::args::{self, Configure, ConfigureSso, Global, Login, OneSession, SessionAnswers};
use crate::error::Error;
use crate::exit::Exit;
use crate::picker;
use crate::prompt::{Prompt as _, Question, Terminal, yes_or_no};
use crate::quoting::shell_word;

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
    let names = sso_profiles(&configuration);
    if names.is_empty() {
        return Err(error.into());
    }
    if configuration.profile().origin.is_given() {
        let is_defined = configuration.files().profile(&configuration.profile().value).is_some();
        let command = format!("{} --profile", args::command_line());
        return Err(if is_defined {
            no_credentials(&configuration, &command)
        } else {
            error.into()
        });
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
    match undefined_profile(app, &args.session)? {
        // The console login creates its profile.
        _ if args.console => {}
        Some(UndefinedProfile::Session(session)) => return login_to_session(app, args, session),
        Some(UndefinedProfile::StartUrl(url)) => return set_up_portal(app, args, &url),
        Some(UndefinedProfile::EmailAddress(address)) => return Err(email_address(app, &address)),
        None => {}
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
    let is_empty = configuration.session_names().next().is_none()
        && configuration.files().profile_names().next().is_none();
    if is_empty {
        let message =
            format!("No AWS configuration found in {}.", configuration.locations().config);
        if app.is_interactive() {
            Terminal::new(&app.interrupts).print(&message);
            return set_up(app, args, SessionAnswers::default());
        }
        // Otherwise the variable that names a missing file is at fault.
        if let Some(profile) = &app.global.profile
            && app.vars.get("AWS_CONFIG_FILE").is_none()
        {
            let hint = format!("vestibule configure sso --profile {}", shell_word(profile));
            return Err(Error::new(Exit::Configuration, message).with_hint(hint));
        }
        return Err(error);
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

/// An argument in the place of a profile that does not exist.
pub(super) enum UndefinedProfile {
    /// A session of this name, or with this start URL.
    Session(String),
    /// A start URL that no session has.
    StartUrl(StartUrl),
    EmailAddress(String),
}

/// Returns what was named in the place of a profile, unless that is a profile.
pub(super) fn undefined_profile(
    app: &App<'_>,
    session: &OneSession,
) -> Result<Option<UndefinedProfile>, Error> {
    match app.global.profile.as_deref().filter(|_| session.sso_session.is_none()) {
        Some(name) => Ok(UndefinedProfile::new(&app.configuration()?, name)),
        None => Ok(None),
    }
}

impl UndefinedProfile {
    fn new(configuration: &Configuration, name: &str) -> Option<Self> {
        if configuration.files().profile(name).is_some() {
            return None;
        }
        let mut sessions = configuration.session_names();
        if sessions.any(|session| session == name) {
            return Some(Self::Session(name.to_owned()));
        }
        if let Some(url) = start_url(name) {
            let config = configuration.files().config();
            let has_url = |session: &String| {
                let section = config.section(SectionKind::SsoSession, session);
                let value = section.and_then(|section| section.get("sso_start_url"));
                value.is_some_and(|value| start_url(&value.text()).as_ref() == Some(&url))
            };
            let session = configuration.session_names().find(has_url);
            return Some(session.map_or(Self::StartUrl(url), Self::Session));
        }
        name.contains('@').then(|| Self::EmailAddress(name.to_owned()))
    }
}

/// Parses a start URL, which may lack its scheme.
fn start_url(text: &str) -> Option<StartUrl> {
    let is_url = ["://", ".awsapps.com", ".app.aws"].iter().any(|part| text.contains(part));
    configure::start_url(text).ok().filter(|_| is_url)
}

/// Signs in to a session that was named in the place of a profile.
fn login_to_session(app: &App<'_>, args: &Login, session: String) -> Result<Exit, Error> {
    let global = Global { profile: None, ..app.global.clone() };
    let session = OneSession { sso_session: Some(session) };
    login::run(&app.with_global(&global), &Login { session, ..args.clone() })
}

/// Sets up a profile for a start URL that was named in the place of a profile.
fn set_up_portal(app: &App<'_>, args: &Login, url: &StartUrl) -> Result<Exit, Error> {
    let config = app.configuration()?.locations().config;
    let message = format!("No SSO session in {config} has the start URL {url}.");
    if !app.is_interactive() {
        let hint = format!("vestibule configure sso --start-url {}", shell_word(url.as_str()));
        return Err(Error::new(Exit::Configuration, message).with_hint(hint));
    }
    Terminal::new(&app.interrupts).print(&message);
    let answers = SessionAnswers { start_url: Some(url.to_string()), ..SessionAnswers::default() };
    let global = Global { profile: None, ..app.global.clone() };
    set_up(&app.with_global(&global), args, answers)
}

fn set_up(app: &App<'_>, args: &Login, session: SessionAnswers) -> Result<Exit, Error> {
    let sign_in = args.sign_in.clone();
    configure::run(
        app,
        &Configure::Sso(ConfigureSso { session, sign_in, ..ConfigureSso::default() }),
    )
}

fn email_address(app: &App<'_>, address: &str) -> Error {
    let message = format!("`{address}` is not a profile.");
    let configuration = app.configuration();
    let has_sessions = configuration.is_ok_and(|it| it.session_names().next().is_some());
    let hint = if has_sessions { "vestibule login" } else { "vestibule configure sso" };
    Error::new(Exit::Configuration, message)
        .with_cause("your e-mail address is asked for in the browser")
        .with_hint(hint)
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
pub(crate) fn with_sign_in(
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
    terminal.print(reason);
    let question = Question { message: "Sign in now? [Y/n]", default: Some("y"), help: None };
    let answer = terminal.text(&question, &|text| yes_or_no(text).map(drop))?;
    Ok(yes_or_no(&answer) == Ok(true))
}

/// Returns the profile that the user selects from the list.
pub(super) fn pick(app: &App<'_>, configuration: &Configuration) -> Result<String, Error> {
    let Some(terminal) = app.terminal() else {
        let message = "--pick needs a terminal, and prompts must not be disabled";
        return Err(Error::new(Exit::Usage, message).with_hint("vestibule list-profiles"));
    };
    let files = configuration.files();
    let has_settings = |name: &Cow<'_, str>| {
        files.profile(name).is_some_and(|profile| has_credential_settings(&profile))
    };
    let names = files.profile_names().filter(has_settings);
    let mut names: Vec<String> = names.map(Cow::into_owned).collect();
    if names.is_empty() {
        let error = Error::new(Exit::NothingConfigured, "no profile has settings for credentials");
        return Err(error.with_hint("vestibule configure sso"));
    }
    let recently_used = recent::load(app);
    let rank = |name: &String| recently_used.iter().position(|recent| recent == name);
    names.sort_by(|a, b| {
        let recent_first = |name| rank(name).unwrap_or(usize::MAX);
        recent_first(a).cmp(&recent_first(b)).then_with(|| picker::natural_order(a, b))
    });
    let rows = picker::rows(columns::tagged_profile_rows(configuration, &names));
    let name = names.swap_remove(terminal.select("Profile:", rows)?);
    recent::store(app, &name, &recently_used);
    Ok(name)
}
