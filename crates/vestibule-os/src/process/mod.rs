//! Shell commands as futures. Each has a thread of its own, so that no runtime is needed.

mod kill_group;
mod output;
mod program;
mod terminal;

pub use kill_group::kill_commands;

use std::process::{self, Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fmt, io};

use vestibule_world::{BoxFuture, Command, Finished, Processes};
use zeroize::Zeroizing;

use crate::monitor::Monitor;
use crate::{oneshot, thread};

pub use program::{Limits, run_command, run_program, set_own_process_group};

/// How long to wait for the end of stderr after the command has exited: a background process may
/// hold it open.
const STDERR_GRACE: Duration = Duration::from_millis(100);

/// How often to check whether a command that has closed its stdout has exited.
const EXIT_POLL_INTERVAL: Duration = Duration::from_millis(1);

/// The platform's shell: `sh -c`, or `cmd.exe /C` on Windows.
///
/// Commands inherit the environment. They are killed when the timeout passes, when stdout exceeds
/// its limit, and when the future is dropped.
///
/// While this process is in the foreground of a terminal, a command can prompt there, as under the
/// AWS CLI and the SDKs: it stays in the foreground process group, so that Ctrl-C reaches it, stdin
/// and stderr are passed on if they are terminals, and the timeout is at least ten minutes.
///
/// Otherwise a command has no stdin and runs in a process group of its own (on Windows: a console
/// without a window), which is killed with everything that the command started.
#[derive(Clone)]
pub struct Shell {
    allows_prompts: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Shell {
    /// Creates a shell whose commands may prompt at the terminal while a condition holds.
    pub fn with_prompts_if(condition: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { allows_prompts: Arc::new(condition) }
    }
}

/// Commands may prompt at the terminal.
impl Default for Shell {
    fn default() -> Self {
        Self::with_prompts_if(|| true)
    }
}

impl fmt::Debug for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shell").finish_non_exhaustive()
    }
}

impl Processes for Shell {
    fn run<'a>(&'a self, command: &'a Command) -> BoxFuture<'a, io::Result<Finished>> {
        Box::pin(async move {
            let (sender, finished) = oneshot::channel();
            let progress = Arc::new(Monitor::default());
            let _abandon_on_drop = AbandonOnDrop(progress.clone());
            let mut command = command.clone();
            let has_terminal = (self.allows_prompts)() && terminal::is_in_foreground();
            if has_terminal {
                command.timeout = command.timeout.max(terminal::PROMPT_TIMEOUT);
            }
            thread::spawn("vestibule-process", move || {
                sender.send(run(&command, has_terminal, &progress));
            })?;
            finished.await.unwrap_or_else(|| Err(io::Error::other("the process thread panicked")))
        })
    }
}

/// The state of a running command, shared by its threads and its future.
#[derive(Default)]
struct Progress {
    /// Everything that the command printed, once stdout has ended or exceeded its limit.
    stdout: Option<io::Result<Zeroizing<Vec<u8>>>>,
    /// The end of stderr, once stderr has ended.
    stderr: Option<String>,
    /// The future was dropped.
    is_abandoned: bool,
}

struct AbandonOnDrop(Arc<Monitor<Progress>>);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.update(|progress| progress.is_abandoned = true);
    }
}

fn run(
    command: &Command,
    has_terminal: bool,
    progress: &Arc<Monitor<Progress>>,
) -> io::Result<Finished> {
    let deadline = Instant::now().checked_add(command.timeout);
    let mut shell = shell(command);
    shell
        .envs(command.vars.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if has_terminal {
        terminal::inherit_terminal(&mut shell);
    } else {
        set_own_process_group(&mut shell);
    }
    let mut child = shell.spawn()?;
    if !has_terminal {
        kill_group::running().push(child.id());
    }
    let finished = output::start_readers(&mut child, command.most_output, progress)
        .and_then(|()| wait_for(&mut child, deadline, progress));
    if finished.is_err() {
        kill_group::running().retain(|id| *id != child.id());
        kill_group::kill_group(&mut child, has_terminal);
    }
    match finished {
        Ok((status, stdout, stderr)) => Ok(Finished::new(status.code(), stdout, stderr)),
        Err(error) => Err(name_limit(error, command)),
    }
}

/// Adds the limit to the error of a command that exceeded it.
fn name_limit(error: io::Error, command: &Command) -> io::Error {
    let message = match error.kind() {
        io::ErrorKind::TimedOut => format!("ran longer than {} s", command.timeout.as_secs_f64()),
        io::ErrorKind::FileTooLarge => format!("printed more than {} bytes", command.most_output),
        _ => return error,
    };
    io::Error::new(error.kind(), message)
}

/// Waits for the end of stdout, then for the command, then briefly for the end of stderr.
fn wait_for(
    child: &mut Child,
    deadline: Option<Instant>,
    progress: &Monitor<Progress>,
) -> io::Result<(ExitStatus, Zeroizing<Vec<u8>>, String)> {
    let remaining =
        || deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
    let stdout = {
        let mut progress = progress
            .wait_until(remaining(), |progress| progress.stdout.is_some() || progress.is_abandoned);
        match progress.stdout.take() {
            Some(stdout) => stdout?,
            None if progress.is_abandoned => return Err(io::ErrorKind::Interrupted.into()),
            None => return Err(io::ErrorKind::TimedOut.into()),
        }
    };
    let status = loop {
        let mut running = kill_group::running();
        if let Some(status) = child.try_wait()? {
            running.retain(|id| *id != child.id());
            break status;
        }
        drop(running);
        if remaining().is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let wait = EXIT_POLL_INTERVAL.min(remaining());
        if progress.wait_until(wait, |progress| progress.is_abandoned).is_abandoned {
            return Err(io::ErrorKind::Interrupted.into());
        }
    };
    let stderr =
        progress.wait_until(STDERR_GRACE, |progress| progress.stderr.is_some()).stderr.take();
    Ok((status, stdout, stderr.unwrap_or_default()))
}

#[cfg(unix)]
fn shell(command: &Command) -> process::Command {
    let mut shell = process::Command::new("sh");
    shell.arg("-c").arg(command.line.expose());
    shell
}

/// Returns a command for `cmd`, with one more pair of quotes, since it removes one around the line.
#[cfg(windows)]
fn shell(command: &Command) -> process::Command {
    use std::os::windows::process::CommandExt;
    let mut shell = process::Command::new("cmd.exe");
    shell.raw_arg("/C").raw_arg(format!("\"{}\"", command.line.expose()));
    shell
}
