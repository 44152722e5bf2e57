use std::fmt;
use std::io;
use std::time::Duration;

use vestibule_types::Secret;
use zeroize::Zeroizing;

use crate::BoxFuture;

/// The programs of a world.
pub trait Processes: fmt::Debug + Send + Sync {
    /// Runs a command until it exits.
    ///
    /// # Errors
    /// Those of the system; [`io::ErrorKind::TimedOut`] and [`io::ErrorKind::FileTooLarge`] for a
    /// command that was started and killed at a limit, with a message that completes the sentence
    /// "The command …".
    fn run<'a>(&'a self, command: &'a Command) -> BoxFuture<'a, io::Result<Finished>>;
}

/// A command line for the platform's shell.
///
/// `Debug` shows its first word only: arguments may be secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct Command {
    /// The argument of `sh -c`, or of `cmd.exe /C` on Windows.
    pub line: Secret,
    /// Variables that are added to the environment.
    pub vars: Vec<(String, String)>,
    /// The time after which it is killed.
    pub timeout: Duration,
    /// The limit of its output on stdout, in bytes; of stderr, the last kibibyte is kept.
    pub most_output: usize,
}

impl Command {
    /// Creates a command with a timeout of one minute and at most 64 KiB of output.
    pub fn shell(line: Secret) -> Self {
        Self { line, vars: Vec::new(), timeout: Duration::from_secs(60), most_output: 64 << 10 }
    }

    /// Returns the first word, which is safe to show.
    pub fn program(&self) -> &str {
        self.line.expose().split_whitespace().next().unwrap_or_default()
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({} ..)", self.program())
    }
}

/// The result of a command that exited.
#[derive(Clone)]
#[non_exhaustive]
pub struct Finished {
    /// Its exit status; `None` if a signal killed it.
    pub code: Option<i32>,
    /// Its output, which may be secret.
    pub stdout: Zeroizing<Vec<u8>>,
    /// The end of its error output.
    pub stderr: String,
}

impl Finished {
    /// Creates the result of a command.
    pub fn new(code: Option<i32>, stdout: Zeroizing<Vec<u8>>, stderr: impl Into<String>) -> Self {
        Self { code, stdout, stderr: stderr.into() }
    }
}

impl fmt::Debug for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finished").field("code", &self.code).finish_non_exhaustive()
    }
}
