use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

use vestibule::{Credentials, Session, Timestamp};
use vestibule_types::printable_short;

use crate::app::App;
use crate::args::Exec;
use crate::duration::spell;
use crate::environment_source::EnvironmentSource;
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::until;
use crate::printer::Tone;
use crate::{child, formats, waiting};

/// Runs a command, or a shell, with credentials in its environment.
pub(crate) fn run(app: &App<'_>, args: Exec) -> Result<Exit, Error> {
    let span = args.min_remaining.map(|span| span.0);
    let (session, credentials) = credentials(app, span)?;
    let is_shell = args.command.is_empty();
    let words = if is_shell { vec![shell()] } else { args.command };
    let mut command = child::command(words, &session)?;
    command.envs(formats::variables(&credentials));
    if let Some(account) = credentials.account_id() {
        command.env("AWS_ACCOUNT_ID", account.as_str());
    }
    if let Some(outer) = app.vars.get(child::PROFILE_MARKER).filter(|_| is_shell) {
        app.printer.warn(&format!("nested in a shell of `vestibule exec {outer}`"));
    }
    let label = label(app, &session, &credentials);
    if is_shell && app.printer.is_terminal() {
        announce_shell(app, label.as_deref(), &credentials, session.now());
    }
    if let Some(label) = label {
        command.env(child::PROFILE_MARKER, label);
    }
    if let Some(expires_at) = credentials.expires_at() {
        command.env(child::EXPIRATION_MARKER, expires_at.to_string());
    }
    waiting::stop();
    run_command(app, command)
}

/// Prints the profile whose credentials a shell has, since its prompt and startup files may name another one.
fn announce_shell(app: &App<'_>, label: Option<&str>, credentials: &Credentials, now: Timestamp) {
    let profile =
        app.printer.tone(Tone::Good, &printable_short(label.unwrap_or("these keys"), 100));
    let until = credentials.expires_at().map(|at| format!(" until {}", until(at, now)));
    let until = until.unwrap_or_default();
    app.printer.wrapped_note(&format!(
        "Shell with the credentials of {profile}{until}; `exit` leaves it."
    ));
}

/// Returns the name of the profile that the credentials are of; `None` for keys in the environment that
/// no `exec` put there.
fn label(app: &App<'_>, session: &Session, credentials: &Credentials) -> Option<String> {
    match credentials.provider() {
        Some("environment") => EnvironmentSource::in_use(&session.sources(), &app.vars)?.profile,
        // The profile need not be defined here.
        Some("agent") if app.role.role_name.is_none() => {
            Some(app.named_profile().unwrap_or("default").to_owned())
        }
        _ => Some(session.plan().profile.value.clone()),
    }
}

/// Returns credentials that last at least `min_remaining`.
pub(super) fn credentials(
    app: &App<'_>,
    min_remaining: Option<Duration>,
) -> Result<(Session, Credentials), Error> {
    let session = app.session_with(|builder| match min_remaining {
        Some(span) => builder.min_remaining(span),
        None => builder,
    })?;
    let credentials = (*session.blocking().credentials()?).clone();
    if let (Some(span), Some(expires_at)) = (min_remaining, credentials.expires_at()) {
        let left = expires_at.saturating_since(session.now());
        if left < span {
            return Err(too_short(&session, left, span));
        }
    }
    Ok((session, credentials))
}

fn too_short(session: &Session, left: Duration, min_remaining: Duration) -> Error {
    let plan = session.plan();
    let role = match (&plan.base, plan.roles.last()) {
        (_, Some(role)) => format!("role {}", role.arn.value),
        (vestibule::Base::Sso(role), None) => {
            format!("role {} in account {}", role.role_name.value, role.account_id.value)
        }
        _ => format!("profile `{}`", plan.profile.value),
    };
    let message = format!(
        "The credentials of {role} last {}, but --min-remaining is {}",
        spell(left),
        spell(min_remaining)
    );
    // Rounded down, since the next run is later.
    let minutes = left.as_secs().saturating_sub(1) / 60;
    Error::new(Exit::Failed, message)
        .with_cause("new credentials last as long as the session duration of the role")
        .with_hint(format!(
            "use --min-remaining {minutes}m or less, or have the session duration of the role raised"
        ))
}

/// Returns the user's shell.
fn shell() -> OsString {
    let (variable, default) = if cfg!(windows) { ("COMSPEC", "cmd.exe") } else { ("SHELL", "sh") };
    std::env::var_os(variable).filter(|shell| !shell.is_empty()).unwrap_or_else(|| default.into())
}

/// Replaces this process with the command, so that signals, job control, the terminal and the exit
/// status are the command's own.
#[cfg(unix)]
fn run_command(_app: &App<'_>, mut command: Command) -> Result<Exit, Error> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(child::spawn_error(&command, &error))
}

/// Runs the command and exits with its status. The console sends Ctrl-C to the command too, which
/// decides what to do.
#[cfg(windows)]
fn run_command(app: &App<'_>, mut command: Command) -> Result<Exit, Error> {
    app.interrupts.uninstall();
    let status = command.status().map_err(|error| child::spawn_error(&command, &error))?;
    std::process::exit(status.code().unwrap_or(1));
}
