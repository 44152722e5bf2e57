use serde_json::{Value, json};
use vestibule::{Base, Configuration, IdentityCenter, Plan, Renewal, Timestamp, TokenStatus, Why};

use crate::advice::{Failure, shell_word};
use crate::app::App;
use crate::args::Status;
use crate::exit::Exit;
use crate::printer::Tone;

use super::login::until;
use super::logout::all;
use super::{Target, console_login};

pub(crate) fn run(app: &App<'_>, args: &Status) -> Result<Exit, Failure> {
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
    let mut exit = Exit::Done;
    for center in &centers {
        exit = exit.or_higher(show(app, args, &Found::new(&configuration, center, plan.as_ref()))?);
    }
    for login in &logins {
        if let Some(found) = console_login::Found::new(login)? {
            exit = exit.or_higher(show(app, args, &found)?);
        }
    }
    Ok(exit)
}

/// What is known of one sign-in, in the three ways of saying it.
pub(super) trait Report {
    fn exit(&self) -> Exit;
    fn print(&self, app: &App<'_>) -> Result<(), Failure>;
    fn json(&self) -> Value;
    /// Short enough for every prompt: a name, and a sign where it wants attention.
    fn prompt(&self) -> String;
}

fn show(app: &App<'_>, args: &Status, report: &dyn Report) -> Result<Exit, Failure> {
    if args.prompt {
        app.printer.result(&report.prompt())?;
    } else if app.printer.json {
        app.printer.result(&report.json().to_string())?;
    } else {
        report.print(app)?;
    }
    Ok(report.exit())
}

struct Found<'a> {
    center: &'a IdentityCenter<'a>,
    token: Result<TokenStatus, Why>,
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

    fn sign_in(&self) -> String {
        match &self.center.session().name {
            Some(name) => format!("vestibule login --sso-session {}", shell_word(name.as_str())),
            None => "vestibule login".to_owned(),
        }
    }
}

impl Report for Found<'_> {
    fn exit(&self) -> Exit {
        match &self.token {
            Ok(token) if !token.is_expired => Exit::Done,
            Ok(TokenStatus { renewal: Renewal::Until(_), .. }) => Exit::Renewable,
            Err(Why::Never { .. }) => Exit::NeverSignedIn,
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
            printer.result(&match token.renewal {
                Renewal::Until(end) => format!("renewal       silent, until {end} at the latest"),
                Renewal::Impossible(key) => format!("renewal       none: no usable {key}"),
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
        if matches!(self.exit(), Exit::SignInNeeded | Exit::NeverSignedIn) {
            let hint = printer.tone(Tone::Command, "hint:");
            printer.note(&format!("{hint} {}", self.sign_in()));
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let session = self.center.session();
        let (state, expires_at, renewable_until) = match &self.token {
            Ok(token) => {
                let state = if !token.is_expired {
                    "signedIn"
                } else if matches!(token.renewal, Renewal::Until(_)) {
                    "renewable"
                } else {
                    "ended"
                };
                let until = match token.renewal {
                    Renewal::Until(end) => Some(end.to_string()),
                    Renewal::Impossible(_) => None,
                };
                (state, Some(token.expires_at.to_string()), until)
            }
            Err(Why::Never { .. }) => ("never", None, None),
            Err(_) => ("signInNeeded", None, None),
        };
        let why = self.token.as_ref().err().map(ToString::to_string);
        let role = self.role.as_ref().map(
            |(name, end)| json!({ "role": name, "cachedUntil": end.map(|end| end.to_string()) }),
        );
        json!({
            "session": session.label(), "startUrl": session.start_url.as_str(),
            "region": session.region.as_str(), "state": state, "why": why,
            "expiresAt": expires_at, "renewableUntil": renewable_until,
            "roleCredentials": role,
        })
    }

    fn prompt(&self) -> String {
        let name = self.center.session().label();
        match &self.token {
            Ok(token) if !token.is_expired => {
                let left = token.expires_at.saturating_since(self.now);
                format!("{name} {}m", left.as_secs() / 60)
            }
            Ok(TokenStatus { renewal: Renewal::Until(_), .. }) => format!("{name} ~"),
            _ => format!("{name} !"),
        }
    }
}
