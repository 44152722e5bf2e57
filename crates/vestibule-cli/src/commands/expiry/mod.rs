//! Warnings before a session expires: a hook of the user, and a desktop notification.

mod notification;
mod record;
mod settings;

use std::process::Command;
use std::thread;
use std::time::Duration;

use vestibule::{Base, Configuration, Session, SignInReason, Status, Timestamp};
use vestibule_os::{Limits, Terminal, vars};

use super::target::{Target, login_command};
use crate::error::Error;
use crate::local_time::until;
use crate::other_program;
use crate::printer::Printer;
use crate::quoting::shell_word;

use settings::Settings;

/// The time that a hook may take.
const HOOK_TIMEOUT: Duration = Duration::from_secs(30);

/// The interval at which a session is read again: another program may sign in or out, and timers do not advance
/// while the machine is suspended.
pub(super) const INTERVAL: Duration = Duration::from_secs(30);

/// When a session expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expiration {
    pub(super) at: Timestamp,
    /// Whether the time is an estimate, as for a portal session.
    pub(super) is_estimate: bool,
    pub(super) remaining: Duration,
}

/// The time that a session lasts, compared with the time of the warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remaining {
    /// It lasts longer; the warning is due after this time.
    Lasts(Duration),
    ExpiresSoon(Expiration),
    SignInNeeded,
}

impl Remaining {
    fn new(mut status: Status, now: Timestamp, warning: Duration) -> Self {
        // A missing scope does not change when the session expires.
        status.missing_scopes.clear();
        // No session lasts that long, so there is always a reason.
        match status.sign_in_reason(now, Duration::MAX) {
            Some(SignInReason::ExpiresSoon { at, is_estimate }) => {
                let remaining = at.saturating_since(now);
                match remaining.checked_sub(warning) {
                    Some(wait) if !wait.is_zero() => Self::Lasts(wait),
                    _ => Self::ExpiresSoon(Expiration { at, is_estimate, remaining }),
                }
            }
            _ => Self::SignInNeeded,
        }
    }
}

/// A session whose expiration is watched.
pub(super) struct Watch {
    session: Target,
    configuration: Configuration,
    settings: Settings,
    /// The expiration that this process has warned of.
    warned_of: Option<Timestamp>,
}

impl Watch {
    pub(super) fn new(configuration: &Configuration, session: Target) -> Result<Self, Error> {
        let settings = Settings::read(configuration, &session)?;
        Ok(Self { session, configuration: configuration.clone(), settings, warned_of: None })
    }

    /// Returns the watch for the session of a profile; `None` if the profile has no session, or no
    /// warning is configured for it.
    pub(super) fn for_session(session: &Session) -> Result<Option<Self>, Error> {
        let configuration = session.configuration();
        let watched = match &session.plan().base {
            Base::Login(_) => Target::Console(Box::new(configuration.console_login()?)),
            base if base.session().is_some() => {
                Target::Center(Box::new(session.identity_center()?))
            }
            _ => return Ok(None),
        };
        Ok(Some(Self::new(configuration, watched)?).filter(Self::has_warnings))
    }

    /// Returns the watches for all `[sso-session]` sections that warn, for the agent.
    pub(super) fn for_all_sessions(configuration: &Configuration) -> Result<Vec<Self>, Error> {
        let mut watches = Vec::new();
        for name in configuration.session_names() {
            let session = crate::args::OneSession { sso_session: Some(name) };
            // A broken section does not hide the others.
            if let Ok(session) = super::target::target(configuration, &session) {
                watches.push(Self::new(configuration, session)?);
            }
        }
        watches.retain(Self::has_warnings);
        Ok(watches)
    }

    /// Sets the time of the warning.
    pub(super) fn with_warning(mut self, warning: Option<Duration>) -> Self {
        self.settings.warning = warning.unwrap_or(self.settings.warning);
        self
    }

    pub(super) fn warning(&self) -> Duration {
        self.settings.warning
    }

    fn has_warnings(&self) -> bool {
        self.settings.hook.is_some() || self.settings.has_notification
    }

