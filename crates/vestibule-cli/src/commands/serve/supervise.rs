use std::process::{Command, ExitStatus};

use crate::advice::Failure;
use crate::child;
use crate::signals::Signals;

/// Runs the command to its end; the status to end with.
pub(super) fn run(mut command: Command, signals: Signals) -> Result<i32, Failure> {
    let mut child = command.spawn().map_err(|error| child::not_run(&command, &error))?;
    signals.pass_to(child.id());
    Ok(code(child.wait()?))
}

/// As shells have it: 128 and the number of the signal that ended it.
fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(1)
}
