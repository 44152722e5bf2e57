use std::process::Command;

use crate::advice::Failure;
use crate::app::App;
use crate::args::Exec;
use crate::exit::Exit;
use crate::{child, formats};

pub(crate) fn run(app: &App<'_>, args: Exec) -> Result<Exit, Failure> {
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
    become_it(command)
}

/// Replaces this process, so that signals, job control, the terminal and the exit status are the
/// command's own: there is nobody in between to pass them on.
#[cfg(unix)]
fn become_it(mut command: Command) -> Result<Exit, Failure> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(child::not_run(&command, &error))
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> Result<Exit, Failure> {
    let status = command.status().map_err(|error| child::not_run(&command, &error))?;
    std::process::exit(status.code().unwrap_or(1));
}
