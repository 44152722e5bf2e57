use std::io;
use std::process::ExitStatus;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::platform::{self, Child, Command, Tree};

/// The terminal of a command that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two cases that there are")]
pub enum Terminal {
    /// That of this process: the command may prompt, and gets Ctrl-C as well.
    Shared,
    /// None: the command is in a process group of its own (on Windows: a console without a window),
    /// so that Ctrl-C does not end it halfway.
    None,
}

/// What becomes of a command when this process exits, or is killed, while it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AtExit {
    /// It goes on.
    Leave,
    /// [`kill_commands`] kills it. On Windows it also ends with this process, however that ends.
    Kill,
}

/// The commands to kill at exit, by the ids of their processes.
static LISTED: Mutex<Vec<(u32, Tree)>> = Mutex::new(Vec::new());

fn listed() -> MutexGuard<'static, Vec<(u32, Tree)>> {
    LISTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills the commands of every [`Shell`](crate::Shell) with everything that they started, for a
/// program that is about to exit. Commands at the terminal get its signals, and are left alone.
pub fn kill_commands() {
    listed().drain(..).for_each(|(_, tree)| tree.kill());
}

/// A started command, which is killed when dropped, with everything that it started, unless it was
/// seen to exit.
pub(super) struct Running {
    pub(super) child: Child,
    tree: Tree,
    has_exited: bool,
}

impl Running {
    pub(super) fn start(
        command: &mut Command,
        terminal: Terminal,
        at_exit: AtExit,
    ) -> io::Result<Self> {
        let (child, tree) = platform::spawn(command, terminal, at_exit)?;
        if at_exit == AtExit::Kill {
            listed().push((child.id(), tree.clone()));
        }
        Ok(Self { child, tree, has_exited: false })
    }

    /// Returns the status of a command that has exited.
    ///
    /// What it left running in the background goes on.
    pub(super) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        // Once a process was waited for, the system may use its id again: `kill_commands` has to wait
        // until it is off the list.
        let mut listed = listed();
        let status = self.child.try_wait()?;
        if status.is_some() {
            listed.retain(|(id, _)| *id != self.child.id());
            self.tree.release();
            self.has_exited = true;
        }
        Ok(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.has_exited {
            return;
        }
        listed().retain(|(id, _)| *id != self.child.id());
        // Errors are ignored: the command may have exited by itself.
        self.tree.kill();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
