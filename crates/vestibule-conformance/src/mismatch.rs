//! Why a case does not pass.

use std::error::Error;
use std::fmt;
use std::iter;

/// What a case found: nothing wrong, or a text for people.
pub(crate) type Checked<T = ()> = Result<T, Mismatch>;

/// Why a case does not pass.
///
/// Any error becomes one with `?`, so this is none itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// Something is wrong: most often a diff.
    Wrong(String),
    /// It could not be run, for want of something.
    NotYet(&'static str),
}

impl Mismatch {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self::Wrong(text.into())
    }

    /// The same, below a line that says what was compared.
    pub(crate) fn about(self, what: impl fmt::Display) -> Self {
        match self {
            Self::Wrong(text) => Self::Wrong(format!("{what}\n{text}")),
            Self::NotYet(why) => Self::NotYet(why),
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(text) => f.write_str(text),
            Self::NotYet(why) => write!(f, "not yet: {why}"),
        }
    }
}

impl<E: Error + 'static> From<E> for Mismatch {
    fn from(error: E) -> Self {
        Self::Wrong(chain(&error))
    }
}

/// An error and all that is below it, joined by colons.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let levels = iter::successors(Some(error), |&error| error.source());
    levels.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
