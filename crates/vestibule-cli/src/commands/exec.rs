use std::io;
use std::process::Command;

use crate::advice::Failure;
use crate::app::App;
use crate::args::Exec;
use crate::exit::Exit;
use crate::formats;

/// What could name other credentials than those we hand over.
const REMOVED: [&str; 9] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
];
const REMOVED_PREFIXES: [&str; 3] = ["AWS_ROLE_", "AWS_WEB_IDENTITY_", "AWS_CONTAINER_"];

pub(crate) fn run(app: &App<'_>, args: Exec) -> Result<Exit, Failure> {
    let mut builder = app.builder()?;
    if let Some(span) = args.min_remaining {
        builder = builder.min_remaining(span.0);
    }
    let session = builder.load_blocking()?;
    let credentials = session.blocking().credentials()?;
    let mut words = args.command.into_iter();
    let Some(program) = words.next() else {
        return Err(Failure::new(Exit::Usage, "no command to run"));
    };
    let mut command = Command::new(&program);
    command.args(words);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let prefixed = REMOVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        if prefixed || REMOVED.contains(&name.as_ref()) {
            command.env_remove(&*name);
        }
    }
    command.envs(formats::variables(&credentials));
    if let Some(account) = credentials.account_id() {
        command.env("AWS_ACCOUNT_ID", account.as_str());
    }
    if let Some(region) = session.region() {
        command.env("AWS_REGION", region.as_str()).env("AWS_DEFAULT_REGION", region.as_str());
    }
    become_it(command, &program.to_string_lossy())
}

/// Replaces this process, so that signals, the terminal and the exit status are the command's own.
#[cfg(unix)]
fn become_it(mut command: Command, program: &str) -> Result<Exit, Failure> {
    use std::os::unix::process::CommandExt as _;
    Err(not_run(program, &command.exec()))
}

#[cfg(not(unix))]
fn become_it(mut command: Command, program: &str) -> Result<Exit, Failure> {
    let status = command.status().map_err(|error| not_run(program, &error))?;
    std::process::exit(status.code().unwrap_or(1));
}

/// 127 for a command that is not there, 126 for one that cannot be run, as shells have it.
fn not_run(program: &str, error: &io::Error) -> Failure {
    let exit =
        if error.kind() == io::ErrorKind::NotFound { Exit::NotFound } else { Exit::NotExecutable };
    Failure::new(exit, format!("`{program}` could not be run")).because(error.to_string())
}
