use serde_json::{Value, json};
use vestibule::{
    Base, Configuration, IdentityCenter, NoTokenReason, Plan, Refresh, Timestamp, TokenStatus,
};

use crate::advice::{Failure, shell_word};
use crate::app::App;
use crate::args::Status;
use crate::duration::spell;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::screen;
use crate::table::{self, Cell};

use super::login::until;
use super::logout::all;
use super::{Target, console_login};

pub(crate) fn run(app: &App<'_>, args: &Status) -> Result<Exit, Failure> {
    match report(app, args) {
        // A prompt has no room for it, and nobody has asked.
        Err(failure) if args.prompt && !app.printer.json => Ok(failure.exit()),
        reported => reported,
    }
}

fn report(app: &App<'_>, args: &Status) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let (mut centers, mut logins) = (Vec::new(), Vec::new());
    if args.sessions.all {
        centers = all(&configuration)?;
        logins = configuration.console_logins();
    } else {
        match super::target(&configuration, &args.sessions.one, false)? {
            Target::Center(center) => centers.push(*center),
            Target::Console(login) => logins.push(*login),
        }
    }
    // The role is the profile's; a session that was named has none.
    let named = args.sessions.all || args.sessions.one.sso_session.is_some();
    let plan = if named { None } else { configuration.plan().ok() };
    let mut reports: Vec<Box<dyn Report>> = Vec::new();
    for center in &centers {
        reports.push(Box::new(Found::new(&configuration, center, plan.as_ref())));
    }
    for login in &logins {
        if let Some(found) = console_login::Found::new(login)? {
            reports.push(Box::new(found));
        }
    }
    let width = screen::width_for_results().filter(|_| args.sessions.all && !reports.is_empty());
    if app.printer.json && args.sessions.all {
        let all: Vec<_> = reports.iter().map(|report| report.json()).collect();
        app.printer.result(&Value::from(all).to_string())?;
    } else if let Some(width) = width {
        table(app, &reports, width)?;
    } else {
        reports.iter().try_for_each(|report| show(app, args, report.as_ref()))?;
    }
    Ok(reports.iter().fold(Exit::Done, |exit, report| exit.or_higher(report.exit())))
}

/// What is known of one sign-in, in the three ways of saying it.
pub(super) trait Report {
    fn exit(&self) -> Exit;
    fn print(&self, app: &App<'_>) -> Result<(), Failure>;
    fn json(&self) -> Value;
    /// Its name, its state, how long its token lasts, and until when that is refreshed.
    fn row(&self) -> [Cell; 4];
    /// What to type to sign in.
    fn sign_in(&self) -> String;
    /// Short enough for every prompt: a name, and a sign where it wants attention.
    fn prompt(&self) -> String;
}

fn show(app: &App<'_>, args: &Status, report: &dyn Report) -> Result<(), Failure> {
    if app.printer.json {
        app.printer.result(&report.json().to_string())?;
    } else if args.prompt {
        app.printer.result(&report.prompt())?;
    } else {
        report.print(app)?;
        if report.exit().wants_sign_in() {
            hint(app, report);
        }
    }
    Ok(())
}

/// All of them for people, and what to type for the first one that needs it.
fn table(app: &App<'_>, reports: &[Box<dyn Report + '_>], width: usize) -> Result<(), Failure> {
    let rows: Vec<_> = reports.iter().map(|report| report.row()).collect();
    let heads = ["SESSION", "STATE", "ACCESS TOKEN", "RENEWED UNTIL"];
    for line in table::lines(&app.printer, heads, &rows, width) {
        app.printer.result(&line)?;
    }
    if let Some(report) = reports.iter().find(|report| report.exit().wants_sign_in()) {
        hint(app, report.as_ref());
    }
    Ok(())
}

fn hint(app: &App<'_>, report: &dyn Report) {
    let hint = app.printer.tone(Tone::Command, "hint:");
    app.printer.note(&format!("{hint} {}", report.sign_in()));
}

/// A state in a table.
pub(super) fn state(exit: Exit) -> Cell {
    match exit {
        Exit::Done => Cell::toned("signed in", Tone::Good),
        Exit::Refreshable => Cell::toned("refreshable", Tone::Warning),
        Exit::NeverSignedIn => Cell::toned("never signed in", Tone::Quiet),
        _ => Cell::toned("sign-in needed", Tone::Bad),
    }
}

struct Found<'a> {
    center: &'a IdentityCenter<'a>,
    token: Result<TokenStatus, NoTokenReason>,
    role: Option<(String, Option<Timestamp>)>,
    now: Timestamp,
}