    pub(super) fn status(&self) -> Option<Status> {
        match &self.session {
            Target::Center(center) => Some(center.blocking().status()),
            Target::Console(login) => login.blocking().status(),
        }
    }

    pub(super) fn remaining(&self, status: Status) -> Remaining {
        let now = match &self.session {
            Target::Center(center) => center.now(),
            Target::Console(login) => login.now(),
        };
        Remaining::new(status, now, self.settings.warning)
    }

    /// Returns the name of the session, as users know it.
    pub(super) fn label(&self) -> &str {
        match &self.session {
            Target::Center(center) => center.session().label(),
            // Users do not know the ARN of the login session.
            Target::Console(login) => login.profile(),
        }
    }

    /// Returns the command that signs in.
    pub(super) fn login_command(&self) -> String {
        match &self.session {
            Target::Center(center) => login_command(center),
            Target::Console(login) => {
                format!("vestibule login --profile {}", shell_word(login.profile()))
            }
        }
    }

    /// Returns a sentence about the expiration.
    pub(super) fn message(&self, expiration: &Expiration) -> String {
        let about = if expiration.is_estimate { " about" } else { "" };
        let now = expiration.at - expiration.remaining;
        format!("{} expires at{about} {}", self.label(), until(expiration.at, now))
    }

    /// Runs the configured hook and shows the configured notification, unless this or another process
    /// has done so for this expiration. Errors are printed as warnings.
    pub(super) fn warn_once(&mut self, printer: &Printer, expiration: &Expiration) {
        if !self.has_warnings() || self.warned_of == Some(expiration.at) {
            return;
        }
        self.warned_of = Some(expiration.at);
        let world = self.configuration.blocking_world();
        if !record::is_first(world, self.label(), expiration.at) {
            return;
        }
        if let Some(hook) = &self.settings.hook
            && let Err(error) = run_hook(hook, self.label(), expiration)
        {
            printer.warn(&format!("the expiry hook `{}` {error}", hook[0]));
        }
        if self.settings.has_notification {
            self.notify(printer, expiration);
        }
    }

    /// Shows a desktop notification now, and none for this expiration later.
    pub(super) fn notify_now(&mut self, printer: &Printer, expiration: &Expiration) {
        self.settings.has_notification = false;
        self.notify(printer, expiration);
    }

    fn notify(&self, printer: &Printer, expiration: &Expiration) {
        let text = format!("{}. Sign in: {}", self.message(expiration), self.login_command());
        if let Err(error) = notification::show("AWS session", &text, &vars()) {
            printer.warn(&format!("no desktop notification: {error}"));
        }
    }
}

/// Runs a hook without a shell and waits until it exits. An error continues the sentence "The hook …".
///
/// The hook has no terminal, so that it cannot write into the output of another command.
fn run_hook(words: &[String], session: &str, expiration: &Expiration) -> Result<(), String> {
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .env("VESTIBULE_SESSION", session)
        .env("VESTIBULE_SESSION_EXPIRATION", expiration.at.to_string())
        .env("VESTIBULE_SESSION_REMAINING", expiration.remaining.as_secs().to_string());
    let limits = Limits { timeout: HOOK_TIMEOUT, output: 0 };
    other_program::run(command, Terminal::None, limits).map(drop).map_err(|error| error.problem)
}

/// Warns before the sessions expire, in a thread, until the process exits.
pub(super) fn watch_in_background(printer: &Printer, mut watches: Vec<Watch>) {
    if watches.is_empty() {
        return;
    }
    let printer = printer.clone();
    let watch = move || {
        loop {
            let mut next = INTERVAL;
            for watch in &mut watches {
                match watch.status().map(|status| watch.remaining(status)) {
                    Some(Remaining::ExpiresSoon(expiration)) => {
                        watch.warn_once(&printer, &expiration);
                    }
                    Some(Remaining::Lasts(wait)) => next = next.min(wait),
                    Some(Remaining::SignInNeeded) | None => {}
                }
            }
            thread::sleep(next);
        }
    };
    // Best effort: without a thread, credentials are served all the same.
    let _ = thread::Builder::new().name("vestibule-expiry".into()).spawn(watch);
}
