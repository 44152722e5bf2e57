use std::process::{Command, ExitStatus};

use crate::child;
use crate::error::Error;
use crate::signals::Signals;

/// Runs the command and returns its exit code.
pub(crate) fn run(mut command: Command, signals: Signals) -> Result<i32, Error> {
    let mut child = command.spawn().map_err(|error| child::spawn_error(&command, &error))?;
    signals.forward_to(child.id());
    Ok(code(child.wait()?))
}

/// Returns 128 plus the signal number for a command ended by a signal, as shells have it.
fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(1)
}
