//! What went wrong, and what to do about it.

use std::path::Path;
use std::{fmt, io};

/// The outcome of a command.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// A failed command: a fact, and what to type or change next.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    fix: Option<String>,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), fix: None }
    }

    /// What became of a file, for `map_err`.
    pub(crate) fn at(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::new(format!("{}: {error}", path.as_ref().display()))
    }

    pub(crate) fn fix(self, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        match &self.fix {
            Some(fix) => write!(f, "\nhint: {fix}"),
            None => Ok(()),
        }
    }
}

/// Ends a check: prints each finding, which names its own fix, and fails if there is one.
pub(crate) fn report(check: &str, findings: &[String]) -> Result {
    for finding in findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err(Failure::new(format!("{check}: one finding"))),
        many => Err(Failure::new(format!("{check}: {many} findings"))),
    }
}
