//! Why a change was not made.

use crate::ParseError;

/// A change that was refused. The text is as it was.
///
/// It names keys and sections, never a value.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No section of the file can have this name.
    #[error("`{}` cannot name a section: {reason}", .name.escape_debug())]
    InvalidName {
        /// The name that was asked for.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No property can have this key.
    #[error("`{key}` cannot be a key: only letters, digits and `_-/.%@:+` can")]
    InvalidKey {
        /// The key that was asked for.
        key: String,
    },
    /// The value would not be read back as it is.
    #[error("the value for `{key}` cannot be written: {reason}")]
    InvalidValue {
        /// The key it was meant for.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A name in a block was asked for, and the key has a value of its own.
    #[error("`{key}` on line {line} has a value, so it cannot hold a block")]
    NotABlock {
        /// The key.
        key: String,
        /// Its line, from 1.
        line: u32,
    },
    /// The file could not be written back as it was.
    #[error("the file is not UTF-8")]
    NotUtf8,
    /// A line of the section, or a header that may be it, has to be mended first.
    #[error("a line has to be mended first")]
    Unreadable(#[source] ParseError),
    /// Another section or key would be read differently.
    #[error("the change would alter how other lines of the file are read")]
    Disturbs,
}
