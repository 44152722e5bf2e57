//! A problem of a file, with its place.

use std::fmt;

use vestibule_config::{ParseError, ProblemKind};

use crate::{Location, Place};

/// A line that could not be read, or that other programs read differently.
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

    /// Returns the place of the problem.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Returns the kind of the problem.
    pub fn kind(&self) -> ProblemKind {
        self.problem.kind()
    }

    /// Returns the line with a caret under the position. Values are masked.
    pub fn caret(&self) -> &str {
        self.problem.caret()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}: expected {}", self.place, self.problem.expected())
    }
}
