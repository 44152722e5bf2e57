//! A command that somebody wants run with the credentials of a profile.

use std::ffi::OsString;
use std::io;
use std::process::Command;

use vestibule::Session;

use crate::advice::Failure;
use crate::exit::Exit;

/// What could name other credentials than those we hand over, in any SDK.
const REMOVED: [&str; 11] = [
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

/// The command, with the session's region and nobody's credentials in its environment.
pub(crate) fn command(words: Vec<OsString>, session: &Session) -> Result<Command, Failure> {
    let mut words = words.into_iter();
    let Some(program) = words.next() else {
        return Err(Failure::new(Exit::Usage, "no command to run"));
    };
    let mut command = Command::new(program);
    command.args(words);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let prefixed = REMOVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        if prefixed || REMOVED.contains(&name.as_ref()) {
            command.env_remove(&*name);
        }
    }
    if let Some(region) = session.region() {
        command.env("AWS_REGION", region.as_str()).env("AWS_DEFAULT_REGION", region.as_str());
    }
    Ok(command)
}

/// 127 for a command that is not there, 126 for one that cannot be run, as shells have it.
pub(crate) fn not_run(command: &Command, error: &io::Error) -> Failure {
    let exit =
        if error.kind() == io::ErrorKind::NotFound { Exit::NotFound } else { Exit::NotExecutable };
    let program = command.get_program().to_string_lossy();
    Failure::new(exit, format!("`{program}` could not be run"))
        .because(error.to_string())
        .with_hint("name a program in PATH, or the path of a file that may be run")
}
