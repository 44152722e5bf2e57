use std::fmt;

use vestibule_types::Credentials;

/// The result of a provider that did not fail.
///
/// [`Cached::get`](crate::Cached::get) returns shared credentials, every other method owned ones.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a source has credentials or is not configured")]
pub enum Lookup<C = Credentials> {
    /// Credentials.
    Credentials(C),
    /// This source is not configured; a chain tries the next one.
    NotConfigured(SkippedSources),
}

/// The sources that are not configured, each with what it lacks.
///
/// `Display` is one line; [`SkippedSources::iter`] has them one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedSources(Vec<(String, String)>);

impl SkippedSources {
    /// Creates a list of one source and what it lacks.
    pub fn new(source: impl Into<String>, missing: impl Into<String>) -> Self {
        Self(vec![(source.into(), missing.into())])
    }

    /// Returns each source in the order tried, with what it lacks.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(source, missing)| (source.as_str(), missing.as_str()))
    }

    /// Appends the sources that were tried next.
    pub fn append(&mut self, mut next: Self) {
        self.0.append(&mut next.0);
    }
}

impl fmt::Display for SkippedSources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (source, missing)) in self.iter().enumerate() {
            let separator = if number == 0 { "" } else { "; " };
            write!(f, "{separator}{source}: {missing}")?;
        }
        Ok(())
    }
}
