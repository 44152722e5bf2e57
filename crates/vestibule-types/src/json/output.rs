use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};
use zeroize::Zeroizing;

use super::{UnknownMembers, to_vec, to_vec_compact};
use crate::Timestamp;

/// An object to write, member by member.
///
/// Writing is compiled once for all objects; a struct that derives `Serialize` is compiled again with
/// all of its members.
///
/// ```
/// # use vestibule_types::json;
/// let object = json::Output::default().with("a", "text").with("b", None::<&str>).with("c", 1);
/// assert_eq!(&object.to_vec()[..], br#"{"a": "text", "c": 1}"#);
/// ```
#[derive(Default)]
pub struct Output<'a> {
    members: Vec<(&'static str, Value<'a>)>,
    unknown: Option<&'a UnknownMembers>,
}

/// The value of a member of an [`Output`].
#[non_exhaustive]
pub enum Value<'a> {
    /// No member.
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(u64),
    /// A string.
    Text(Cow<'a, str>),
    /// A list of strings.
    Texts(&'a [String]),
    /// An object.
    Object(Output<'a>),
}

impl<'a> Output<'a> {
    /// Adds a member, unless its value is absent.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Value<'a>>) -> Self {
        self.members.push((key, value.into()));
        self
    }

    /// Adds the members that other tools had written, after all others.
    #[must_use]
    pub fn with_unknown(mut self, members: &'a UnknownMembers) -> Self {
        self.unknown = Some(members);
        self
    }

    /// Writes the object as [`to_vec`] does.
    pub fn to_vec(&self) -> Zeroizing<Vec<u8>> {
        to_vec(self)
    }

    /// Writes the object as [`to_vec_compact`] does.
    pub fn to_vec_compact(&self) -> Zeroizing<Vec<u8>> {
        to_vec_compact(self)
    }
}

impl Serialize for Output<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in &self.members {
            if !matches!(value, Value::Absent) {
                map.serialize_entry(key, value)?;
            }
        }
        if let Some(unknown) = self.unknown {
            unknown.serialize_into(&mut map)?;
        }
        map.end()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_unit(),
            Self::Bool(is_true) => serializer.serialize_bool(*is_true),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Texts(texts) => serializer.collect_seq(*texts),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(time: Timestamp) -> Self {
        time.to_string().into()
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(is_true: bool) -> Self {
        Self::Bool(is_true)
    }
}

impl<'a> From<Output<'a>> for Value<'a> {
    fn from(object: Output<'a>) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

/// A list of strings; an empty one is no member.
impl<'a> From<&'a [String]> for Value<'a> {
    fn from(texts: &'a [String]) -> Self {
        if texts.is_empty() { Self::Absent } else { Self::Texts(texts) }
    }
}

/// Shows the names alone, since values may be secret.
impl fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.iter().map(|(name, _)| name)).finish()
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value(..)")
    }
}
