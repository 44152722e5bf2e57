//! The names, keys and values that are read back as they are written.

use super::EditError;
use crate::line::{before_comment, is_plain, trim};
use crate::section_name::is_name;
use crate::{Dialect, SectionKind};

pub(super) fn section(dialect: Dialect, kind: SectionKind, name: &str) -> Result<(), EditError> {
    let reason = match dialect {
        Dialect::Credentials if kind != SectionKind::Profile => {
            "the credentials file holds profiles only"
        }
        Dialect::Credentials if !is_plain(name.as_bytes()) => {
            "in the credentials file only letters, digits and `_-/.%@:+` can"
        }
        _ if !is_name(name) => {
            "it is empty, begins or ends with a blank, or contains a control character"
        }
        _ if name.contains(']') => "it contains a `]`",
        _ => return Ok(()),
    };
    Err(EditError::InvalidName { name: name.to_owned(), reason })
}

pub(super) fn key(key: &str) -> Result<(), EditError> {
    if is_plain(key.as_bytes()) {
        Ok(())
    } else {
        Err(EditError::InvalidKey { key: key.to_owned() })
    }
}

/// Checks a value. The rules are the same in blocks, where some programs know comments and some do not.
pub(super) fn value(key: &str, value: &str) -> Result<(), EditError> {
    let reason = if value.contains(['\n', '\r']) {
        "it contains a line break"
    } else if trim(value.as_bytes()).len() < value.len() {
        "it begins or ends with white space"
    } else if value.starts_with(['#', ';']) {
        "it begins with a comment sign"
    } else if before_comment(value.as_bytes()).len() < value.len() {
        "it contains a comment sign after a blank"
    } else {
        return Ok(());
    };
    Err(EditError::InvalidValue { key: key.to_owned(), reason })
}
