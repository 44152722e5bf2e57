//! The first strict problem as an error.

use crate::{Problem, ProblemKind};

/// A text that [`Document::strict`](crate::Document::strict) does not accept.
///
/// It holds no value of the file: where one could be, [`caret`](Self::caret) is masked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: expected {}", kind.expected())]
pub struct ParseError {
    kind: ProblemKind,
    line: u32,
    column: u32,
    caret: String,
}

impl ParseError {
    /// What kind of problem it is.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> u32 {
        self.column
    }

    /// The line with a mark under the place and what was expected there, for people.
    pub fn caret(&self) -> &str {
        &self.caret
    }
}

impl From<Problem<'_>> for ParseError {
    fn from(problem: Problem<'_>) -> Self {
        Self {
            kind: problem.kind(),
            line: problem.line(),
            column: problem.column(),
            caret: problem.caret(),
        }
    }
}
