//! Why a file is of no use.

/// A cache file that cannot be used, and what is wrong with it.
///
/// It names keys and never repeats a value. Which file it is, the caller knows.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// It ends before its JSON does, or is empty: another program may be writing it.
    #[error("it ends in the middle")]
    Torn,
    /// It is not JSON.
    #[error("it is not JSON (line {line}, column {column})")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// It is JSON, and not an object.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// A key that it must have is absent, `null` or empty.
    #[error("`{key}` is missing or empty")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// A key holds something of another type or form.
    #[error("`{key}` is not {expected}")]
    Wrong {
        /// The key.
        key: &'static str,
        /// What it should be, with its article.
        expected: &'static str,
    },
    /// It is larger than any such file would be.
    #[error("it has {length} bytes; no such file has more than {most}")]
    TooLarge {
        /// Its size in bytes.
        length: usize,
        /// The limit in bytes.
        most: usize,
    },
}

impl Unreadable {
    /// True if the file looks half-written: reading it again in a moment may help.
    pub fn is_torn(&self) -> bool {
        matches!(self, Self::Torn)
    }
}

/// A token that is of another sign-in than the one asked for.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the cached token is for the {what} `{cached}`, and `{configured}` is configured")]
#[non_exhaustive]
pub struct OfAnotherSignIn {
    /// In what they differ: `start URL` or `region`.
    pub what: &'static str,
    /// What the file says.
    pub cached: String,
    /// What the configuration says.
    pub configured: String,
}
