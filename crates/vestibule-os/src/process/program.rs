use std::ffi::OsStr;
use std::io::{self, Read, Write as _};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::time::{Duration, Instant};

use vestibule_world::Finished;
use zeroize::Zeroizing;

use super::platform::{self, Stdio};
use super::running::{AtExit, Running, Terminal};
use super::{EXIT_POLL_INTERVAL, STDERR_GRACE};
use crate::monitor::Monitor;
use crate::thread;

/// The limit for stderr.
const MAX_MESSAGE: u64 = 4 << 10;

/// The limits of a program that [`run_command`] runs.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the two limits that there are")]
pub struct Limits {
    /// The time after which it is killed.
    pub timeout: Duration,
    /// The bytes of stdout that are read, before it is closed. With 0, a program that stays in the
    /// background, as those of clipboards do, is not waited for.
    pub output: u64,
}

/// Runs a program with a text on stdin, without a shell or a terminal, and blocks until it has
/// exited.
///
/// # Errors
/// As [`run_command`].
pub fn run_program(
    program: &OsStr,
    args: &[&str],
    input: &[u8],
    limits: Limits,
) -> io::Result<Finished> {
    let mut command = Command::new(program);
    command.args(args);
    run_command(command, Terminal::None, input, limits)
}

/// Runs a command with a text on stdin, and blocks until it has exited.
///
/// One that exceeds its time limit is killed: without a terminal, with everything that it started,
/// and on Windows always so.
///
/// # Errors
/// A program that does not start; [`io::ErrorKind::TimedOut`].
pub fn run_command(
    command: Command,
    terminal: Terminal,
    input: &[u8],
    limits: Limits,
) -> io::Result<Finished> {
    let mut command = platform::program(command)?;
    let stdout = if limits.output == 0 { Stdio::null() } else { Stdio::piped() };
    command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
    let mut running = Running::start(&mut command, terminal, AtExit::Leave)?;
    let deadline = Instant::now().checked_add(limits.timeout);
    let remaining =
        || deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
    if let Some(mut stdin) = running.child.stdin.take() {
        let input = Zeroizing::new(input.to_vec());
        // On a thread, since a program that does not read would block this one.
        thread::spawn("vestibule-helper", move || drop(stdin.write_all(&input)))?;
    }
    let stdout = running.child.stdout.take().map(|stdout| Box::new(stdout) as _);
    let stderr = running.child.stderr.take().map(|stderr| Box::new(stderr) as _);
    let stdout = read(stdout, limits.output)?;
    let stderr = read(stderr, MAX_MESSAGE)?;
    let output = stdout.wait_until(remaining(), Option::is_some).take();
    let output = output.ok_or(io::ErrorKind::TimedOut)?;
    let status = wait(&mut running, remaining)?;
    // A background process of it may hold stderr open.
    let message = stderr.wait_until(STDERR_GRACE, Option::is_some).take().unwrap_or_default();
    Ok(Finished::new(status.code(), output, String::from_utf8_lossy(&message).into_owned()))
}

/// Gives a program that this process does not wait for a process group of its own, or on Windows a
/// console without a window, so that Ctrl-C does not end it halfway. It cannot read from the
/// terminal then.
pub fn set_own_process_group(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(windows)]
    crate::windows::hide_console(command);
}

fn wait(running: &mut Running, remaining: impl Fn() -> Duration) -> io::Result<ExitStatus> {
    loop {
        if let Some(status) = running.try_wait()? {
            return Ok(status);
        }
        if remaining().is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(EXIT_POLL_INTERVAL);
    }
}

/// The content of a stream, once it has ended.
type Output = Monitor<Option<Zeroizing<Vec<u8>>>>;

/// Reads a stream to its end, on a thread.
fn read(stream: Option<Box<dyn Read + Send>>, limit: u64) -> io::Result<Arc<Output>> {
    let output = Arc::new(Output::default());
    let shared = output.clone();
    thread::spawn("vestibule-helper", move || {
        // Reserved at once, since a buffer that grows leaves copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(16 << 10));
        if let Some(stream) = stream {
            let _ = stream.take(limit).read_to_end(&mut bytes);
        }
        shared.update(|output| *output = Some(bytes));
    })?;
    Ok(output)
}
