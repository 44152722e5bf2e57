/// Why a text is of no use.
///
/// It names keys and never repeats a value. Which file or answer it is, the caller knows.
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
        /// In bytes, counted from 1.
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
    /// It is larger than any such text would be.
    #[error("it has {length} bytes; nothing of its kind has more than {most}")]
    TooLarge {
        /// Its size in bytes.
        length: usize,
        /// The limit in bytes.
        most: usize,
    },
}

impl Unreadable {
    /// True if the text looks half-written: reading it again in a moment may help.
    pub fn is_torn(&self) -> bool {
        matches!(self, Self::Torn)
    }

    /// The key that is missing or wrong, if the text is an object at all.
    pub fn key(&self) -> Option<&'static str> {
        match self {
            Self::Missing { key } | Self::Wrong { key, .. } => Some(key),
            _ => None,
        }
    }
}
