//! A keychain behind another program, such as `vestibule-keychain`.

use std::io;
use std::path::PathBuf;

use vestibule_os::{Limits, run_program};
use vestibule_types::printable_short;
use zeroize::Zeroizing;

use crate::keychain::TIMEOUT;
use crate::{Keychain, KeychainError};

/// The program that comes with this crate.
const PROGRAM: &str = "vestibule-keychain";
/// The exit code for a secret that does not exist.
pub(crate) const NOT_FOUND: i32 = 3;
/// The limit for a secret; a token has a few kilobytes.
pub(crate) const MAX_SECRET: u64 = 256 << 10;

/// A keychain behind a program, which keeps the libraries of the system's keychains out of this one.
///
/// The program is run for each call, and killed after two seconds:
///
/// | command line | does | exit code 3 |
/// |---|---|---|
/// | `PROGRAM get NAME` | prints the secret | there is none |
/// | `PROGRAM set NAME` | stores the secret that it reads from stdin | |
/// | `PROGRAM remove NAME` | removes the secret | there was none |
/// | `PROGRAM check` | prints the name of the keychain | |
///
/// Any other exit code is an error, with a message on stderr. Names have letters, digits, `-`, `_` and
/// `.` only, and secrets are texts without a line break.
#[derive(Clone, Debug, Default)]
pub struct HelperKeychain {
    program: Option<PathBuf>,
}

impl HelperKeychain {
    /// Creates the keychain of `vestibule-keychain`, which is beside this program or in `PATH`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a keychain of another program.
    pub fn with_program(program: impl Into<PathBuf>) -> Self {
        Self { program: Some(program.into()) }
    }

    /// Checks that the keychain can be used, and returns its name.
    ///
    /// # Errors
    /// As [`Keychain::get`].
    pub fn check(&self) -> Result<String, KeychainError> {
        let output = self.run(&["check"], &[])?;
        let name = String::from_utf8_lossy(&output.unwrap_or_default()).into_owned();
        Ok(printable_short(name.trim(), 100))
    }

    fn program(&self) -> PathBuf {
        if let Some(program) = &self.program {
            return program.clone();
        }
        let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
        let beside = std::env::current_exe().ok().and_then(|this| Some(this.parent()?.join(&name)));
        beside.filter(|path| path.is_file()).unwrap_or_else(|| PathBuf::from(name))
    }

    fn unavailable(
        &self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> KeychainError {
        KeychainError::Unavailable { keychain: self.name().to_owned(), source: source.into() }
    }

    /// Runs the program. Returns its output; `None` if it did not find the secret.
    fn run(
        &self,
        args: &[&str],
        input: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        let program = self.program();
        let limits = Limits { timeout: TIMEOUT, output: MAX_SECRET };
        let finished = match run_program(program.as_os_str(), args, input, limits) {
            Ok(finished) => finished,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                let seconds = TIMEOUT.as_secs();
                return Err(KeychainError::TimedOut { keychain: self.name().to_owned(), seconds });
            }
            // A script whose interpreter is missing is not found either.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !program.is_file() => {
                let program = program.display().to_string();
                return Err(KeychainError::NotInstalled { program });
            }
            Err(source) => {
                let program = program.display().to_string();
                return Err(self.unavailable(RunError { program, source }));
            }
        };
        match finished.code {
            Some(0) => Ok(Some(finished.stdout)),
            Some(NOT_FOUND) => Ok(None),
            _ => Err(self.unavailable(match finished.stderr.trim() {
                "" => "its program failed without a message".to_owned(),
                message => printable_short(message, 300),
            })),
        }
    }
}

impl Keychain for HelperKeychain {
    fn name(&self) -> &'static str {
        "the keychain"
    }

    fn get(&self, entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        let secret = self.run(&["get", entry], &[])?;
        Ok(secret.map(|mut secret| {
            // Scripts end their output with a line break.
            let len = secret.trim_ascii_end().len();
            secret.truncate(len);
            secret
        }))
    }

    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeychainError> {
        self.run(&["set", entry], secret).map(drop)
    }

    fn remove(&self, entry: &str) -> Result<bool, KeychainError> {
        self.run(&["remove", entry], &[]).map(|removed| removed.is_some())
    }
}

/// Error returned for a program that cannot be run.
#[derive(Debug, thiserror::Error)]
#[error("could not run {program}")]
struct RunError {
    program: String,
    #[source]
    source: io::Error,
}
