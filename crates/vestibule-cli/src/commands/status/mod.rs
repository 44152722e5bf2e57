//! `status`: sessions and their expirations, from local files.

mod center;
mod console;
mod prompt;

use serde_json::Value;
use vestibule::Configuration;

use prompt::Segment;

use super::target::{Target, identity_centers, target};
use crate::app::App;
use crate::args::Status;
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::report;
use crate::screen;
use crate::table::{self, Cell};

pub(crate) fn run(app: &App<'_>, args: &Status) -> Result<Exit, Error> {
    if !args.prompt {
        return show_all(app, args);
    }
    let global = prompt::global(app, args);
    let mut app = app.with_global(&global);
    // It would be in every prompt.
    app.announces_keychain = false;
    match show_all(&app, args) {
        // `--prompt` prints no errors into a shell prompt.
        Err(error) if !app.printer.json => Ok(error.exit()),
        result => result,
    }
}

fn show_all(app: &App<'_>, args: &Status) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let (mut centers, mut logins) = (Vec::new(), Vec::new());
    let scope = scope(&configuration, args);
    let (mut broken, mut errors) = (Exit::Done, Vec::new());
    if scope == Scope::All {
        for center in identity_centers(&configuration)? {
            match center {
                Ok(center) => centers.push(center),
                Err(error) => broken = broken.max(report::one_of_many(app, &error, &mut errors)),
            }
        }
        logins = configuration.console_logins();
    } else {
        match target(&configuration, &args.sessions.one, false)? {
            Target::Center(center) => centers.push(*center),
            Target::Console(login) => logins.push(*login),
        }
    }
    // Only a profile has a role; a session that was named has none.
    let has_no_role = scope == Scope::All || args.sessions.one.sso_session.is_some();
    let plan = if has_no_role { None } else { configuration.plan().ok() };
    let mut reports: Vec<Box<dyn Report>> = Vec::new();
    for center in &centers {
        reports.push(Box::new(center::CenterReport::new(&configuration, center, plan.as_ref())));
    }
    for login in &logins {
        if let Some(report) = console::ConsoleReport::new(login) {
            reports.push(Box::new(report));
        }
    }
    let width = screen::result_width().filter(|_| scope == Scope::All && !reports.is_empty());
    if app.printer.json && scope == Scope::All {
        let all: Vec<_> = reports.iter().map(|report| report.json()).chain(errors).collect();
        app.printer.result(&Value::from(all).to_string())?;
    } else if let Some(width) = width {
        print_table(app, &reports, width)?;
    } else {
        reports.iter().try_for_each(|report| show(app, args, report.as_ref()))?;
    }
    Ok(reports.iter().map(|report| report.exit()).fold(broken, Exit::max))
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
    let is_named =
        args.sessions.one.sso_session.is_some() || configuration.profile().origin.is_given();
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

fn show(app: &App<'_>, args: &Status, report: &dyn Report) -> Result<(), Error> {
    if app.printer.json {
        app.printer.result(&report.json().to_string())?;
    } else if args.prompt {
        let expires_at = prompt::expiration_in_environment(app);
        app.printer.result(&report.segment().render(&app.printer, expires_at))?;
    } else {
        report.print(app)?;
        if report.exit().needs_sign_in() {
            print_hint(app, report);
        }
    }
    Ok(())
}

/// Prints a table, and a hint for the first session that needs a sign-in.
fn print_table(app: &App<'_>, reports: &[Box<dyn Report + '_>], width: usize) -> Result<(), Error> {
    let rows: Vec<_> = reports.iter().map(|report| report.row()).collect();
    let heads = ["SESSION", "STATE", "ACCESS TOKEN", "SESSION EXPIRES"];
    for line in table::lines(&app.printer, heads, &rows, width) {
        app.printer.result(&line)?;
    }
    if let Some(report) = reports.iter().find(|report| report.exit().needs_sign_in()) {
        print_hint(app, report.as_ref());
    }
    Ok(())
}

fn print_hint(app: &App<'_>, report: &dyn Report) {
    let hint = app.printer.tone(Tone::Command, "hint:");
    app.printer.note(&format!("{hint} {}", report.login_command()));
}
