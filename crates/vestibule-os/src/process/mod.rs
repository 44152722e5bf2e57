//! Shell commands as futures. Each has a thread of its own, so that no runtime is needed.

mod kill_group;
mod output;

use std::io;
use std::process::{self, Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use vestibule_world::{BoxFuture, Command, Finished, Processes};
use zeroize::Zeroizing;

use crate::monitor::Monitor;
use crate::{oneshot, thread};

/// How long to wait for the end of stderr after the command has exited: a background process may
/// hold it open.
const STDERR_GRACE: Duration = Duration::from_millis(100);

/// How often to check whether a command that has closed its stdout has exited.
const EXIT_POLL_INTERVAL: Duration = Duration::from_millis(1);

/// The platform's shell: `sh -c`, or `cmd.exe /C` on Windows.
///
/// Commands inherit the environment, have no stdin, and run in a process group of their own. The
/// group is killed when the timeout passes, when stdout exceeds its limit, and when the future is
/// dropped. A command in such a group can write to the terminal, but job control stops it when it
/// reads from the terminal, and then it runs into the timeout.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "no options")]
pub struct Shell;

impl Processes for Shell {
    fn run<'a>(&'a self, command: &'a Command) -> BoxFuture<'a, io::Result<Finished>> {
        Box::pin(async move {
            let (sender, finished) = oneshot::channel();
            let progress = Arc::new(Monitor::default());
            let _abandon_on_drop = AbandonOnDrop(progress.clone());
            let command = command.clone();
            thread::spawn("vestibule-process", move || {
                sender.send(run(&command, &progress));
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

fn run(command: &Command, progress: &Arc<Monitor<Progress>>) -> io::Result<Finished> {
    let deadline = Instant::now().checked_add(command.timeout);
    let mut child = shell(command)
        .envs(command.vars.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let finished = output::start_readers(&mut child, command.most_output, progress)
        .and_then(|()| wait_for(&mut child, deadline, progress));
    if finished.is_err() {
        kill_group::kill_group(&mut child);
    }
    let (status, stdout, stderr) = finished?;
    Ok(Finished::new(status.code(), stdout, stderr))
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
        if let Some(status) = child.try_wait()? {
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

#[cfg(unix)]
fn shell(command: &Command) -> process::Command {
    use std::os::unix::process::CommandExt;
    let mut shell = process::Command::new("sh");
    shell.arg("-c").arg(command.line.expose()).process_group(0);
    shell
}

/// `cmd` removes one pair of quotes around the whole line, so one more pair is added.
#[cfg(windows)]
fn shell(command: &Command) -> process::Command {
    use std::os::windows::process::CommandExt;
    let mut shell = process::Command::new("cmd.exe");
    shell.raw_arg("/C").raw_arg(format!("\"{}\"", command.line.expose()));
    shell
}
