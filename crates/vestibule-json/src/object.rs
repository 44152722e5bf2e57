use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::escape::unescape;
use crate::scanner::Scanner;
use crate::{Rest, Unreadable};

/// Files are a few kilobytes, and answers hardly more; what is larger than this is neither.
const MOST: usize = 1 << 20;

/// An object. What is known of it is taken out, member by member; what is not can be kept.
///
/// A key counts in any case, as in the SDK for Rust: first as it is asked for, then in its other
/// spellings, which are gone with it. `null` and the empty text count as absent.
///
/// Values stay where they are in the text until one is asked for, so that nothing secret is copied
/// in passing. `Debug` shows the keys alone.
#[derive(Default)]
pub struct Object<'a> {
    /// Keys and JSON, in the order of the text.
    members: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Object<'a> {
    /// Reads the one object in a text of a megabyte at most, however deeply it is nested.
    ///
    /// # Errors
    /// [`Unreadable`], but for what it says of keys.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        if MOST < bytes.len() {
            return Err(Unreadable::TooLarge { length: bytes.len(), most: MOST });
        }
        let (text, may_go_on) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, true),
            // After half a character it may, after what is none it cannot.
            Err(error) => {
                let text = std::str::from_utf8(&bytes[..error.valid_up_to()]);
                (text.unwrap_or_default(), error.error_len().is_none())
            }
        };
        let mut scanner = Scanner::new(text);
        let value = scanner.value().filter(|_| scanner.end().is_some());
        match value {
            Some(json) if text.len() == bytes.len() => {
                Self::of(json).ok_or(Unreadable::NotAnObject)
            }
            _ if may_go_on && scanner.at() == text.len() => Err(Unreadable::Torn),
            _ => Err(not_json(&bytes[..scanner.at()])),
        }
    }

    /// True if there is something at the key.
    pub fn has(&self, key: &str) -> bool {
        let is_it = |name: &str, json: &str| name.eq_ignore_ascii_case(key) && json != "null";
        self.members.iter().any(|(name, json)| is_it(name, json))
    }

    /// A text, if there is one.
    ///
    /// # Errors
    /// [`Unreadable::Wrong`] for a value of another type.
    pub fn text(&mut self, key: &'static str) -> Result<Option<String>, Unreadable> {
        let text = self.member(key, "a string", text)?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// As [`Object::text`], and [`Unreadable::Missing`].
    pub fn required_text(&mut self, key: &'static str) -> Result<String, Unreadable> {
        required(self.text(key)?, key)
    }

    /// A text that is printable ASCII without spaces, if there is one: such as headers and
    /// variables of a shell can carry.
    ///
    /// # Errors
    /// [`Unreadable::Wrong`] for another text, and for a value of another type.
    pub fn printable(&mut self, key: &'static str) -> Result<Option<String>, Unreadable> {
        let text = self.text(key)?.map(Zeroizing::new);
        let is_printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        match text {
            Some(text) if !is_printable(&text) => {
                Err(Unreadable::Wrong { key, expected: "printable" })
            }
            text => Ok(text.map(|mut text| std::mem::take(&mut *text))),
        }
    }

    /// A text as [`Object::printable`] that must be there.
    ///
    /// # Errors
    /// As [`Object::printable`], and [`Unreadable::Missing`].
    pub fn required_printable(&mut self, key: &'static str) -> Result<String, Unreadable> {
        required(self.printable(key)?, key)
    }

    /// A text that is something more than a text, if there is one; `expected` says what, with its
    /// article.
    ///
    /// # Errors
    /// [`Unreadable::Wrong`] for another text, and for a value of another type.
    pub fn parsed<T: FromStr>(
        &mut self,
        key: &'static str,
        expected: &'static str,
    ) -> Result<Option<T>, Unreadable> {
        let text = self.text(key)?.map(Zeroizing::new);
        text.map(|text| text.parse().map_err(|_| Unreadable::Wrong { key, expected })).transpose()
    }

    /// A text as [`Object::parsed`] that must be there.
    ///
    /// # Errors
    /// As [`Object::parsed`], and [`Unreadable::Missing`].
    pub fn required_parsed<T: FromStr>(
        &mut self,
        key: &'static str,
        expected: &'static str,
    ) -> Result<T, Unreadable> {
        required(self.parsed(key, expected)?, key)
    }

    /// A number, if there is one; `expected` says which, with its article.
    ///
    /// # Errors
    /// [`Unreadable::Wrong`] for a number that is no `T` as it is written, and for a value of
    /// another type.
    pub fn number<T: FromStr>(
        &mut self,
        key: &'static str,
        expected: &'static str,
    ) -> Result<Option<T>, Unreadable> {
        self.member(key, expected, |json| json.parse().ok())
    }

    /// A number as [`Object::number`] that must be there.
    ///
    /// # Errors
    /// As [`Object::number`], and [`Unreadable::Missing`].
    pub fn required_number<T: FromStr>(
        &mut self,
        key: &'static str,
        expected: &'static str,
    ) -> Result<T, Unreadable> {
        required(self.number(key, expected)?, key)
    }

    /// A list of texts; absent is empty.
    ///
    /// # Errors
    /// [`Unreadable::Wrong`] for a value of another type, in the list or for it.
    pub fn texts(&mut self, key: &'static str) -> Result<Vec<String>, Unreadable> {
        let texts = self.member(key, "a list of strings", |json| list(json, text))?;
        Ok(texts.unwrap_or_default())
    }

    /// An object that must be there.
    ///
    /// # Errors
    /// [`Unreadable::Missing`], and [`Unreadable::Wrong`] for a value of another type.
    pub fn required_object(&mut self, key: &'static str) -> Result<Self, Unreadable> {
        required(self.member(key, "an object", Self::of)?, key)
    }

    /// A list of objects that must be there; it may be empty.
    ///
    /// # Errors
    /// [`Unreadable::Missing`], and [`Unreadable::Wrong`] for a value of another type, in the list
    /// or for it.
    pub fn required_objects(&mut self, key: &'static str) -> Result<Vec<Self>, Unreadable> {
        required(self.member(key, "a list of objects", |json| list(json, Self::of))?, key)
    }

    /// What was not asked for.
    pub fn rest(self) -> Rest {
        let keep = |(key, json): (Cow<'_, str>, &str)| (key.into_owned(), json.to_owned().into());
        Rest::new(self.members.into_iter().map(keep).collect())
    }

    /// Takes a member out and reads it.
    fn member<T>(
        &mut self,
        key: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<Option<T>, Unreadable> {
        let Some(json) = self.take(key) else { return Ok(None) };
        read(json).map(Some).ok_or(Unreadable::Wrong { key, expected })
    }

    fn take(&mut self, key: &str) -> Option<&'a str> {
        let mut found = None;
        self.members.retain(|(name, json)| {
            let is_it = name.eq_ignore_ascii_case(key);
            if is_it && (found.is_none() || name == key) {
                found = Some(*json);
            }
            !is_it
        });
        found.filter(|json| *json != "null")
    }

    /// The object that a value is.
    fn of(json: &'a str) -> Option<Self> {
        Some(Self { members: Scanner::new(json).members()? })
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.iter().map(|(key, _)| key)).finish()
    }
}

