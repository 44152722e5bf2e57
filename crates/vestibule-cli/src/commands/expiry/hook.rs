use std::io;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Expiration;

/// The time that a hook may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);
/// How often a hook is checked for its end.
const INTERVAL: Duration = Duration::from_millis(20);

/// Runs a program without a shell and waits until it exits. An error continues the sentence "The
/// hook …".
///
/// The program has no terminal, so that it cannot write into the output of another command.
pub(super) fn run(
    words: &[String],
    session: &str,
    expiration: &Expiration,
    timeout: Duration,
) -> Result<(), String> {
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .env("VESTIBULE_SESSION", session)
        .env("VESTIBULE_SESSION_EXPIRATION", expiration.at.to_string())
        .env("VESTIBULE_SESSION_REMAINING", expiration.remaining.as_secs().to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Ctrl-C must not reach it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    wait(command, timeout)
}

/// Runs a command for a limited time.
pub(super) fn wait(mut command: Command, timeout: Duration) -> Result<(), String> {
    let could_not_run = |error: io::Error| format!("could not be run: {error}");
    let mut child = command.spawn().map_err(could_not_run)?;
    let end = Instant::now() + timeout;
    loop {
        match child.try_wait().map_err(could_not_run)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(format!("failed ({status})")),
            None if end <= Instant::now() => {
                // Ignored: it has just exited.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("ran longer than {} s and was killed", timeout.as_secs()));
            }
            None => thread::sleep(INTERVAL),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn command_that_does_not_end_is_killed() {
        let mut command = Command::new("tail");
        command.args(["-f", "/dev/null"]);
        let error = wait(command, Duration::ZERO).unwrap_err();
        assert_eq!(error, "ran longer than 0 s and was killed");
    }

    #[test]
    fn failure_of_a_command_is_an_error() {
        assert_eq!(wait(Command::new("false"), TIMEOUT).unwrap_err(), "failed (exit status: 1)");
        let error = wait(Command::new("/nonexistent"), TIMEOUT).unwrap_err();
        assert!(error.starts_with("could not be run: "), "{error}");
    }
}
