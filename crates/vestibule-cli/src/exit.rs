use std::process::ExitCode;

use vestibule::ErrorKind;

/// How the program ends. `exec` ends with its child's own status instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// A service, the network or the machine failed or said no; signing in would not help.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// `status` only: the access token is over and can be refreshed without anybody.
    Refreshable = 3,
    /// A person has to sign in.
    SignInNeeded = 4,
    /// `status` only: nobody ever signed in.
    NeverSignedIn = 5,
    /// The configuration is wrong, or a profile that was named does not exist.
    Configuration = 6,
    /// No source of credentials is set up.
    NothingConfigured = 7,
    /// `exec` only: the command cannot be run.
    NotExecutable = 126,
    /// `exec` only: the command is not there.
    NotFound = 127,
    /// Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Whether somebody has to sign in before anything else.
    pub(crate) fn wants_sign_in(self) -> bool {
        matches!(self, Self::SignInNeeded | Self::NeverSignedIn)
    }

    /// The code for an error of the library.
    pub(crate) fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::SignInNeeded => Self::SignInNeeded,
            ErrorKind::Configuration => Self::Configuration,
            ErrorKind::NothingConfigured => Self::NothingConfigured,
            ErrorKind::Cancelled => Self::Interrupted,
            ErrorKind::Usage => Self::Usage,
            _ => Self::Failed,
        }
    }

    /// The one that says more is amiss.
    pub(crate) fn or_higher(self, other: Self) -> Self {
        if (self as u8) < other as u8 { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
