use std::fmt;

use vestibule_types::Credentials;

/// What a provider says when nothing went wrong.
///
/// [`Cached::get`](crate::Cached::get) shares what it gives; everybody else gives it away.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a source has credentials or is not set up")]
pub enum Answer<C = Credentials> {
    /// Credentials.
    Credentials(C),
    /// This source is not set up; a chain goes on to the next.
    NotConfigured(Reason),
}

/// Which sources were asked, and why none of them is set up.
///
/// `Display` is one line; [`Reason::steps`] has them one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason(Vec<(&'static str, String)>);

impl Reason {
    /// One source, and what it misses.
    pub fn new(source: &'static str, misses: impl Into<String>) -> Self {
        Self(vec![(source, misses.into())])
    }

    /// The sources in the order asked, each with what it misses.
    pub fn steps(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(source, misses)| (*source, misses.as_str()))
    }

    /// And then this one.
    pub fn append(&mut self, mut next: Self) {
        self.0.append(&mut next.0);
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (source, misses)) in self.0.iter().enumerate() {
            if at != 0 {
                f.write_str("; ")?;
            }
            write!(f, "{source}: {misses}")?;
        }
        Ok(())
    }
}
