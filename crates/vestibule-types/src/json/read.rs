use std::fmt;
use std::vec;

use serde::de::value::SeqDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, Unexpected};
use serde::forward_to_deserialize_any;
use serde_json::value::RawValue;

use super::parse::{Members, Shallow, members, read_members, take};
use super::{Error, UnknownMembers};

/// The name of the newtype that receives the text of a value ([`super::RawObject`]).
pub(super) const RAW: &str = "$vestibule::raw";

/// Reads the one object in a text of at most 1 MiB, however deeply its unknown members are nested.
///
/// Members match the fields of `T` in any case; of several spellings the exact one counts, else the
/// first, and of several exact ones the last.
///
/// # Errors
/// Any [`Error`].
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    from_slice_with_unknown(bytes).map(|(known, _)| known)
}

/// Reads an object like [`from_slice`], and returns the members for which `T` has no field too.
///
/// # Errors
/// Any [`Error`].
pub fn from_slice_with_unknown<'de, T: Deserialize<'de>>(
    bytes: &'de [u8],
) -> Result<(T, UnknownMembers), Error> {
    let mut members = read_members(bytes)?;
    let known = T::deserialize(StructMembers(&mut members)).map_err(Reason::into_error)?;
    Ok((known, UnknownMembers::new(members)))
}

/// Removes the members that a struct has fields for.
fn take_fields<'de>(members: &mut Members<'de>, keys: &'static [&'static str]) -> Fields<'de> {
    let find = |&key: &&'static str| Some((key, take(members, key)?));
    let fields: Vec<_> = keys.iter().filter_map(find).collect();
    Fields { rest: fields.into_iter(), current: None }
}

/// Deserializes a struct from the members that it has fields for, and leaves the others.
struct StructMembers<'a, 'de>(&'a mut Members<'de>);

impl<'de> Deserializer<'de> for StructMembers<'_, 'de> {
    type Error = Reason;

    fn deserialize_struct<V: de::Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Reason> {
        visitor.visit_map(take_fields(self.0, fields))
    }

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Reason> {
        Err(de::Error::invalid_type(Unexpected::Map, &visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The fields of a struct that have a value.
struct Fields<'de> {
    rest: vec::IntoIter<(&'static str, &'de RawValue)>,
    current: Option<(&'static str, &'de RawValue)>,
}

impl<'de> de::MapAccess<'de> for Fields<'de> {
    type Error = Reason;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Reason> {
        self.current = self.rest.next();
        self.current.map(|(key, _)| seed.deserialize(key.into_deserializer())).transpose()
    }

    // Once for each type, not for each field.
    #[inline(never)]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Reason> {
        let Some((key, value)) = self.current else {
            return Err(de::Error::custom("a value without a key"));
        };
        seed.deserialize(Value(value)).map_err(|reason| reason.with_key(key))
    }
}

/// Returns the value of a member.
#[inline(never)]
pub(super) fn read_value<'de, T: Deserialize<'de>>(
    key: &'static str,
    value: &'de RawValue,
) -> Result<T, Error> {
    T::deserialize(Value(value)).map_err(|reason| reason.with_key(key).into_error())
}

/// Deserializes a value inside an object.
#[derive(Clone, Copy)]
struct Value<'de>(&'de RawValue);

