use std::process::{self, Command, ExitStatus};

use vestibule_serve::Server;

use crate::advice::Failure;
use crate::child;
use crate::exit::Exit;
use crate::signals::Signals;

/// Runs the command to its end, and ends as it did. The server is there until then.
pub(super) fn run(mut command: Command, signals: Signals, server: Server) -> Result<Exit, Failure> {
    let mut child = command.spawn().map_err(|error| child::not_run(&command, &error))?;
    signals.pass_to(child.id());
    let status = child.wait();
    drop(server);
    let code = code(status?);
    process::exit(code)
}

/// As shells have it: 128 and the number of the signal that ended it.
fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(1)
}
