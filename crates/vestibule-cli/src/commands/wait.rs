use std::thread;

use serde_json::json;
use vestibule::{SessionState, Status};
use vestibule_types::with_causes;

use super::expiry::{INTERVAL, Remaining, Watch};
use super::target::target;
use crate::app::App;
use crate::args::Wait;
use crate::duration::spell;
use crate::error::Error;
use crate::exit::Exit;
use crate::waiting;

/// Waits until the session is about to expire.
pub(crate) fn run(app: &App<'_>, args: &Wait) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let session = target(&configuration, &args.session)?;
    let watch = Watch::new(&configuration, session)?;
    let mut watch = watch.with_warning(args.until_expiry.map(|span| span.0));
    let what = format!("Waiting until {} expires in {}", watch.label(), spell(watch.warning()));
    let waiting = waiting::Wait::begin(what);
    let expiration = loop {
        let status = watch.status().ok_or_else(|| sign_in_needed(&watch, None))?;
        match watch.remaining(status.clone()) {
            Remaining::Lasts(wait) => thread::sleep(wait.min(INTERVAL)),
            Remaining::ExpiresSoon(expiration) => break expiration,
            Remaining::SignInNeeded => return Err(sign_in_needed(&watch, Some(&status))),
        }
    };
    drop(waiting);
    if app.printer.json {
        let result = json!({
            "session": watch.label(),
            "expiresAt": expiration.at.to_string(),
            "estimate": expiration.is_estimate,
            "remainingSeconds": expiration.remaining.as_secs(),
        });
        app.printer.result(&result.to_string())?;
    } else {
        app.printer.note(&format!("{}.", watch.message(&expiration)));
    }
    if args.notify {
        watch.notify_now(&app.printer, &expiration);
    }
    watch.warn_once(&app.printer, &expiration);
    Ok(Exit::Done)
}

fn sign_in_needed(watch: &Watch, status: Option<&Status>) -> Error {
    let label = watch.label();
    let state = status.map(|status| &status.state);
    let error = match state {
        Some(Err(error)) => {
            let message = format!("The state of SSO session \"{label}\" could not be read.");
            return Error::new(Exit::Failed, message).with_cause(with_causes(error));
        }
        None | Some(Ok(SessionState::NeverSignedIn)) => {
            let message = format!("You are not signed in to SSO session \"{label}\".");
            Error::new(Exit::SignInNeeded, message)
        }
        Some(Ok(state)) => {
            let message = format!("Your SSO session \"{label}\" has expired.");
            let error = Error::new(Exit::SignInNeeded, message);
            state.reason().into_iter().fold(error, Error::with_cause)
        }
    };
    error.with_hint(watch.login_command())
}