fn unexpected(visitor: &dyn de::Expected) -> Reason {
    de::Error::invalid_type(Unexpected::Other("another value"), visitor)
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Reason;

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Reason> {
        match Shallow::parse(self.0) {
            Shallow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Shallow::Text(text) => visitor.visit_string(text),
            Shallow::List(list) => {
                visitor.visit_seq(SeqDeserializer::new(list.into_iter().map(Value)))
            }
            Shallow::Bool(is_true) => visitor.visit_bool(is_true),
            Shallow::Null => visitor.visit_unit(),
            Shallow::Unsigned(number) => visitor.visit_u64(number),
            Shallow::Signed(number) => visitor.visit_i64(number),
            Shallow::Float(number) => visitor.visit_f64(number),
            Shallow::Other => Err(unexpected(&visitor)),
        }
    }

    // The usual types have short ways, since each visitor is compiled with all that it may be given.

    fn deserialize_str<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Reason> {
        match Shallow::parse(self.0) {
            Shallow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Shallow::Text(text) => visitor.visit_string(text),
            _ => Err(unexpected(&visitor)),
        }
    }

    fn deserialize_string<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Reason> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Reason> {
        match Shallow::parse(self.0) {
            Shallow::List(list) => {
                visitor.visit_seq(SeqDeserializer::new(list.into_iter().map(Value)))
            }
            _ => Err(unexpected(&visitor)),
        }
    }

    fn deserialize_struct<V: de::Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Reason> {
        let mut members = members(self.0).ok_or_else(|| Reason::Invalid("an object".into()))?;
        StructMembers(&mut members).deserialize_struct(name, fields, visitor)
    }

    fn deserialize_option<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Reason> {
        if self.0.get() == "null" { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: de::Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Reason> {
        if name == RAW {
            visitor.visit_borrowed_str(self.0.get())
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_ignored_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Reason> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf
        unit unit_struct tuple tuple_struct map enum identifier
    }
}

impl<'de> IntoDeserializer<'de, Reason> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The reason why a value does not deserialize, with the innermost key once it is known.
#[derive(Debug)]
enum Reason {
    Missing(&'static str),
    Invalid(String),
    InvalidMember(&'static str, String),
}

impl Reason {
    fn with_key(self, key: &'static str) -> Self {
        match self {
            Self::Invalid(expected) => Self::InvalidMember(key, expected),
            named => named,
        }
    }

    fn into_error(self) -> Error {
        match self {
            Self::Missing(key) => Error::Missing { key },
            Self::Invalid(_) => Error::NotAnObject,
            Self::InvalidMember(key, expected) => Error::Invalid { key, expected },
        }
    }
}

impl de::Error for Reason {
    /// Drops the message, which may contain a value.
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self::Invalid("valid".to_owned())
    }

    fn invalid_type(_found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::Invalid(expected.to_string())
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn missing_field(key: &'static str) -> Self {
        Self::Missing(key)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the expected JSON")
    }
}

impl std::error::Error for Reason {}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use serde::Deserialize;

    use super::super::parse::LIMIT;
    use super::*;
    use crate::json::{HeaderSafe, RawObject, lenient};
    use crate::{RefreshToken, Region};

    #[derive(Debug, Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Known {
        some_key: Option<String>,
        region: Option<Region>,
        seconds: Option<NonZeroU32>,
        scopes: Vec<String>,
        inner: Option<Inner>,
        list: Vec<Inner>,
        token: Option<HeaderSafe<RefreshToken>>,
        #[serde(deserialize_with = "lenient")]
        code: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[serde(rename = "Name")]
        name: String,
    }

    fn read(text: &str) -> Result<Known, Error> {
        from_slice(text.as_bytes())
    }

    #[track_caller]
    fn refuses(text: impl AsRef<[u8]>, expected: &str) {
        let error = from_slice::<Known>(text.as_ref()).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.is_truncated(), expected == "truncated JSON");
    }

    #[test]
    fn truncated_text_is_told_from_invalid_text() {
        for text in
            ["", " \n", "{", r#"{"a"#, r#"{"a": "b"#, r#"{"a": "b\u00"#, r#"{"a": {"b": 1}"#, "[1"]
        {
            refuses(text, "truncated JSON");
        }
        for value in ["-", "1.", "1e", "1E+", "[1.5, -", "tru"] {
            refuses(format!("{{\n\"a\": {value}"), "truncated JSON");
        }
        refuses(b"{\"a\": \"\xc3", "truncated JSON");
        refuses(b"{\"a\": \"\xff", "invalid JSON (line 1, column 8)");
        refuses(b"{}\xff", "invalid JSON (line 1, column 3)");
        refuses("{\"a\": -}", "invalid JSON (line 1, column 8)");
        refuses("{\"a\": \"\n\"}", "invalid JSON (line 1, column 7)");
        refuses("nothing.", "invalid JSON (line 1, column 2)");
        refuses("{} }", "invalid JSON (line 1, column 4)");
        refuses("{\n\"a\": 'b'}", "invalid JSON (line 2, column 6)");
        refuses([0; 64], "invalid JSON (line 1, column 1)");
        refuses("[1]", "not a JSON object");
        refuses("\"secret\"", "not a JSON object");
        refuses("null", "not a JSON object");
        refuses(r#"{"\ud800": 1}"#, "not a JSON object");
        refuses(vec![b' '; LIMIT + 1], "1048577 bytes, more than the limit of 1048576");
        let mut largest = b"{}".to_vec();
        largest.resize(LIMIT, b' ');
        assert!(from_slice::<Known>(&largest).is_ok());
    }

    #[test]
    fn unknown_members_may_be_nested_deeply() {
        let deep = format!("{{\"a\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let (_, unknown) = from_slice_with_unknown::<Known>(deep.as_bytes()).unwrap();
        assert!(unknown.get("a").is_some());
    }

    #[test]
    fn exact_spelling_wins_over_others() {
        let some_key = |text| read(text).unwrap().some_key.unwrap();
        assert_eq!(some_key(r#"{"SOMEKEY": "a"}"#), "a");
        assert_eq!(some_key(r#"{"some\u004bey": "a"}"#), "a");
        assert_eq!(some_key(r#"{"somekey": "a", "someKey": "b", "SomeKey": "c"}"#), "b");
        assert_eq!(some_key(r#"{"someKey": "a", "someKey": "b"}"#), "b");
        assert_eq!(some_key(r#"{"SOMEKEY": "a", "somekey": "b"}"#), "a");
    }

    #[test]
    fn every_spelling_of_a_known_member_is_known() {
        let text = br#"{"somekey": 1, "someKey": "a", "SOMEKEY": 2, "Other": 3, "gone": null}"#;
        let (_, unknown) = from_slice_with_unknown::<Known>(text).unwrap();
        assert_eq!(format!("{unknown:?}"), r#"{"Other", "gone"}"#);
        assert_eq!(unknown.get("gone"), Some("null"));
        assert!(unknown.get("other").is_some());
    }

    #[test]
    fn null_and_empty_members_are_absent() {
        for text in ["{}", r#"{"Name": null}"#, r#"{"Name": ""}"#] {
            let error = from_slice::<Inner>(text.as_bytes()).unwrap_err();
            assert_eq!(error, Error::Missing { key: "Name" }, "{text}");
            assert_eq!(error.key(), Some("Name"));
        }
        let known =
            read(r#"{"someKey": "", "region": null, "scopes": null, "token": ""}"#).unwrap();
        assert!(known.some_key.is_none() && known.region.is_none() && known.token.is_none());
        assert!(known.scopes.is_empty());
        assert_eq!(read(r#"{"scopes": [""]}"#).unwrap().scopes, [""]);
    }

    #[test]
    fn invalid_member_is_named_with_the_expected_form() {
        for (member, expected) in [
            (r#""someKey": 1"#, "`someKey` is not a string"),
            (r#""someKey": ["a"]"#, "`someKey` is not a string"),
            (r#""someKey": {}"#, "`someKey` is not a string"),
            (r#""someKey": true"#, "`someKey` is not a string"),
            (r#""someKey": "\ud800""#, "`someKey` is not a string"),
            (r#""region": "us east""#, "`region` is not a region"),
            (r#""region": 1"#, "`region` is not a region"),
            (r#""seconds": "1""#, "`seconds` is not a nonzero u32"),
            (r#""seconds": 0"#, "`seconds` is not a nonzero u32"),
            (r#""seconds": -1"#, "`seconds` is not a nonzero u32"),
            (r#""seconds": 1.0"#, "`seconds` is not a nonzero u32"),
            (r#""seconds": 4294967296"#, "`seconds` is not a nonzero u32"),
            (r#""scopes": "a""#, "`scopes` is not a sequence"),
            (r#""scopes": ["a", 1]"#, "`scopes` is not a string"),
            (r#""inner": []"#, "`inner` is not an object"),
            (r#""inner": {}"#, "`Name` is missing or empty"),
            (r#""inner": {"Name": 1}"#, "`Name` is not a string"),
            (r#""list": [{"Name": "a"}, 1]"#, "`list` is not an object"),
            (r#""token": 1"#, "`token` is not a string"),
            (r#""token": "a b""#, "`token` is not printable ASCII"),
            (r#""token": "a\nb""#, "`token` is not printable ASCII"),
            (r#""token": "\u00e9""#, "`token` is not printable ASCII"),
        ] {
            refuses(format!("{{{member}}}"), expected);
        }
    }

    #[test]
    fn lenient_member_of_another_type_is_absent() {
        assert_eq!(read(r#"{"code": 1}"#).unwrap().code, None);
        assert_eq!(read(r#"{"CODE": "a"}"#).unwrap().code.unwrap(), "a");
    }

    #[test]
    fn values_have_the_types_of_their_fields() {
        let known = read(
            r#"{"someKey": "a\/b", "region": "eu-west-1", "seconds": 600, "scopes": ["a"],
                "inner": {"name": "b"}, "list": [{"Name": "c"}], "token": "d"}"#,
        )
        .unwrap();
        assert_eq!(known.some_key.unwrap(), "a/b");
        assert_eq!(known.region.unwrap().as_str(), "eu-west-1");
        assert_eq!(known.seconds.unwrap().get(), 600);
        assert_eq!(known.scopes, ["a"]);
        assert_eq!(known.inner.unwrap().name, "b");
        assert_eq!(known.list[0].name, "c");
        assert_eq!(known.token.unwrap().0.expose(), "d");
    }

    #[test]
    fn simple_values_are_read_as_what_they_are() {
        #[derive(Debug, Deserialize, PartialEq)]
        struct Simple<'a> {
            /// Borrowed, so that no buffer holds a copy of a secret.
            text: &'a str,
            numbers: (u64, i64, f64),
            flags: (bool, bool),
            nothing: Vec<()>,
        }

        let simple: Simple<'_> = from_slice(
            br#"{"text": "a", "numbers": [18446744073709551615, -7, 1.5],
                "flags": [true, false], "nothing": [null]}"#,
        )
        .unwrap();
        let (numbers, flags) = ((u64::MAX, -7, 1.5), (true, false));
        assert_eq!(simple, Simple { text: "a", numbers, flags, nothing: vec![()] });
    }

    #[test]
    fn object_is_no_number() {
        #[derive(Debug, Deserialize)]
        struct Number {
            #[expect(dead_code, reason = "only its type matters")]
            number: f64,
        }

        assert!(from_slice::<Number>(br#"{"number": 1}"#).is_ok());
        assert!(from_slice::<Number>(br#"{"number": {}}"#).is_err());
    }

    #[test]
    fn raw_object_keeps_its_own_unknown_members() {
        #[derive(Deserialize)]
        struct Outer<'a> {
            #[serde(borrow)]
            inner: RawObject<'a>,
        }
        let outer: Outer<'_> = from_slice(br#"{"inner": {"name": "a", "more": 1.50}}"#).unwrap();
        let (inner, unknown): (Inner, _) = outer.inner.read_with_unknown("inner").unwrap();
        assert_eq!((&*inner.name, unknown.get("more").is_some()), ("a", true));
        let outer: Outer<'_> = from_slice(br#"{"inner": "text"}"#).unwrap();
        let error = outer.inner.read_with_unknown::<Inner>("inner").unwrap_err();
        assert_eq!(error.to_string(), "`inner` is not an object");
    }
}