impl<'a> Found<'a> {
    fn new(
        configuration: &Configuration,
        center: &'a IdentityCenter<'a>,
        plan: Option<&Plan>,
    ) -> Self {
        let role = plan.and_then(|plan| match &plan.base {
            Base::Sso(role) => {
                let name = format!("{} in {}", role.role_name.value, role.account_id.value);
                Some((name, configuration.role_credentials_end(role)))
            }
            _ => None,
        });
        Self { center, token: center.status().token, role, now: center.now() }
    }
}

impl Report for Found<'_> {
    fn exit(&self) -> Exit {
        match &self.token {
            Ok(token) if !token.is_expired => Exit::Done,
            Ok(TokenStatus { refresh: Refresh::Until(_), .. }) => Exit::Refreshable,
            Err(NoTokenReason::Never { .. }) => Exit::NeverSignedIn,
            _ => Exit::SignInNeeded,
        }
    }

    fn print(&self, app: &App<'_>) -> Result<(), Failure> {
        let printer = &app.printer;
        let session = self.center.session();
        printer.result(&format!("session       {} ({})", session.label(), session.start_url))?;
        let token = match &self.token {
            Ok(token) if !token.is_expired => {
                let until = until(token.expires_at, self.now);
                format!("{} until {until}", printer.tone(Tone::Good, "signed in"))
            }
            Ok(token) => format!("{} {}", printer.tone(Tone::Warning, "ended"), token.expires_at),
            Err(why) => format!("{}: {why}", printer.tone(Tone::Bad, "none")),
        };
        printer.result(&format!("access token  {token}"))?;
        if let Ok(token) = &self.token {
            printer.result(&match token.refresh {
                Refresh::Until(end) => format!("refresh       silent, until {end} at the latest"),
                Refresh::Impossible(key) => format!("refresh       none: no usable {key}"),
            })?;
        }
        if let Some((name, end)) = &self.role {
            printer.result(&match end {
                Some(end) if self.now < *end => {
                    format!("role          {name}, cached until {}", until(*end, self.now))
                }
                Some(end) => format!("role          {name}, cached credentials ended {end}"),
                None => format!("role          {name}, nothing cached"),
            })?;
        }
        Ok(())
    }

    fn sign_in(&self) -> String {
        match &self.center.session().name {
            Some(name) => format!("vestibule login --sso-session {}", shell_word(name.as_str())),
            None => "vestibule login".to_owned(),
        }
    }

    fn row(&self) -> [Cell; 4] {
        let token = match &self.token {
            Ok(token) if !token.is_expired => {
                format!("{} left", spell(token.expires_at.saturating_since(self.now)))
            }
            Ok(token) => format!("ended {}", token.expires_at),
            Err(_) => String::new(),
        };
        let refresh = match &self.token {
            Ok(TokenStatus { refresh: Refresh::Until(end), .. }) => end.to_string(),
            Ok(TokenStatus { refresh: Refresh::Impossible(_), .. }) => "not at all".to_owned(),
            Err(_) => String::new(),
        };
        let name = self.center.session().label();
        [name.into(), state(self.exit()), token.into(), refresh.into()]
    }

    fn json(&self) -> Value {
        let session = self.center.session();
        let (state, expires_at, refreshable_until) = match &self.token {
            Ok(token) => {
                let state = if !token.is_expired {
                    "signedIn"
                } else if matches!(token.refresh, Refresh::Until(_)) {
                    "refreshable"
                } else {
                    "ended"
                };
                let until = match token.refresh {
                    Refresh::Until(end) => Some(end.to_string()),
                    Refresh::Impossible(_) => None,
                };
                (state, Some(token.expires_at.to_string()), until)
            }
            Err(NoTokenReason::Never { .. }) => ("never", None, None),
            Err(_) => ("signInNeeded", None, None),
        };
        let why = self.token.as_ref().err().map(ToString::to_string);
        let role = self.role.as_ref().map(
            |(name, end)| json!({ "role": name, "cachedUntil": end.map(|end| end.to_string()) }),
        );
        json!({
            "session": session.label(), "startUrl": session.start_url.as_str(),
            "region": session.region.as_str(), "state": state, "why": why,
            "expiresAt": expires_at, "refreshableUntil": refreshable_until,
            "roleCredentials": role,
        })
    }

    fn prompt(&self) -> String {
        let session = self.center.session();
        let name = match &session.name {
            Some(name) => name.as_str(),
            None => session.start_url.host().split('.').next().unwrap_or_default(),
        };
        match &self.token {
            Ok(token) if !token.is_expired => {
                let left = token.expires_at.saturating_since(self.now);
                format!("{name} {}m", left.as_secs() / 60)
            }
            Ok(TokenStatus { refresh: Refresh::Until(_), .. }) => format!("{name} ~"),
            _ => format!("{name} !"),
        }
    }
}
