//! Shell commands as futures. Each has a thread of its own, so that no runtime is needed.

mod output;
#[cfg(feature = "program")]
mod program;
mod running;
mod terminal;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fmt, io};

use vestibule_world::{BoxFuture, Command, Finished, Processes};
use zeroize::Zeroizing;

use crate::monitor::Monitor;
use crate::{oneshot, thread};
use platform::Stdio;
use running::{AtExit, Running};
#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

#[cfg(feature = "program")]
pub use program::{Limits, run_command, run_program, set_own_process_group};
pub use running::{Terminal, kill_commands};
#[cfg(all(windows, feature = "browser"))]
pub(crate) use windows::start_in_background;

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
/// without a window), which is killed with everything that the command started. On Windows it is
/// killed as well if this process is, and nothing that it starts escapes.
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
    let mut shell = platform::shell(command.line.expose());
    shell
        .envs(command.vars.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = if has_terminal {
        terminal::inherit_terminal(&mut shell);
        Running::start(&mut shell, Terminal::Shared, AtExit::Leave)?
    } else {
        Running::start(&mut shell, Terminal::None, AtExit::Kill)?
    };
    let finished = output::start_readers(&mut running.child, command.most_output, progress)
        .and_then(|()| wait_for(&mut running, deadline, progress));
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
    command: &mut Running,
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
        if let Some(status) = command.try_wait()? {
            break status;
        }
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
