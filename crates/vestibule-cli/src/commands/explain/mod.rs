//! `explain`: credential sources, settings, expirations and the next step. It makes no request.

mod json;
mod text;

use std::io;

use vestibule::{Base, CachedCredentials, Session, Source, SourceState, Status};
use vestibule_doctor::key_variables;

use crate::app::App;
use crate::commands::session_state;
use crate::environment_source::EnvironmentSource;
use crate::error::Error;
use crate::exit::Exit;
use crate::quoting::{Dialect, shell_word};

pub(crate) fn run(app: &App<'_>) -> Result<Exit, Error> {
    if let Some(agent) = app.agent() {
        explain_agent(app, &agent)?;
        return Ok(Exit::Done);
    }
    let session = app.session()?;
    let mut explained = Explained::new(&session)?;
    if let Some((_, file)) = app.directory_profile() {
        explained
            .notes
            .push(format!("other AWS tools do not read {file}, and use another profile"));
    }
    explained.next = explained.next.take().or_else(|| leftover_keys(app, &session));
    if app.printer.json {
        app.printer.result(&json::to_json(&explained).to_string())?;
    } else {
        text::print(&app.printer, &explained)?;
    }
    Ok(Exit::Done)
}

/// Prints that an agent supplies the credentials: the sources of this machine are not used.
fn explain_agent(app: &App<'_>, agent: &EnvironmentSource) -> io::Result<()> {
    let profile = agent.profile.as_deref().unwrap_or_default();
    let next = format!("on the machine of the agent: vestibule explain {}", shell_word(profile));
    if app.printer.json {
        app.printer.result(&json::agent_to_json(agent, &next).to_string())
    } else {
        text::print_agent(&app.printer, agent, &next)
    }
}

/// Returns the command that removes keys of the environment, where a variable or the working directory
/// names a profile that they take precedence over.
fn leftover_keys(app: &App<'_>, session: &Session) -> Option<String> {
    let source = EnvironmentSource::in_use(&session.sources(), &app.vars)?;
    let profile = app.named_profile().filter(|_| source.profile.is_none())?;
    session.configuration().files().profile(profile)?;
    Some(Dialect::current().removal(&key_variables(&app.vars)))
}

/// Everything that is printed.
struct Explained<'a> {
    session: &'a Session,
    sources: Vec<Source>,
    /// State of the SSO session of the profile.
    token: Option<Status>,
    /// State of the console login of the profile.
    console: Option<Status>,
    cached: CachedCredentials,
    next: Option<String>,
    /// Settings and lines without effect.
    notes: Vec<String>,
}

impl<'a> Explained<'a> {
    fn new(session: &'a Session) -> Result<Self, Error> {
        let (plan, configuration) = (session.plan(), session.configuration());
        let token = match plan.session() {
            Some(session) => {
                let center = configuration.identity_center_for(session.session())?;
                Some(center.blocking().status())
            }
            None => None,
        };
        let console = match &plan.base {
            Base::Login(_) => configuration.console_login()?.blocking().status(),
            _ => None,
        };
        let cached = configuration.cached_credentials(plan);
        let sources = session.sources();
        let notes = plan.notes.iter().map(ToString::to_string).collect();
        let mut explained = Self { session, sources, token, console, cached, next: None, notes };
        explained.next = explained.next();
        Ok(explained)
    }

    /// Returns the next command to type, if any.
    fn next(&self) -> Option<String> {
        let plan = self.session.plan();
        let is_empty =
            |source: &Source| matches!(source.state, SourceState::NotSet | SourceState::Unknown);
        if self.sources.iter().all(is_empty) {
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
            let profile = shell_word(&plan.base_profile);
            return session_state::needs_sign_in(console)
                .then(|| format!("vestibule login --profile {profile}"));
        }
        let is_expired = session_state::needs_sign_in(self.token.as_ref()?);
        is_expired.then(|| match plan.session().and_then(|session| session.name.as_ref()) {
            Some(name) => {
                format!("vestibule login --sso-session {}", shell_word(name.value.as_str()))
            }
            None => format!("vestibule login --profile {}", shell_word(&plan.base_profile)),
        })
    }
}
