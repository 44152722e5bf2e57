//! Reading what any AWS tool may have left in a cache file.
//!
//! Keys count in any case, as in the Rust SDK; `null` and empty texts count as absent.
//! Values stay where they are in the file's text until one is asked for, so that nothing secret is
//! copied in passing, and what is not known is kept to the byte.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::error::Category;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::Unreadable;
use crate::writer::{Member, Value};

/// Files are a few kilobytes; more than this is none.
const MOST: usize = 1 << 20;

/// The object in a file. Known keys are taken out of it, one by one.
pub(crate) struct Object<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Object<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        if MOST < bytes.len() {
            return Err(Unreadable::TooLarge { length: bytes.len(), most: MOST });
        }
        // The text of serde's error may repeat a value, so its kind and place are all that is used.
        serde_json::from_slice(bytes).map(Self).map_err(|error| match error.classify() {
            Category::Eof => Unreadable::Torn,
            Category::Syntax if ends_within_a_number(bytes, &error) => Unreadable::Torn,
            Category::Data => Unreadable::NotAnObject,
            Category::Syntax | Category::Io => {
                Unreadable::NotJson { line: error.line(), column: error.column() }
            }
        })
    }

    /// True if there is something at the key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(name, value)| name.eq_ignore_ascii_case(key) && value.get() != "null")
    }

    pub(crate) fn text(&mut self, key: &'static str) -> Result<Option<String>, Unreadable> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let text: String = serde_json::from_str(value.get())
            .map_err(|_| Unreadable::Wrong { key, expected: "a string" })?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// A text that is something more than a text; `expected` says what, with its article.
    pub(crate) fn parsed<T: FromStr>(
        &mut self,
        key: &'static str,
        expected: &'static str,
    ) -> Result<Option<T>, Unreadable> {
        let text = self.text(key)?.map(Zeroizing::new);
        text.map(|text| text.parse().map_err(|_| Unreadable::Wrong { key, expected })).transpose()
    }

    pub(crate) fn texts(&mut self, key: &'static str) -> Result<Vec<String>, Unreadable> {
        let Some(value) = self.take(key) else { return Ok(Vec::new()) };
        serde_json::from_str(value.get())
            .map_err(|_| Unreadable::Wrong { key, expected: "a list of strings" })
    }

    pub(crate) fn object(&mut self, key: &'static str) -> Result<Option<Self>, Unreadable> {
        let Some(value) = self.take(key) else { return Ok(None) };
        Self::read(value.get().as_bytes())
            .map(Some)
            .map_err(|_| Unreadable::Wrong { key, expected: "an object" })
    }

    /// What was not asked for.
    pub(crate) fn rest(self) -> Unknown {
        let keep = |(key, value): (String, &RawValue)| (key, Zeroizing::new(value.get().into()));
        Unknown(self.0.into_iter().map(keep).collect())
    }

    /// The key as we write it wins over its other spellings, and takes them with it.
    fn take(&mut self, key: &'static str) -> Option<&'a RawValue> {
        let mut found = None;
        self.0.retain(|name, value| {
            let is_it = name.eq_ignore_ascii_case(key);
            if is_it && (found.is_none() || name == key) {
                found = Some(*value);
            }
            !is_it
        });
        found.filter(|value| value.get() != "null")
    }
}

/// To serde the end of the text after a sign, a point or an exponent is a mistake like any other.
fn ends_within_a_number(bytes: &[u8], error: &serde_json::Error) -> bool {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let last = lines.next_back().unwrap_or_default();
    let at_the_end = lines.count() + 1 == error.line() && last.len() <= error.column();
    at_the_end && last.last().is_some_and(|byte| b"-+.eE".contains(byte))
}

/// A key that must be there.
pub(crate) fn required<T>(value: Option<T>, key: &'static str) -> Result<T, Unreadable> {
    value.ok_or(Unreadable::Missing { key })
}

/// What other tools put into a file: kept for them, and wiped like a secret, since it may be one.
#[derive(Clone, Default)]
pub(crate) struct Unknown(BTreeMap<String, Zeroizing<String>>);

impl Unknown {
    pub(crate) fn members(&self) -> impl Iterator<Item = Member<'_>> {
        self.0.iter().map(|(key, json)| (key.as_str(), Value::Json(json)))
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(text: impl AsRef<[u8]>, expected: &str, torn: bool) {
        let error = Object::read(text.as_ref()).map(|_| ()).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.is_torn()), (expected, torn));
    }

    #[test]
    fn half_a_file_is_told_from_none() {
        for torn in
            ["", " \n", "{", r#"{"a"#, r#"{"a": "b"#, r#"{"a": "b\u00"#, r#"{"a": {"b": 1}"#]
        {
            refuses(torn, "it ends in the middle", true);
        }
        for number in ["-", "1.", "1e", "1E+", "[1.5, -"] {
            refuses(format!("{{\n\"a\": {number}"), "it ends in the middle", true);
        }
        refuses("{\"a\": -}", "it is not JSON (line 1, column 8)", false);
        refuses("nothing.", "it is not JSON (line 1, column 2)", false);
        refuses([b"{\"a\": \"".as_slice(), &[0xc3]].concat(), "it ends in the middle", true);
        refuses("{} }", "it is not JSON (line 1, column 4)", false);
        refuses("{\n\"a\": 'b'}", "it is not JSON (line 2, column 6)", false);
        refuses([0; 64], "it is not JSON (line 1, column 1)", false);
        refuses("[1]", "it is not a JSON object", false);
        refuses("\"secret\"", "it is not a JSON object", false);
        refuses(
            vec![b' '; MOST + 1],
            "it has 1048577 bytes; no such file has more than 1048576",
            false,
        );
    }

    #[test]
    fn nesting_is_no_danger() {
        let deep = format!("{{\"a\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Object::read(deep.as_bytes()).unwrap().has("a"));
    }

    #[test]
    fn any_case_will_do_and_ours_wins() {
        let take = |text: &'static str| Object::read(text.as_bytes()).unwrap().text("someKey");
        assert_eq!(take(r#"{"SOMEKEY": "a"}"#), Ok(Some("a".into())));
        assert_eq!(
            take(r#"{"somekey": "a", "someKey": "b", "SomeKey": "c"}"#),
            Ok(Some("b".into()))
        );
        assert_eq!(take(r#"{"someKey": "a", "someKey": "b"}"#), Ok(Some("b".into())));
        let mut object = Object::read(br#"{"somekey": 1, "someKey": 2, "other": 3}"#).unwrap();
        assert!(object.take("someKey").is_some());
        assert_eq!(format!("{:?}", object.rest()), r#"{"other"}"#);
    }

    #[test]
    fn absent_null_and_empty_are_one_and_another_type_is_an_error() {
        let take = |text: &'static str| Object::read(text.as_bytes()).unwrap().text("k");
        for text in ["{}", r#"{"k": null}"#, r#"{"k": ""}"#] {
            assert_eq!(take(text), Ok(None), "{text}");
        }
        for text in [r#"{"k": 1}"#, r#"{"k": ["a"]}"#, r#"{"k": "\ud800"}"#] {
            let error = take(text).unwrap_err();
            assert_eq!(error.to_string(), "`k` is not a string", "{text}");
        }
    }
}
