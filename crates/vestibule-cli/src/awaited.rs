//! The requests and programs that [`crate::waiting`] shows.

use std::fmt;

/// An attempt of a request without a response; another one may follow.
#[derive(Clone, Debug)]
pub(crate) struct FailedAttempt {
    /// The error with its causes.
    pub(crate) error: String,
    pub(crate) attempt: u64,
}

impl fmt::Display for FailedAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The line is short, and the last cause is the most specific.
        let cause = self.error.rsplit(": ").next().unwrap_or_default();
        write!(f, "attempt {} failed: {cause}", self.attempt)
    }
}

/// The subject of a span of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// A program of the configuration.
    Program(String),
    /// A request, a lock or a program of our own.
    Other(String),
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program(name) => write!(f, "`{name}`"),
            Self::Other(what) => f.write_str(what),
        }
    }
}
