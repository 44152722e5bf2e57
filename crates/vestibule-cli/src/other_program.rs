//! Programs of others that are run for a limited time: git, hooks, notifications.

use std::io;
use std::process::Command;

use vestibule_os::{Limits, Terminal, run_command};

/// Error returned when a program did not succeed.
#[derive(Debug)]
pub(crate) struct ProgramError {
    /// Continues the sentence "The program …".
    pub(crate) problem: String,
    pub(crate) stderr: String,
}

/// Runs a program without input, and returns its output. A program that prints more than the limit
/// may have been killed for that.
pub(crate) fn run(
    command: Command,
    terminal: Terminal,
    limits: Limits,
) -> Result<Vec<u8>, ProgramError> {
    let failed = |problem, stderr| Err(ProgramError { problem, stderr });
    let mut finished = match run_command(command, terminal, b"", limits) {
        Ok(finished) => finished,
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            let seconds = limits.timeout.as_secs();
            return failed(format!("ran longer than {seconds} s and was killed"), String::new());
        }
        Err(error) => return failed(format!("could not be run: {error}"), String::new()),
    };
    let is_cut = 0 < limits.output && limits.output <= finished.stdout.len() as u64;
    match finished.code {
        Some(0) => Ok(std::mem::take(&mut *finished.stdout)),
        _ if is_cut => Ok(std::mem::take(&mut *finished.stdout)),
        Some(code) => failed(format!("failed (exit status: {code})"), finished.stderr),
        None => failed("was killed by a signal".to_owned(), finished.stderr),
    }
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a panic fails the test")]
mod tests {
    use std::time::Duration;

    use super::*;

    const LIMITS: Limits = Limits { timeout: Duration::from_secs(30), output: 0 };

    fn problem(command: Command, limits: Limits) -> String {
        run(command, Terminal::None, limits).unwrap_err().problem
    }

    #[test]
    fn command_that_does_not_end_is_killed() {
        let mut command = Command::new("tail");
        command.args(["-f", "/dev/null"]);
        let limits = Limits { timeout: Duration::ZERO, ..LIMITS };
        assert_eq!(problem(command, limits), "ran longer than 0 s and was killed");
    }

    #[test]
    fn failure_of_a_command_is_an_error() {
        assert_eq!(problem(Command::new("false"), LIMITS), "failed (exit status: 1)");
        let error = problem(Command::new("/nonexistent"), LIMITS);
        assert!(error.starts_with("could not be run: "), "{error}");
    }

    #[test]
    fn output_is_cut_at_its_limit() {
        let output =
            run(Command::new("yes"), Terminal::None, Limits { output: 3, ..LIMITS }).unwrap();
        assert_eq!(output, b"y\ny");
    }
}
