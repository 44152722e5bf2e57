use serde_json::{Value, json};
use vestibule::{ConsoleLogin, ConsoleState, ConsoleStatus, Timestamp};

use super::{Report, state_cell};
use crate::app::App;
use crate::duration::{spell, until};
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::quoting::shell_word;
use crate::table::Cell;

/// The state of a console login.
pub(super) struct ConsoleReport {
    status: ConsoleStatus,
    profile: String,
    now: Timestamp,
}

impl ConsoleReport {
    /// Returns `None` if the profile has no `login_session`.
    pub(super) fn new(login: &ConsoleLogin) -> Result<Option<Self>, Error> {
        let (profile, now) = (login.profile().to_owned(), login.now());
        Ok(login.status()?.map(|status| Self { status, profile, now }))
    }
}

impl Report for ConsoleReport {
    fn exit(&self) -> Exit {
        match self.status.state {
            ConsoleState::Live(_) => Exit::Done,
            ConsoleState::Refreshable(_) => Exit::Refreshable,
            ConsoleState::Never => Exit::NeverSignedIn,
            ConsoleState::Unusable(_) | ConsoleState::Over(_) => Exit::SignInNeeded,
        }
    }

    fn print(&self, app: &App<'_>) -> Result<(), Error> {
        let printer = &app.printer;
        printer.result(&format!("session       {} (console)", self.status.login_session))?;
        let (credentials, is_refreshable) = match &self.status.state {
            ConsoleState::Live(end) => {
                let until = until(*end, self.now);
                (format!("{}, expire at {until}", printer.tone(Tone::Good, "valid")), true)
            }
            ConsoleState::Refreshable(end) => {
                (format!("{} at {end}", printer.tone(Tone::Warning, "expired")), true)
            }
            ConsoleState::Over(end) => {
                (format!("{} at {end}", printer.tone(Tone::Bad, "expired")), false)
            }
            ConsoleState::Never => {
                (format!("{}: you are not signed in", printer.tone(Tone::Bad, "none")), false)
            }
            ConsoleState::Unusable(reason) => {
                (format!("{}: {reason}", printer.tone(Tone::Bad, "none")), false)
            }
        };
        printer.result(&format!("credentials   {credentials}"))?;
        if is_refreshable {
            printer.result("refresh       automatic until 12 hours after the sign-in at most")?;
        }
        Ok(())
    }

    fn login_command(&self) -> String {
        format!("vestibule login --profile {}", shell_word(&self.profile))
    }

    fn row(&self) -> [Cell; 4] {
        let token = match self.status.state {
            ConsoleState::Live(end) => format!("{} left", spell(end.saturating_since(self.now))),
            ConsoleState::Refreshable(end) | ConsoleState::Over(end) => format!("expired {end}"),
            ConsoleState::Never | ConsoleState::Unusable(_) => String::new(),
        };
        let name = self.status.login_session.as_str();
        [name.into(), state_cell(self.exit()), token.into(), "".into()]
    }

    fn json(&self) -> Value {
        let (state, end, why) = match &self.status.state {
            ConsoleState::Live(end) => ("signedIn", Some(end), None),
            ConsoleState::Refreshable(end) => ("refreshable", Some(end), None),
            ConsoleState::Over(end) => ("expired", Some(end), None),
            ConsoleState::Never => ("never", None, None),
            ConsoleState::Unusable(reason) => ("signInNeeded", None, Some(reason)),
        };
        json!({
            "session": self.status.login_session, "profile": self.profile, "state": state,
            "why": why, "expiresAt": end.map(ToString::to_string),
        })
    }

    fn prompt(&self) -> String {
        // The ARN of the login session is too long for a shell prompt.
        let name = &self.profile;
        match self.status.state {
            ConsoleState::Live(end) => {
                format!("{name} {}m", end.saturating_since(self.now).as_secs() / 60)
            }
            ConsoleState::Refreshable(_) => format!("{name} ~"),
            _ => format!("{name} !"),
        }
    }
}
