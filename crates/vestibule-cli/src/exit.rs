use std::process::ExitCode;

use vestibule::ErrorKind;

/// Exit codes of the program. `exec` and `serve -- CMD` exit with the status of their command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    /// A service, the network or this machine failed or refused; signing in would not help.
    Failed = 1,
    /// The command line is invalid.
    Usage = 2,
    /// `status` only: the access token has expired and can be refreshed without a sign-in.
    Refreshable = 3,
    /// A sign-in is needed.
    SignInNeeded = 4,
    /// `status` only: the user has not signed in.
    NeverSignedIn = 5,
    /// The configuration is invalid, or a profile that was named does not exist.
    Configuration = 6,
    /// No credential source is configured.
    NothingConfigured = 7,
    /// The command of `exec` or `serve` is not executable.
    NotExecutable = 126,
    /// The command of `exec` or `serve` does not exist.
    NotFound = 127,
    /// Interrupted by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Returns whether the user has to sign in.
    pub(crate) fn needs_sign_in(self) -> bool {
        matches!(self, Self::SignInNeeded | Self::NeverSignedIn)
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::SignInNeeded => Self::SignInNeeded,
            ErrorKind::Configuration => Self::Configuration,
            ErrorKind::NothingConfigured => Self::NothingConfigured,
            ErrorKind::Cancelled => Self::Interrupted,
            ErrorKind::InvalidInput => Self::Usage,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
