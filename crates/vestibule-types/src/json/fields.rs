use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, Unexpected, Visitor};

use super::read::RAW;
use super::{Error, UnknownMembers, from_slice_with_unknown};

/// A text that HTTP headers and shell variables can carry: printable ASCII without spaces.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a marker for a checked value")]
pub struct HeaderSafe<T>(pub T);

impl<'de, T: From<String>> Deserialize<'de> for HeaderSafe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = crate::Secret::deserialize(deserializer)?;
        if text.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.expose().to_owned().into()))
        } else {
            Err(D::Error::invalid_value(Unexpected::Other("another text"), &"printable ASCII"))
        }
    }
}

/// Deserializes a member that counts as absent if it has another type; the field needs
/// `#[serde(default)]` too.
///
/// # Errors
/// None.
pub fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(T::deserialize(deserializer).ok())
}

/// An object inside another, to be read with [`RawObject::read_with_unknown`].
#[derive(Clone, Copy)]
pub struct RawObject<'de>(&'de str);

impl<'de> RawObject<'de> {
    /// Reads the object at `key` like [`from_slice_with_unknown`].
    ///
    /// # Errors
    /// Any [`Error`].
    pub fn read_with_unknown<T: Deserialize<'de>>(
        self,
        key: &'static str,
    ) -> Result<(T, UnknownMembers), Error> {
        from_slice_with_unknown(self.0.as_bytes()).map_err(|error| match error {
            Error::NotAnObject => Error::invalid(key, "an object"),
            other => other,
        })
    }
}

impl fmt::Debug for RawObject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawObject(..)")
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawObject<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, RawVisitor(PhantomData))
    }
}

struct RawVisitor<'a>(PhantomData<&'a str>);

impl<'de: 'a, 'a> Visitor<'de> for RawVisitor<'a> {
    type Value = RawObject<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_borrowed_str<E>(self, json: &'de str) -> Result<RawObject<'a>, E> {
        Ok(RawObject(json))
    }
}
