//! The whole decision: sources, values, clocks, and what to type next. Nothing is called.

mod json;
mod text;

use vestibule::{
    Base, ConsoleState, ConsoleStatus, Refresh, Session, Source, SourceState, Status, Timestamp,
};

use crate::advice::{Failure, shell_word};
use crate::app::App;
use crate::exit::Exit;

pub(crate) fn run(app: &App<'_>) -> Result<Exit, Failure> {
    let session = app.session()?;
    let explained = Explained::of(&session)?;
    if app.printer.json {
        app.printer.result(&json::of(&explained).to_string())?;
    } else {
        text::print(&app.printer, &explained)?;
    }
    Ok(Exit::Done)
}

/// All that there is to say.
struct Explained<'a> {
    session: &'a Session,
    sources: Vec<Source>,
    /// The sign-in to Identity Center that the profile needs.
    token: Option<Status>,
    /// The sign-in to the console that the profile needs.
    console: Option<ConsoleStatus>,
    /// When the cached credentials of the profile's role end.
    role_end: Option<Timestamp>,
    next: Option<String>,
}

impl<'a> Explained<'a> {
    fn of(session: &'a Session) -> Result<Self, Failure> {
        let (plan, configuration) = (session.plan(), session.configuration());
        let token = match plan.session() {
            Some(session) => Some(configuration.identity_center_at(session.session())?.status()),
            None => None,
        };
        let console = match &plan.base {
            Base::Login(_) => configuration.console_login()?.status()?,
            _ => None,
        };
        let role_end = match &plan.base {
            Base::Sso(role) => configuration.role_credentials_end(role),
            _ => None,
        };
        let sources = session.sources();
        let mut explained = Self { session, sources, token, console, role_end, next: None };
        explained.next = explained.next();
        Ok(explained)
    }

    /// What to type, if anything has to be typed.
    fn next(&self) -> Option<String> {
        let plan = self.session.plan();
        let nothing =
            |source: &Source| matches!(source.state, SourceState::NotSet | SourceState::Unknown);
        if self.sources.iter().all(nothing) {
            return Some(match plan.profile.value.as_str() {
                "default" => "vestibule configure sso".to_owned(),
                profile => format!("vestibule configure sso --profile {}", shell_word(profile)),
            });
        }
        let is_profile =
            |source: &Source| source.name == "profile" && source.state == SourceState::Used;
        if !self.sources.iter().any(is_profile) {
            return None;
        }
        if let Some(console) = &self.console {
            let works =
                matches!(console.state, ConsoleState::Live(_) | ConsoleState::Refreshable(_));
            let profile = shell_word(&plan.base_profile);
            return (!works).then(|| format!("vestibule login --profile {profile}"));
        }
        let over = match &self.token.as_ref()?.token {
            Ok(token) => token.is_expired && matches!(token.refresh, Refresh::Impossible(_)),
            Err(_) => true,
        };
        over.then(|| match plan.session().and_then(|session| session.name.as_ref()) {
            Some(name) => {
                format!("vestibule login --sso-session {}", shell_word(name.value.as_str()))
            }
            None => format!("vestibule login --profile {}", shell_word(&plan.base_profile)),
        })
    }
}
