//! The error of an edit.

use crate::ParseError;

/// Error returned when an edit cannot be applied. It names keys and sections, never a value.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A section name that the file cannot have.
    #[error("`{}` cannot name a section: {reason}", vestibule_types::printable_short(.name, 80))]
    InvalidName {
        /// The name.
        name: String,
        /// The reason why it is not valid.
        reason: &'static str,
    },
    /// A new name that another section has.
    #[error("a section `{}` exists already", vestibule_types::printable_short(.name, 80))]
    NameTaken {
        /// The name.
        name: String,
    },
    /// A key that is not valid.
    #[error("`{key}` cannot be a key: only letters, digits and `_-/.%@:+` can")]
    InvalidKey {
        /// The key.
        key: String,
    },
    /// A value that would be read back as another value.
    #[error("the value for `{key}` cannot be written: {reason}")]
    InvalidValue {
        /// The key.
        key: String,
        /// The reason why it is not valid.
        reason: &'static str,
    },
    /// A key that has a value of its own, so that it cannot hold a block.
    #[error("`{key}` on line {line} has a value, so it cannot hold a block")]
    NotABlock {
        /// The key.
        key: String,
        /// Its line, from 1.
        line: u32,
    },
    /// The file is not UTF-8, so it cannot be written back unchanged.
    #[error("the file is not UTF-8")]
    NotUtf8,
    /// A line of the section, or a header that may belong to it, cannot be read.
    #[error("a line of the section has a syntax error")]
    Unreadable(#[source] ParseError),
    /// Another section or key would be read differently after the change.
    #[error("the change would alter how other lines of the file are read")]
    Disturbs,
}
