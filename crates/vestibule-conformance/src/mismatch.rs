//! The error of a case that does not pass.

use std::error::Error;
use std::fmt;

use vestibule_types::with_causes;

/// The result of a check.
pub(crate) type Checked<T = ()> = Result<T, Mismatch>;

/// Reason for which a case does not pass.
///
/// Does not implement `Error`, so that `?` can convert every error to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// The case failed, most often with a diff.
    Failed(String),
    /// The case cannot run here.
    Skipped(&'static str),
}

impl Mismatch {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self::Failed(text.into())
    }

    /// Adds a line that names the compared item above the text.
    pub(crate) fn with_context(self, context: impl fmt::Display) -> Self {
        match self {
            Self::Failed(text) => Self::Failed(format!("{context}\n{text}")),
            Self::Skipped(reason) => Self::Skipped(reason),
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(text) => f.write_str(text),
            Self::Skipped(reason) => write!(f, "skipped: {reason}"),
        }
    }
}

impl<E: Error + 'static> From<E> for Mismatch {
    fn from(error: E) -> Self {
        Self::Failed(with_causes(&error))
    }
}