/// The text that a value is.
fn text(json: &str) -> Option<String> {
    Scanner::new(json).string().and_then(unescape).map(Cow::into_owned)
}

/// The list that a value is.
fn list<'a, T>(json: &'a str, read: impl Fn(&'a str) -> Option<T>) -> Option<Vec<T>> {
    Scanner::new(json).elements()?.into_iter().map(read).collect()
}

fn required<T>(value: Option<T>, key: &'static str) -> Result<T, Unreadable> {
    value.ok_or(Unreadable::Missing { key })
}

/// It is JSON so far.
fn not_json(good: &[u8]) -> Unreadable {
    let mut lines = good.split(|&byte| byte == b'\n');
    let last = lines.next_back().unwrap_or_default();
    Unreadable::NotJson { line: lines.count() + 1, column: last.len() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(text: impl AsRef<[u8]>, expected: &str, torn: bool) {
        let error = Object::read(text.as_ref()).map(|_| ()).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.is_torn()), (expected, torn));
    }

    fn object(text: &str) -> Object<'_> {
        Object::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn half_a_text_is_told_from_none() {
        for torn in
            ["", " \n", "{", r#"{"a"#, r#"{"a": "b"#, r#"{"a": "b\u00"#, r#"{"a": {"b": 1}"#, "[1"]
        {
            refuses(torn, "it ends in the middle", true);
        }
        for value in ["-", "1.", "1e", "1E+", "[1.5, -", "tru"] {
            refuses(format!("{{\n\"a\": {value}"), "it ends in the middle", true);
        }
        refuses([b"{\"a\": \"".as_slice(), &[0xc3]].concat(), "it ends in the middle", true);
        refuses(
            [b"{\"a\": \"".as_slice(), &[0xff]].concat(),
            "it is not JSON (line 1, column 8)",
            false,
        );
        refuses(b"{}\xff", "it is not JSON (line 1, column 3)", false);
        refuses("{\"a\": -}", "it is not JSON (line 1, column 8)", false);
        refuses("{\"a\": \"\n\"}", "it is not JSON (line 1, column 8)", false);
        refuses("nothing.", "it is not JSON (line 1, column 2)", false);
        refuses("{} }", "it is not JSON (line 1, column 4)", false);
        refuses("{\n\"a\": 'b'}", "it is not JSON (line 2, column 6)", false);
        refuses([0; 64], "it is not JSON (line 1, column 1)", false);
        refuses("[1]", "it is not a JSON object", false);
        refuses("\"secret\"", "it is not a JSON object", false);
        // No text is a key with half a character in it.
        refuses(r#"{"\ud800": 1}"#, "it is not a JSON object", false);
        refuses(
            vec![b' '; MOST + 1],
            "it has 1048577 bytes; nothing of its kind has more than 1048576",
            false,
        );
    }

    #[test]
    fn nesting_is_no_danger() {
        let deep = format!("{{\"a\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(object(&deep).has("a"));
        assert!(object(&deep).texts("a").is_err());
    }

    #[test]
    fn any_case_will_do_and_ours_wins() {
        let take = |text| object(text).text("someKey");
        assert_eq!(take(r#"{"SOMEKEY": "a"}"#), Ok(Some("a".into())));
        assert_eq!(take(r#"{"some\u004bey": "a"}"#), Ok(Some("a".into())));
        assert_eq!(
            take(r#"{"somekey": "a", "someKey": "b", "SomeKey": "c"}"#),
            Ok(Some("b".into()))
        );
        assert_eq!(take(r#"{"someKey": "a", "someKey": "b"}"#), Ok(Some("b".into())));
        let mut object = object(r#"{"somekey": 1, "someKey": 2, "other": 3}"#);
        assert_eq!(object.number("someKey", "a number"), Ok(Some(2)));
        assert_eq!(format!("{object:?}"), r#"{"other"}"#);
        assert_eq!(format!("{:?}", object.rest()), r#"{"other"}"#);
    }

    #[test]
    fn absent_null_and_empty_are_one() {
        for text in ["{}", r#"{"k": null}"#, r#"{"k": ""}"#] {
            assert_eq!(object(text).text("k"), Ok(None), "{text}");
            let missing = Unreadable::Missing { key: "k" };
            assert_eq!(missing.key(), Some("k"));
            assert_eq!(object(text).required_text("k"), Err(missing), "{text}");
        }
        assert_eq!(object(r#"{"k": null}"#).texts("k"), Ok(Vec::new()));
        assert!(!object(r#"{"k": null}"#).has("k"));
    }

    #[test]
    fn another_type_is_an_error_that_names_the_key() {
        for value in ["1", r#"["a"]"#, r#""\ud800""#, "{}", "true"] {
            let text = format!(r#"{{"k": {value}}}"#);
            let error = object(&text).text("k").unwrap_err();
            assert_eq!(error.to_string(), "`k` is not a string", "{value}");
        }
        for value in [r#""1""#, "1.0", "1e0", "-1", "4294967296", "[1]", "true"] {
            let text = format!(r#"{{"k": {value}}}"#);
            let error = object(&text).number::<u32>("k", "a number of seconds").unwrap_err();
            assert_eq!(error.to_string(), "`k` is not a number of seconds", "{value}");
        }
        for value in [r#""a b""#, r#""a\nb""#, r#""é""#] {
            let text = format!(r#"{{"k": {value}}}"#);
            let error = object(&text).printable("k").unwrap_err();
            assert_eq!(error.to_string(), "`k` is not printable", "{value}");
        }
        let error = object(r#"{"k": ["a", 1]}"#).texts("k").unwrap_err();
        assert_eq!(error.to_string(), "`k` is not a list of strings");
        let error = object(r#"{"k": []}"#).required_object("k").unwrap_err();
        assert_eq!(error.to_string(), "`k` is not an object");
        let error = object(r#"{"k": [{}, 1]}"#).required_objects("k").unwrap_err();
        assert_eq!(error.to_string(), "`k` is not a list of objects");
    }
}
