//! `status`: sessions and their expirations, from local files.

mod center;
mod console;
mod prompt;
mod source;

use serde_json::{Value, json};
use vestibule::{Configuration, Timestamp};

use center::CenterReport;
use console::ConsoleReport;
use prompt::Segment;

use super::target::{Target, identity_centers, target};
use crate::app::App;
use crate::args::{Global, Status};
use crate::duration::spell;
use crate::environment_source::{AGENT, EnvironmentSource};
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::short;
use crate::report;
use crate::screen;
use crate::table::{self, Cell};

pub(crate) fn run(app: &App<'_>, args: &Status) -> Result<Exit, Error> {
    if !args.prompt {
        return show(app, args);
    }
    let mut app = app.with_global(app.global);
    // It would be in every prompt.
    app.announces_keychain = false;
    match show(&app, args) {
        // `--prompt` prints no errors into a shell prompt.
        Err(error) if !app.printer.json => Ok(error.exit()),
        result => result,
    }
}

fn show(app: &App<'_>, args: &Status) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let source = environment_source(app, args, &configuration);
    if let Some(source) = source.as_ref().filter(|_| !args.prompt) {
        app.announce_precedence(source);
    }
    // With an agent, sessions of this machine are not used.
    let agent = source.as_ref().filter(|source| source.name == AGENT && !args.sessions.all);
    if let Some(agent) = agent {
        return source::show(app, args, agent, configuration.now());
    }
    if scope(&configuration, args) == Scope::All {
        return show_all(app, &configuration, source.as_ref());
    }
    let Some(source) = source else { return show_one(app, args, &configuration, None) };
    let is_defined = |name: &&String| configuration.files().profile(name).is_some();
    match source.profile.as_ref().filter(is_defined) {
        // The session of the profile that the keys are of.
        Some(name) => {
            let global = Global { profile: Some(name.clone()), ..app.global.clone() };
            let app = app.with_global(&global);
            show_one(&app, args, &app.configuration()?, Some(&source))
        }
        None if args.prompt => source::show(app, args, &source, configuration.now()),
        None => show_one(app, args, &configuration, Some(&source)),
    }
}

/// Returns the credentials of the environment or of an agent, if they are used instead of the profile.
fn environment_source(
    app: &App<'_>,
    args: &Status,
    configuration: &Configuration,
) -> Option<EnvironmentSource> {
    if names_session(args) {
        return None;
    }
    // Errors of the profile are those of what follows.
    let keys = || EnvironmentSource::in_use(&configuration.sources().ok()?, &app.vars);
    app.agent().or_else(keys)
}

fn names_session(args: &Status) -> bool {
    args.sessions.one.sso_session.is_some()
}

/// Shows the session that was named, or that of the profile, and the credentials of the environment
/// that are used instead.
fn show_one(
    app: &App<'_>,
    args: &Status,
    configuration: &Configuration,
    source: Option<&EnvironmentSource>,
) -> Result<Exit, Error> {
    let target = match (target(configuration, &args.sessions.one), source) {
        (Ok(target), _) => target,
        (Err(_), Some(source)) => return source::show(app, args, source, configuration.now()),
        (Err(error), None) => match Segment::without_session(configuration) {
            Some(segment) if args.prompt && !app.printer.json && !names_session(args) => {
                app.printer.result(&segment.render(&app.printer, None))?;
                return Ok(Exit::Done);
            }
            _ => return Err(error),
        },
    };
    // Only a profile has a role, and credentials of the environment have their own.
    let has_role = !names_session(args) && (args.prompt || source.is_none());
    let plan = configuration.plan().ok().filter(|_| has_role);
    let report: Box<dyn Report + '_> = match &target {
        Target::Center(center) => Box::new(CenterReport::new(configuration, center, plan.as_ref())),
        Target::Console(login) => {
            let Some(report) = ConsoleReport::new(login) else {
                print_json(app, json!({}), source)?;
                return Ok(Exit::Done);
            };
            Box::new(report)
        }
    };
    let now = configuration.now();
    if app.printer.json {
        print_json(app, report.json(), source)?;
    } else if args.prompt {
        let expires_at = source.and_then(|source| source.expires_at);
        app.printer.result(&report.segment().render(&app.printer, expires_at))?;
    } else {
        if let (Some((name, file)), None) = (app.directory_profile(), source) {
            let line = format!("profile       {name} ({file}, which other AWS tools do not read)");
            app.printer.result(&line)?;
        }
        report.print(app)?;
        if let Some(source) = source {
            app.printer.result(&format!("in use        {}", source::line(source, now)))?;
        } else if report.exit().needs_sign_in() {
            app.printer.hint(&report.login_command());
        }
    }
    Ok(report.exit())
}

