use serde_json::Value;
use vestibule::{CachedCredentials, ConsoleLogin, SessionState, Status, Timestamp};

use super::prompt::{Expiry, Segment};
use super::{Report, time_left};
use crate::app::App;
use crate::commands::session_state;
use crate::error::Error;
use crate::exit::Exit;
use crate::quoting::shell_word;
use crate::table::Cell;

/// The state of a console login.
pub(super) struct ConsoleReport {
    status: Status,
    profile: String,
    now: Timestamp,
}

impl ConsoleReport {
    /// Returns `None` if the profile has no `login_session`.
    pub(super) fn new(login: &ConsoleLogin) -> Option<Self> {
        let (profile, now) = (login.profile().to_owned(), login.now());
        login.blocking().status().map(|status| Self { status, profile, now })
    }
}

impl Report for ConsoleReport {
    fn exit(&self) -> Exit {
        session_state::exit(&self.status)
    }

    fn print(&self, app: &App<'_>) -> Result<(), Error> {
        let printer = &app.printer;
        printer.result(&format!("session       {} (console)", self.status.session))?;
        let (credentials, tone) = session_state::token(&self.status, self.now);
        printer.result(&format!("credentials   {}", printer.tone(tone, &credentials)))?;
        if let Some((refresh, tone)) = session_state::refresh(&self.status) {
            printer.result(&format!("refresh       {}", printer.tone(tone, &refresh)))?;
        }
        Ok(())
    }

    fn login_command(&self) -> String {
        format!("vestibule login --profile {}", shell_word(&self.profile))
    }

    fn row(&self) -> [Cell; 4] {
        let state = self.status.state.as_ref().ok();
        let token = state.and_then(SessionState::expires_at).map(|at| time_left(at, self.now));
        let name = self.status.session.as_str();
        let token = token.unwrap_or_default();
        [name.into(), session_state::cell(&self.status), token.into(), "".into()]
    }

    fn json(&self) -> Value {
        let mut report = session_state::json(&self.status);
        report["profile"] = self.profile.as_str().into();
        report
    }

    fn segment(&self) -> Segment {
        // The ARN of the login session is too long for a shell prompt.
        let expiry = Expiry::new(&self.status, CachedCredentials::default(), self.now);
        Segment { name: self.profile.clone(), account: None, expiry, now: self.now }
    }
}
