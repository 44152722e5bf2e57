//! What [`crate::waiting`] waits for, and the failures meanwhile.

use std::fmt;

/// A request without a response, which may be sent again.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The error with its causes.
    pub(crate) error: String,
    pub(crate) attempt: u64,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The line is short, and the last cause says most.
        let cause = self.error.rsplit(": ").next().unwrap_or_default();
        write!(f, "attempt {} failed: {cause}", self.attempt)
    }
}

/// What a span of the library waits for.
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
