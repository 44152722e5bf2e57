//! The error of strict parsing.

use std::borrow::Cow;

use crate::{Problem, ProblemKind};

/// Error returned when a line of a file cannot be read: an owned [`Problem`].
///
/// It holds no value of the file; [`caret`](Self::caret) is masked where one could be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: expected {expected}")]
pub struct ParseError {
    kind: ProblemKind,
    expected: Cow<'static, str>,
    line: u32,
    column: u32,
    caret: String,
}

impl ParseError {
    /// Returns the kind of the problem.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// Returns what was expected instead; completes the sentence "expected …".
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// Returns the line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Returns the column in characters, from 1.
    pub fn column(&self) -> u32 {
        self.column
    }

    /// Returns the line with a caret under the position, and what was expected there.
    pub fn caret(&self) -> &str {
        &self.caret
    }
}

impl From<Problem<'_>> for ParseError {
    fn from(problem: Problem<'_>) -> Self {
        Self {
            kind: problem.kind(),
            expected: problem.expected(),
            line: problem.line(),
            column: problem.column(),
            caret: problem.caret(),
        }
    }
}
