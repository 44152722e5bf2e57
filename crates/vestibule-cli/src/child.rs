//! Commands that run with the credentials of a profile.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitStatus};

use vestibule::{Platform, Session};
use vestibule_os::find_program;

use crate::error::Error;
use crate::exit::Exit;
use crate::signals::Signals;

/// Variable that names the profile in the environment of `exec`.
pub(crate) const PROFILE_MARKER: &str = "VESTIBULE_PROFILE";
/// Variable that says when the credentials in the environment of `exec` expire.
pub(crate) const EXPIRATION_MARKER: &str = "VESTIBULE_EXPIRATION";

/// Variables by which an SDK would find other credentials.
const REMOVED: [&str; 13] = [
    PROFILE_MARKER,
    EXPIRATION_MARKER,
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
];
const REMOVED_PREFIXES: [&str; 4] =
    ["AWS_ROLE_", "AWS_WEB_IDENTITY_", "AWS_CONTAINER_", "AWS_BEARER_TOKEN_"];

/// Returns the command with the session's region, and without credentials, in its environment.
pub(crate) fn command(words: Vec<OsString>, session: &Session) -> Result<Command, Error> {
    let mut command = without_credentials(words)?;
    if let Some(region) = session.region() {
        command.env("AWS_REGION", region.as_str()).env("AWS_DEFAULT_REGION", region.as_str());
    }
    Ok(command)
}

/// Returns the command without credentials in its environment.
pub(crate) fn without_credentials(words: Vec<OsString>) -> Result<Command, Error> {
    let mut words = words.into_iter();
    let Some(program) = words.next() else {
        return Err(Error::new(Exit::Usage, "no command was given"));
    };
    let mut command = Command::new(executable(program));
    command.args(words);
    for (name, _) in std::env::vars_os() {
        if is_removed(&name.to_string_lossy(), Platform::HERE) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Returns the file of a program. Windows starts no `npm.cmd` for the name `npm`.
fn executable(program: OsString) -> OsString {
    if Platform::HERE != Platform::Windows {
        return program;
    }
    let found = program.to_str().and_then(|name| find_program(name, &vestibule_os::vars()));
    found.map_or(program, OsString::from)
}

/// Returns true for a variable by which an SDK would find other credentials.
fn is_removed(name: &str, platform: Platform) -> bool {
    // The names of variables have no case on Windows.
    let name = match platform {
        Platform::Windows => name.to_uppercase(),
        Platform::Unix => name.to_owned(),
    };
    REMOVED.contains(&name.as_str())
        || REMOVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Runs the command and returns its exit code; signals are forwarded to it.
pub(crate) fn supervise(mut command: Command, signals: Signals) -> Result<i32, Error> {
    let mut child = command.spawn().map_err(|error| spawn_error(&command, &error))?;
    signals.forward_to(child.id());
    Ok(exit_code(child.wait()?))
}

/// Returns 128 plus the signal number for a command that a signal ended, as shells do.
fn exit_code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(1)
}

/// Returns the error with exit code 127 for a missing command and 126 for one that is not
/// executable, as shells have it.
pub(crate) fn spawn_error(command: &Command, error: &io::Error) -> Error {
    let exit =
        if error.kind() == io::ErrorKind::NotFound { Exit::NotFound } else { Exit::NotExecutable };
    let program = command.get_program().to_string_lossy();
    let is_quoted_line =
        exit == Exit::NotFound && program.contains(' ') && command.get_args().len() == 0;
    let hint = if is_quoted_line {
        format!("remove the quotes: {program}")
    } else {
        "name a program in PATH, or the path of an executable file".to_owned()
    };
    Error::new(exit, format!("`{program}` could not be run"))
        .with_cause(error.to_string())
        .with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_in_another_case_are_removed_on_windows_only() {
        for name in ["AWS_PROFILE", "AWS_ROLE_ARN"] {
            assert!(is_removed(name, Platform::Unix), "{name}");
            assert!(is_removed(name, Platform::Windows), "{name}");
        }
        for name in ["aws_profile", "Aws_Role_Arn"] {
            assert!(!is_removed(name, Platform::Unix), "{name}");
            assert!(is_removed(name, Platform::Windows), "{name}");
        }
        assert!(!is_removed("AWS_REGION", Platform::Windows));
    }
}
