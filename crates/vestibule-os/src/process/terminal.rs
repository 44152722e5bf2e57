use std::io::{self, IsTerminal as _};
use std::time::Duration;

use super::platform::{Command, Stdio};

/// The least timeout of a command that may prompt at the terminal. The user can press Ctrl-C.
pub(super) const PROMPT_TIMEOUT: Duration = Duration::from_secs(600);

/// Returns true if this process is in the foreground of a terminal, where a command can prompt.
///
/// Linux says so in a file, so that nix is compiled without its module for terminals.
#[cfg(target_os = "linux")]
pub(super) fn is_in_foreground() -> bool {
    std::fs::read("/proc/self/stat").is_ok_and(|stat| is_foreground_stat(&stat))
}

/// Compares the process group with the foreground group of the terminal, which is -1 without one:
/// fields 5 and 8. Field 2, in parentheses, may hold any byte.
/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html> (read 2026-11)
#[cfg(target_os = "linux")]
fn is_foreground_stat(stat: &[u8]) -> bool {
    let stat = String::from_utf8_lossy(stat);
    let Some((_, fields)) = stat.rsplit_once(')') else { return false };
    let mut fields = fields.split_whitespace().skip(2);
    let group = fields.next();
    group.is_some() && group == fields.nth(2)
}

/// Returns true if this process is in the foreground of a terminal, where a command can prompt.
#[cfg(all(unix, not(target_os = "linux")))]
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn foreground_process_is_in_the_group_of_the_terminal() {
        assert!(is_foreground_stat(b"42 (a) b\xff) R 1 42 40 34816 42 4194304 99"));
        assert!(!is_foreground_stat(b"42 (sh) S 1 42 40 34816 77 4194304 99"));
        assert!(!is_foreground_stat(b"42 (sh) S 1 42 42 0 -1 4194304 99"));
        assert!(!is_foreground_stat(b"42 (sh) S 1"));
    }
}
