use serde_json::json;
use vestibule::{Base, ConsoleState, ConsoleStatus, Fact, Renewal, Status, Timestamp, Why};

use crate::advice::{Failure, shell_word};
use crate::app::App;
use crate::exit::Exit;
use crate::printer::Tone;

use super::login::until;

/// What was decided and where that stands; what was passed over; the clocks; what to type next.
pub(crate) fn run(app: &App<'_>) -> Result<Exit, Failure> {
    let session = app.session()?;
    let plan = session.plan();
    let configuration = session.configuration();
    let center = plan.session().and_then(|_| configuration.identity_center().ok());
    let status = center.as_ref().map(vestibule::IdentityCenter::status);
    let now = session.now();
    let role = match &plan.base {
        Base::Sso(role) => configuration.role_credentials_end(role),
        _ => None,
    };
    let console = match &plan.base {
        Base::SignIn(_) => configuration.console_login()?.status()?,
        _ => None,
    };
    let next = match &console {
        Some(console) => next_at_console(console, &plan.base_profile),
        None => status.as_ref().and_then(|status| next(status, plan.session()?.name.is_some())),
    };
    if app.printer.json {
        let facts: Vec<_> = plan
            .facts()
            .iter()
            .map(|fact| json!({ "name": fact.name, "value": fact.value, "origin": fact.origin.to_string() }))
            .collect();
        let notes: Vec<_> = plan.notes.iter().map(ToString::to_string).collect();
        let token = status.as_ref().map(|status| match &status.token {
            Ok(token) => {
                json!({ "file": status.token_file, "expiresAt": token.expires_at.to_string(),
                                  "expired": token.is_expired })
            }
            Err(why) => json!({ "file": status.token_file, "why": why.to_string() }),
        });
        let console = console
            .as_ref()
            .map(|console| json!({ "file": console.file, "state": console_line(console, now) }));
        let role = role.map(|end| end.to_string());
        app.printer.result(
            &json!({ "decided": facts, "notes": notes, "token": token,
                     "console": console, "roleCredentialsUntil": role, "next": next })
            .to_string(),
        )?;
        return Ok(Exit::Done);
    }
    let printer = &app.printer;
    for line in table(&plan.facts()) {
        printer.result(&line)?;
    }
    for note in &plan.notes {
        printer.result(&format!("{} {note}", printer.tone(Tone::Warning, "note:")))?;
    }
    if let Some(status) = &status {
        printer.result("")?;
        printer.result(&format!("token file         {}", status.token_file.display()))?;
        printer.result(&format!("access token       {}", token_line(status, now)))?;
        if let Ok(token) = &status.token {
            printer.result(&match token.renewal {
                Renewal::Until(end) => {
                    format!("renewal            silent, until {end} at the latest")
                }
                Renewal::Impossible(key) => format!("renewal            none: no usable {key}"),
            })?;
        }
        printer.result(&match role {
            Some(end) if now < end => {
                format!("role credentials   cached until {}", until(end, now))
            }
            Some(end) => format!("role credentials   cached ones ended {end}"),
            None => "role credentials   nothing cached".to_owned(),
        })?;
    }
    if let Some(console) = &console {
        printer.result("")?;
        printer.result(&format!("sign-in file       {}", console.file.display()))?;
        printer.result(&format!("credentials        {}", console_line(console, now)))?;
    }
    if let Some(next) = next {
        printer.result(&format!("next               {}", printer.tone(Tone::Command, &next)))?;
    }
    Ok(Exit::Done)
}

/// Names, values and origins in columns.
fn table(facts: &[Fact]) -> Vec<String> {
    let width = |part: fn(&Fact) -> &str| facts.iter().map(|fact| part(fact).chars().count()).max();
    let names = width(|fact| fact.name).unwrap_or_default();
    let values = width(|fact| &fact.value).unwrap_or_default();
    facts
        .iter()
        .map(|fact| format!("{:names$}  {:values$}  {}", fact.name, fact.value, fact.origin))
        .collect()
}

fn token_line(status: &Status, now: Timestamp) -> String {
    match &status.token {
        Ok(token) if token.is_expired => format!("ended {}", token.expires_at),
        Ok(token) => format!("until {}", until(token.expires_at, now)),
        Err(why) => format!("none: {why}"),
    }
}

fn console_line(console: &ConsoleStatus, now: Timestamp) -> String {
    match &console.state {
        ConsoleState::Live(end) => format!("until {}", until(*end, now)),
        ConsoleState::Renewable(end) => format!("ended {end}; the sign-in may give others"),
        ConsoleState::Over(end) => format!("ended {end}, and the sign-in with them"),
        ConsoleState::Never => "none: nobody has signed in".to_owned(),
        ConsoleState::Unusable(why) => format!("none: {why}"),
    }
}

fn next_at_console(console: &ConsoleStatus, profile: &str) -> Option<String> {
    let works = matches!(console.state, ConsoleState::Live(_) | ConsoleState::Renewable(_));
    (!works).then(|| format!("vestibule login --profile {}", shell_word(profile)))
}

/// What to type, if anything has to be typed.
fn next(status: &Status, is_named: bool) -> Option<String> {
    let over = match &status.token {
        Ok(token) => token.is_expired && matches!(token.renewal, Renewal::Impossible(_)),
        Err(Why::Never { .. } | _) => true,
    };
    let command = if is_named {
        format!("vestibule login --sso-session {}", shell_word(&status.session))
    } else {
        "vestibule login".to_owned()
    };
    over.then_some(command)
}
