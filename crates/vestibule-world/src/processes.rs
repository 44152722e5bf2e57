use std::fmt;
use std::io;
use std::time::Duration;

use vestibule_types::Secret;
use zeroize::Zeroizing;

use crate::BoxFuture;

/// Running other programs.
pub trait Processes: fmt::Debug + Send + Sync {
    /// Runs a command to its end.
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
    /// Handed to `sh -c`, or `cmd.exe /C` on Windows.
    pub line: Secret,
    /// Added to the environment.
    pub vars: Vec<(String, String)>,
    /// After this long it is ended.
    pub timeout: Duration,
    /// The most it may print to stdout, in bytes; of stderr the last kibibyte is kept.
    pub most_output: usize,
}

impl Command {
    /// A command line with a minute's time and 64 KiB of output.
    pub fn shell(line: Secret) -> Self {
        Self { line, vars: Vec::new(), timeout: Duration::from_secs(60), most_output: 64 << 10 }
    }

    /// The first word, which is safe to show.
    pub fn program(&self) -> &str {
        self.line.expose().split_whitespace().next().unwrap_or_default()
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({} ..)", self.program())
    }
}

/// How a command ended.
#[derive(Clone)]
#[non_exhaustive]
pub struct Finished {
    /// Its exit status; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it printed. May be secret.
    pub stdout: Zeroizing<Vec<u8>>,
    /// The end of what it complained about.
    pub stderr: String,
}

impl Finished {
    /// A command that ended.
    pub fn new(code: Option<i32>, stdout: Zeroizing<Vec<u8>>, stderr: impl Into<String>) -> Self {
        Self { code, stdout, stderr: stderr.into() }
    }
}

impl fmt::Debug for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finished").field("code", &self.code).finish_non_exhaustive()
    }
}
