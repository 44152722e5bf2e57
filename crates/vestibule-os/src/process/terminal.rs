use std::io::{self, IsTerminal as _};
use std::time::Duration;

use super::platform::{Command, Stdio};

/// The least timeout of a command that may prompt at the terminal. The user can press Ctrl-C.
pub(super) const PROMPT_TIMEOUT: Duration = Duration::from_secs(600);

/// Returns true if this process is in the foreground of a terminal, where a command can prompt.
#[cfg(unix)]
pub(super) fn is_in_foreground() -> bool {
    use nix::unistd::{getpgrp, tcgetpgrp};
    let terminal = std::fs::File::open("/dev/tty");
    terminal.is_ok_and(|terminal| tcgetpgrp(terminal) == Ok(getpgrp()))
}

#[cfg(not(unix))]
pub(super) fn is_in_foreground() -> bool {
    io::stdin().is_terminal()
}

/// Gives the command those of stdin and stderr that are a terminal.
pub(super) fn inherit_terminal(command: &mut Command) {
    if io::stdin().is_terminal() {
        command.stdin(Stdio::inherit());
    }
    if io::stderr().is_terminal() {
        command.stderr(Stdio::inherit());
    }
}
