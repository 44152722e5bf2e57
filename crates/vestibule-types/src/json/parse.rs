//! The part of reading that is the same for all types, so that it is compiled once, and not again in
//! each crate for each of its structs.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de;
use serde_json::value::RawValue;

use super::Error;

/// The largest text that is read. Cache files have a few kilobytes, and responses hardly more.
pub(super) const LIMIT: usize = 1 << 20;

/// Returns the members of the one object in a text.
pub(super) fn read_members(bytes: &[u8]) -> Result<Members<'_>, Error> {
    members(parse(bytes)?).ok_or(Error::NotAnObject)
}

/// Checks the grammar.
fn parse(bytes: &[u8]) -> Result<&RawValue, Error> {
    if LIMIT < bytes.len() {
        return Err(Error::TooLarge { length: bytes.len(), limit: LIMIT });
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let ends_early = |error: std::str::Utf8Error| error.error_len().is_none();
        let is_utf8_so_far = std::str::from_utf8(bytes).err().is_none_or(ends_early);
        if is_utf8_so_far && (error.is_eof() || ends_in_number(bytes, &error)) {
            Error::Truncated
        } else {
            Error::Syntax { line: error.line(), column: error.column() }
        }
    })
}

/// Returns true if the text ends with an unfinished number, which `serde_json` calls invalid.
fn ends_in_number(bytes: &[u8], error: &serde_json::Error) -> bool {
    let last_line = bytes.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let lines = bytes.split(|&byte| byte == b'\n').count();
    let is_at_end = (error.line(), error.column()) == (lines, last_line.len());
    is_at_end && matches!(bytes.last(), Some(b'-' | b'+' | b'.' | b'e' | b'E'))
}

/// The members of an object, in the order of the text.
pub(super) type Members<'de> = Vec<(String, &'de RawValue)>;

/// Returns `None` for another value than an object.
pub(super) fn members(value: &RawValue) -> Option<Members<'_>> {
    struct Visitor;

    impl<'de> de::Visitor<'de> for Visitor {
        type Value = Members<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    value.deserialize_map(Visitor).ok()
}

/// Removes a member in all its spellings, and returns its value unless that is `null` or empty.
pub(super) fn take<'de>(members: &mut Members<'de>, key: &str) -> Option<&'de RawValue> {
    let mut found = None;
    members.retain(|(name, value)| {
        let matches = name.eq_ignore_ascii_case(key);
        if matches && (found.is_none() || name == key) {
            found = Some(*value);
        }
        !matches
    });
    found.filter(|value| !matches!(value.get(), "null" | "\"\""))
}

/// A value that is parsed, but for what is inside of it.
pub(super) enum Shallow<'de> {
    Borrowed(&'de str),
    Text(String),
    List(Vec<&'de RawValue>),
    Bool(bool),
    Null,
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    /// An object, or a text with half a character.
    Other,
}

impl<'de> Shallow<'de> {
    pub(super) fn parse(value: &'de RawValue) -> Self {
        let json = value.get();
        match json.as_bytes().first() {
            Some(b'"') => match text(json) {
                Some(Cow::Borrowed(text)) => Self::Borrowed(text),
                Some(Cow::Owned(text)) => Self::Text(text),
                None => Self::Other,
            },
            Some(b'[') => Self::List(serde_json::from_str(json).unwrap_or_default()),
            Some(b'{') => Self::Other,
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            _ => match (json.parse(), json.parse()) {
                (Ok(number), _) => Self::Unsigned(number),
                (_, Ok(number)) => Self::Signed(number),
                _ => Self::Float(json.parse().unwrap_or(f64::NAN)),
            },
        }
    }
}

/// Returns the text of a JSON string. It is borrowed where nothing is escaped, so that no buffer
/// holds a copy of a secret.
fn text(json: &str) -> Option<Cow<'_, str>> {
    match json.get(1..json.len() - 1) {
        Some(plain) if !plain.contains('\\') => Some(Cow::Borrowed(plain)),
        _ => serde_json::from_str(json).ok().map(Cow::Owned),
    }
}