/// Shows every session, and on stderr the credentials of the environment that are used.
fn show_all(
    app: &App<'_>,
    configuration: &Configuration,
    source: Option<&EnvironmentSource>,
) -> Result<Exit, Error> {
    let (mut centers, mut broken, mut errors) = (Vec::new(), Exit::Done, Vec::new());
    for center in identity_centers(configuration)? {
        match center {
            Ok(center) => centers.push(center),
            Err(error) => broken = broken.max(report::one_of_many(app, &error, &mut errors)),
        }
    }
    let logins = configuration.console_logins();
    let centers = centers.iter().map(|center| CenterReport::new(configuration, center, None));
    let mut reports: Vec<Box<dyn Report>> = Vec::new();
    for center in centers {
        reports.push(Box::new(center));
    }
    for login in logins.iter().filter_map(ConsoleReport::new) {
        reports.push(Box::new(login));
    }
    if app.printer.json {
        let all: Vec<_> = reports.iter().map(|report| report.json()).chain(errors).collect();
        app.printer.result(&Value::from(all).to_string())?;
    } else if reports.is_empty() {
        app.printer.note("No SSO session and no console login is configured.");
    } else {
        print_table(app, &reports)?;
    }
    if let Some(source) = source {
        let line = source::line(source, configuration.now());
        app.printer.note(&format!("Credentials in use: {line}"));
    }
    Ok(reports.iter().map(|report| report.exit()).fold(broken, Exit::max))
}

/// Prints the object of one session, or that of none, if the output is JSON.
fn print_json(
    app: &App<'_>,
    mut session: Value,
    source: Option<&EnvironmentSource>,
) -> Result<(), Error> {
    if app.printer.json {
        if let Some(source) = source {
            session["inUse"] = source::json(source);
        }
        app.printer.result(&session.to_string())?;
    }
    Ok(())
}

/// The sessions that `status` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// The session that was named, or that of the profile.
    One,
    All,
}

/// Without arguments and without a chosen profile, all sessions are shown if there are several.
fn scope(configuration: &Configuration, args: &Status) -> Scope {
    let is_named = names_session(args) || configuration.profile().origin.is_given();
    let has_several = || configuration.session_names().nth(1).is_some();
    if args.sessions.all || !is_named && !args.prompt && has_several() {
        Scope::All
    } else {
        Scope::One
    }
}

/// The state of one session in each output format.
trait Report {
    fn exit(&self) -> Exit;
    fn print(&self, app: &App<'_>) -> Result<(), Error>;
    fn json(&self) -> Value;
    /// Returns name, state, expiration of the access token, and the estimate for the session.
    fn row(&self) -> [Cell; 4];
    /// Returns the command that signs in.
    fn login_command(&self) -> String;
    fn segment(&self) -> Segment;
}

/// Returns the time left of a token, or when it expired.
fn time_left(at: Timestamp, now: Timestamp) -> String {
    let left = at.saturating_since(now);
    if left.is_zero() { format!("expired {}", short(at)) } else { format!("{} left", spell(left)) }
}

/// Prints a table, and a hint for the first session that needs a sign-in.
fn print_table(app: &App<'_>, reports: &[Box<dyn Report + '_>]) -> Result<(), Error> {
    let width = screen::result_width().unwrap_or(usize::MAX);
    let rows: Vec<_> = reports.iter().map(|report| report.row()).collect();
    let heads = ["SESSION", "STATE", "ACCESS TOKEN", "SESSION EXPIRES"];
    for line in table::lines(&app.printer, heads, &rows, width) {
        app.printer.result(&line)?;
    }
    if let Some(report) = reports.iter().find(|report| report.exit().needs_sign_in()) {
        app.printer.hint(&report.login_command());
    }
    Ok(())
}
