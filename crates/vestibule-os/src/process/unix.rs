//! Process groups.

use std::io;
use std::os::unix::process::CommandExt as _;
pub(super) use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::running::{AtExit, Terminal};

/// Returns a command for `sh -c`.
pub(super) fn shell(line: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(line);
    shell
}

/// Returns the command of a program. It never fails on this platform.
#[cfg(feature = "program")]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Windows")]
pub(super) fn program(command: Command) -> io::Result<Command> {
    Ok(command)
}

/// A command and what it started: its process group, unless that is the group of this process.
///
/// The id is that of the first process, which is not reused before the process is waited for.
#[derive(Clone)]
pub(super) struct Tree(Option<Pid>);

pub(super) fn spawn(
    command: &mut Command,
    terminal: Terminal,
    _: AtExit,
) -> io::Result<(Child, Tree)> {
    if terminal == Terminal::None {
        command.process_group(0);
    }
    let child = command.spawn()?;
    let id = i32::try_from(child.id()).ok().filter(|_| terminal == Terminal::None);
    Ok((child, Tree(id.map(Pid::from_raw))))
}

impl Tree {
    pub(super) fn kill(&self) {
        if let Self(Some(group)) = *self {
            let _ = killpg(group, Signal::SIGKILL);
        }
    }

    #[expect(clippy::unused_self, reason = "it does something on Windows")]
    pub(super) fn release(&self) {}
}
