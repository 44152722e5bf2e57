//! Shell commands as futures: a thread attends to each, so that no runtime is needed.

mod kill;
mod output;

use std::io;
use std::process::{self, Child, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use vestibule_world::{BoxFuture, Command, Finished, Processes};
use zeroize::Zeroizing;

use crate::slot::slot;
use crate::thread;

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
            let (events, arriving) = mpsc::channel();
            let _abandon = OnDrop(events.clone());
            let command = command.clone();
            thread::spawn("vestibule-process", move || {
                giver.give(run(&command, &events, &arriving));
            })?;
            result.await.unwrap_or_else(|| Err(io::Error::other("the attending thread is gone")))
        })
    }
}

/// What can happen while a command runs.
enum Event {
    /// Its output ended, or grew too large.
    Stdout(io::Result<Zeroizing<Vec<u8>>>),
    /// It has no more to complain about.
    Stderr(String),
    /// Nobody waits any longer.
    Abandoned,
}

struct OnDrop(Sender<Event>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        let _ = self.0.send(Event::Abandoned);
    }
}

fn run(
    command: &Command,
    events: &Sender<Event>,
    arriving: &Receiver<Event>,
) -> io::Result<Finished> {
    let deadline = Instant::now().checked_add(command.timeout);
    let mut child = shell(command)
        .envs(command.vars.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let finished = output::listen(&mut child, command.most_output, events)
        .and_then(|()| attend(&mut child, deadline, arriving));
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
    arriving: &Receiver<Event>,
) -> io::Result<(ExitStatus, Zeroizing<Vec<u8>>, String)> {
    let (mut stdout, mut stderr) = (None, None);
    let status = loop {
        if stdout.is_some()
            && let Some(status) = child.try_wait()?
        {
            break status;
        }
        let left =
            deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
        let patience = if stdout.is_some() { LOOK_AGAIN.min(left) } else { left };
        match arriving.recv_timeout(patience) {
            Ok(Event::Stdout(read)) => stdout = Some(read?),
            Ok(Event::Stderr(text)) => stderr = Some(text),
            Ok(Event::Abandoned) => return Err(io::ErrorKind::Interrupted.into()),
            Err(_) if left.is_zero() => return Err(io::ErrorKind::TimedOut.into()),
            Err(_) => {}
        }
    };
    if stderr.is_none()
        && let Ok(Event::Stderr(text)) = arriving.recv_timeout(LAST_WORDS)
    {
        stderr = Some(text);
    }
    Ok((status, stdout.unwrap_or_default(), stderr.unwrap_or_default()))
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
