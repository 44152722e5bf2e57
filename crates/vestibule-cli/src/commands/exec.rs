use std::process::Command;

use crate::app::App;
use crate::args::Exec;
use crate::error::Error;
use crate::exit::Exit;
use crate::{child, formats};

pub(crate) fn run(app: &App<'_>, args: Exec) -> Result<Exit, Error> {
    let mut builder = app.builder()?;
    if let Some(span) = args.min_remaining {
        builder = builder.min_remaining(span.0);
    }
    let session = builder.load_blocking()?;
    let credentials = session.blocking().credentials()?;
    let mut command = child::command(args.command, &session)?;
    command.envs(formats::variables(&credentials));
    if let Some(account) = credentials.account_id() {
        command.env("AWS_ACCOUNT_ID", account.as_str());
    }
    replace_process(command)
}

/// Replaces this process with the command, so that signals, job control, the terminal and the exit
/// status are the command's own.
#[cfg(unix)]
fn replace_process(mut command: Command) -> Result<Exit, Error> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(child::spawn_error(&command, &error))
}

#[cfg(not(unix))]
fn replace_process(mut command: Command) -> Result<Exit, Error> {
    let status = command.status().map_err(|error| child::spawn_error(&command, &error))?;
    std::process::exit(status.code().unwrap_or(1));
}
