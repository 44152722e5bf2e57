//! What a file has to say about itself, and in which file.

use std::fmt;

use vestibule_config::{ParseError, ProblemKind};

use crate::{Location, Place};

/// A line that could not be read, or that another program would read differently.
///
/// `Display` is `~/.aws/config:3:9: expected …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    place: Place,
    problem: ParseError,
}

impl Finding {
    pub(crate) fn new(location: &Location, problem: ParseError) -> Self {
        let place = Place::new(location, problem.line(), problem.column());
        Self { place, problem }
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What kind of problem it is.
    pub fn kind(&self) -> ProblemKind {
        self.problem.kind()
    }

    /// The line with a mark under the place, for people; masked where it could be a secret.
    pub fn caret(&self) -> &str {
        self.problem.caret()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}: expected {}", self.place, self.problem.expected())
    }
}
