/// Error returned when a text is not the JSON object that was expected.
///
/// It names keys and never repeats a value. The caller knows which file or response it was.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The text ends too early, or is empty: another program may be writing it.
    #[error("truncated JSON")]
    Truncated,
    /// The text is not JSON.
    #[error("invalid JSON (line {line}, column {column})")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// The column in bytes, counted from 1.
        column: usize,
    },
    /// The text is JSON, but not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// A required member is absent, `null` or empty.
    #[error("`{key}` is missing or empty")]
    Missing {
        /// The name of the member.
        key: &'static str,
    },
    /// A member has another type or form.
    #[error("`{key}` is not {expected}")]
    Invalid {
        /// The name of the member.
        key: &'static str,
        /// The expected value, with its article.
        expected: String,
    },
    /// The text is larger than any that is read.
    #[error("{length} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Its size in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
}

impl Error {
    /// Returns the error for a member that has another form than the `expected` one.
    pub fn invalid(key: &'static str, expected: impl Into<String>) -> Self {
        Self::Invalid { key, expected: expected.into() }
    }

    /// Returns true if the text ends too early: reading the file again in a moment may help.
    pub fn is_truncated(&self) -> bool {
        matches!(self, Self::Truncated)
    }

    /// Returns the name of the member that is missing or invalid, if the text is an object.
    pub fn key(&self) -> Option<&'static str> {
        match self {
            Self::Missing { key } | Self::Invalid { key, .. } => Some(key),
            _ => None,
        }
    }
}
