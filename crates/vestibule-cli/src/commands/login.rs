use std::time::Duration;

use vestibule::{IdentityCenter, Region, SessionState, SignInReason};

use super::sign_in::{self, Conditions};
use super::target::{Target, inline_sessions, target};
use crate::app::App;
use crate::args::{Global, Login, OneSession};
use crate::duration::spell;
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::until;
use crate::report;

/// Signs in, unless the session is valid for long enough.
pub(crate) fn run(app: &App<'_>, args: &Login) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let target = if args.console {
        Target::console(&configuration)?
    } else {
        target(&configuration, &args.session)?
    };
    let center = match target {
        Target::Center(center) => *center,
        Target::Console(login) => return sign_in::console::run(app, args, &login),
    };
    let min_remaining = args.min_remaining.0;
    // `--force` ends the portal session, so that the next one has the assignments of today.
    let unless_lasting = (!args.force).then_some(min_remaining);
    if !args.force {
        match sign_in::current_token(&center, min_remaining) {
            Ok(token) => {
                sign_in::report(app, &center, &token, "alreadySignedIn", "Already signed in to")?;
                return Ok(Exit::Done);
            }
            Err(reason) => note_reason(app, &center, &reason, min_remaining),
        }
    }
    let conditions =
        Conditions { unless_lasting, ends_portal_session: args.force, takes_pasted: true };
    let signed_in = sign_in::identity_center(app, &args.sign_in, &center, conditions);
    let region = signed_in.map_err(|error| with_force_cause(args, &center, error))?;
    if let Some(region) = region {
        correct_region(app, &center, &region)?;
    }
    warn_of_short_session(app, &center, min_remaining);
    Ok(Exit::Done)
}

/// Adds the cause that `--force` has ended the session, to the error of a failed sign-in.
fn with_force_cause(args: &Login, center: &IdentityCenter, error: Error) -> Error {
    match (center.blocking().status().state, error.hint()) {
        (Ok(SessionState::Revoked), Some(hint)) if args.force => {
            error.with_next_step(hint).with_cause("--force ended the previous session")
        }
        _ => error,
    }
}

/// Prints why a session that still works is replaced.
fn note_reason(
    app: &App<'_>,
    center: &IdentityCenter,
    reason: &SignInReason,
    min_remaining: Duration,
) {
    let reason = match reason {
        SignInReason::MissingScopes(scopes) => {
            format!("the token was issued without the configured scopes {}", scopes.join(", "))
        }
        SignInReason::ExpiresSoon { at, is_estimate } => {
            let about = if *is_estimate { "at about" } else { "at" };
            format!(
                "the session expires {about} {}, and --min-remaining is {}",
                until(*at, center.now()),
                spell(min_remaining)
            )
        }
        _ => return,
    };
    app.printer.note(&format!("Signing in again: {reason}."));
}

/// Warns if not even a new session lasts long enough.
fn warn_of_short_session(app: &App<'_>, center: &IdentityCenter, min_remaining: Duration) {
    let status = center.blocking().status();
    let reason = status.sign_in_reason(center.now(), min_remaining);
    if let Some(SignInReason::ExpiresSoon { at, is_estimate }) = reason {
        let about = if is_estimate { "at about" } else { "at" };
        app.printer.warn(&format!(
            "the new session expires {about} {}, before --min-remaining {}. An \
             administrator sets the length of sessions.",
            until(at, center.now()),
            spell(min_remaining)
        ));
    }
}

/// Signs in to every session that needs it. A session that fails does not stop the others.
pub(crate) fn run_all(app: &App<'_>, args: &Login) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let named = configuration.session_names().map(|name| (Some(name), None));
    let inline = inline_sessions(&configuration).into_iter();
    let inline = inline.map(|(profile, _)| (None, Some(profile)));
    let sessions: Vec<(Option<String>, Option<String>)> = named.chain(inline).collect();
    if sessions.is_empty() {
        let error = Error::new(Exit::Configuration, "no SSO sessions are defined");
        return Err(error.with_hint("vestibule configure sso"));
    }
    let mut exit = Exit::Done;
    for (sso_session, profile) in sessions {
        let args = Login { session: OneSession { sso_session }, all: false, ..args.clone() };
        let global = match profile {
            Some(_) => Global { profile, ..app.global.clone() },
            None => app.global.clone(),
        };
        match run(&app.with_global(&global), &args) {
            Ok(done) => exit = exit.max(done),
            Err(error) if error.exit() == Exit::Interrupted => return Err(error),
            Err(error) => exit = exit.max(report::error(app, &error)),
        }
    }
    Ok(exit)
}

/// Writes the region of the portal to the configuration; otherwise the token would not be found.
fn correct_region(app: &App<'_>, center: &IdentityCenter, region: &Region) -> Result<(), Error> {
    let configured = &center.session().region;
    let edited = center.blocking().correct_region(region)?;
    app.printer.note(&format!(
        "The portal is in {region}: sso_region was changed from {configured} in {}.",
        edited.location
    ));
    Ok(())
}
