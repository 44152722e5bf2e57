//! Findings of a check, and hints for errors.

use anyhow::{Result, anyhow, bail};

/// Prints each finding, which says itself how to fix it, and fails if there is one.
pub(crate) fn report(check: &str, findings: &[String]) -> Result<()> {
    for finding in findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("{check}: one finding"),
        count => bail!("{check}: {count} findings"),
    }
}

/// Adds what to do next to an error.
pub(crate) trait Hint<T> {
    fn hint(self, hint: impl std::fmt::Display) -> Result<T>;
}

impl<T, E: Into<anyhow::Error>> Hint<T> for Result<T, E> {
    fn hint(self, hint: impl std::fmt::Display) -> Result<T> {
        self.map_err(|error| anyhow!("{:#}\nhint: {hint}", error.into()))
    }
}
