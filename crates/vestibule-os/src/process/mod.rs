//! Shell commands as futures: a thread attends to each, so that no runtime is needed.

mod kill;
mod output;

use std::io;
use std::process::{self, Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use vestibule_world::{BoxFuture, Command, Finished, Processes};
use zeroize::Zeroizing;

use crate::slot::slot;
use crate::thread;
use crate::watched::Watched;

/// How long stderr is waited for when all else is over: something in the background may keep it.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// How often to look whether a command that has closed its output has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// The platform's shell: `sh -c`, or `cmd.exe /C` on Windows.
///
/// Commands inherit the environment, get no stdin, and form a process group of their own, which
/// is killed when the time is up, when they print too much, and when the future is dropped. In
/// that group they may write to the terminal, but a prompt that reads from it is stopped by job
/// control, and ends with the timeout.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to configure")]
pub struct Shell;

impl Processes for Shell {
    fn run<'a>(&'a self, command: &'a Command) -> BoxFuture<'a, io::Result<Finished>> {
        Box::pin(async move {
            let (giver, result) = slot();
            let events = Arc::new(Watched::default());
            let _abandon = OnDrop(events.clone());
            let command = command.clone();
            thread::spawn("vestibule-process", move || {
                giver.give(run(&command, &events));
            })?;
            result.await.unwrap_or_else(|| Err(io::Error::other("the attending thread is gone")))
        })
    }
}

/// What has happened while a command ran.
#[derive(Default)]
struct Events {
    /// Its output ended, or grew too large.
    stdout: Option<io::Result<Zeroizing<Vec<u8>>>>,
    /// It has no more to complain about.
    stderr: Option<String>,
    /// Nobody waits any longer.
    abandoned: bool,
}

struct OnDrop(Arc<Watched<Events>>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.change(|events| events.abandoned = true);
    }
}

fn run(command: &Command, events: &Arc<Watched<Events>>) -> io::Result<Finished> {
    let deadline = Instant::now().checked_add(command.timeout);
    let mut child = shell(command)
        .envs(command.vars.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let finished = output::listen(&mut child, command.most_output, events)
        .and_then(|()| attend(&mut child, deadline, events));
    if finished.is_err() {
        kill::tree(&mut child);
    }
    let (status, stdout, stderr) = finished?;
    Ok(Finished::new(status.code(), stdout, stderr))
}

/// Waits for the output to end, then for the command, then a moment for its last words.
fn attend(
    child: &mut Child,
    deadline: Option<Instant>,
    events: &Watched<Events>,
) -> io::Result<(ExitStatus, Zeroizing<Vec<u8>>, String)> {
    let left = || deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
    let stdout = {
        let mut events = events.wait(left(), |events| events.stdout.is_some() || events.abandoned);
        match events.stdout.take() {
            Some(stdout) => stdout?,
            None if events.abandoned => return Err(io::ErrorKind::Interrupted.into()),
            None => return Err(io::ErrorKind::TimedOut.into()),
        }
    };
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if left().is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if events.wait(LOOK_AGAIN.min(left()), |events| events.abandoned).abandoned {
            return Err(io::ErrorKind::Interrupted.into());
        }
    };
    let stderr = events.wait(LAST_WORDS, |events| events.stderr.is_some()).stderr.take();
    Ok((status, stdout, stderr.unwrap_or_default()))
}

#[cfg(unix)]
fn shell(command: &Command) -> process::Command {
    use std::os::unix::process::CommandExt;
    let mut shell = process::Command::new("sh");
    shell.arg("-c").arg(command.line.expose()).process_group(0);
    shell
}

/// One more pair of quotes around the whole line, which `cmd` takes off again.
#[cfg(windows)]
fn shell(command: &Command) -> process::Command {
    use std::os::windows::process::CommandExt;
    let mut shell = process::Command::new("cmd.exe");
    shell.raw_arg("/C").raw_arg(format!("\"{}\"", command.line.expose()));
    shell
}
