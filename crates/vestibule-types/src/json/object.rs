use std::fmt;

use serde::Deserialize;

use super::parse::{Members, members, read_members, take};
use super::read::read_value;
use super::{Error, UnknownMembers};

/// The one object in a text, to be read member by member.
///
/// That is compiled once for each type of a member; a struct that derives `Deserialize` is compiled
/// again with all of its members.
///
/// ```
/// # use vestibule_types::{Region, json};
/// let mut object = json::Object::read(br#"{"Region": "us-east-1", "title": null, "size": 1}"#)?;
/// assert_eq!(object.require::<Region>("region")?.as_str(), "us-east-1");
/// assert_eq!(object.get::<String>("title")?, None);
/// assert_eq!(object.into_unknown().get("size"), Some("1"));
/// # Ok::<(), json::Error>(())
/// ```
pub struct Object<'de>(Members<'de>);

impl<'de> Object<'de> {
    /// Reads an object as [`from_slice`](super::from_slice) does.
    ///
    /// # Errors
    /// Any [`Error`] without a key.
    pub fn read(bytes: &'de [u8]) -> Result<Self, Error> {
        read_members(bytes).map(Self)
    }

    /// Removes a member, and returns its value unless it is absent, `null` or empty.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn get<T: Deserialize<'de>>(&mut self, key: &'static str) -> Result<Option<T>, Error> {
        take(&mut self.0, key).map(|value| read_value(key, value)).transpose()
    }

    /// Removes a member, and returns its value.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Invalid`].
    pub fn require<T: Deserialize<'de>>(&mut self, key: &'static str) -> Result<T, Error> {
        self.get(key)?.ok_or(Error::Missing { key })
    }

    /// Removes a member, and returns its value, unless it is absent or invalid.
    pub fn get_lenient<T: Deserialize<'de>>(&mut self, key: &'static str) -> Option<T> {
        self.get(key).ok().flatten()
    }

    /// Removes a member that is an object, and returns it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for another value.
    pub fn get_object(&mut self, key: &'static str) -> Result<Option<Self>, Error> {
        let object = take(&mut self.0, key)
            .map(|value| members(value).map(Self).ok_or_else(|| Error::invalid(key, "an object")));
        object.transpose()
    }

    /// Removes a member that is an object, and returns it.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::Invalid`].
    pub fn require_object(&mut self, key: &'static str) -> Result<Self, Error> {
        self.get_object(key)?.ok_or(Error::Missing { key })
    }

    /// Returns the members that were not removed.
    pub fn into_unknown(self) -> UnknownMembers {
        UnknownMembers::new(self.0)
    }
}

/// Shows the names alone, since values may be secret.
impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
