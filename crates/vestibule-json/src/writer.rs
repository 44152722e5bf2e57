use std::fmt;

use zeroize::Zeroizing;

/// What stands at a key.
///
/// `Debug` shows no value.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_enums, reason = "what can be written")]
pub enum Value<'a> {
    /// Nothing, and no key either.
    Absent,
    /// `null`.
    Null,
    /// A text.
    Text(&'a str),
    /// A list of texts.
    Texts(&'a [String]),
    /// Any value, as JSON already: a number, or what was read.
    Json(&'a str),
    /// An object.
    Object(&'a [Member<'a>]),
}

/// A key and what stands there.
pub type Member<'a> = (&'a str, Value<'a>);

/// What follows `,` and `:`.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there is a space or none")]
pub enum Spacing {
    /// A space: Python's default.
    Spaced,
    /// Nothing: `separators=(",", ":")`.
    Compact,
}

/// Writes an object as Python's `json.dumps` does: ASCII alone, on one line, its keys in the order
/// given.
///
/// Names of files are hashes of such text, so every byte counts there. Files are written so too: as
/// the AWS CLI writes them, and readable whatever encoding a reader assumes.
pub fn write(members: &[Member<'_>], spacing: Spacing) -> Zeroizing<Vec<u8>> {
    // Measured first: a buffer that grows leaves copies of what it held.
    let mut length = 0;
    object(members, spacing, &mut |piece| length += piece.len());
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    object(members, spacing, &mut |piece| text.extend_from_slice(piece.as_bytes()));
    text
}

impl<'a> Value<'a> {
    /// A list of texts, absent if it is empty.
    pub fn texts_if_any(texts: &'a [String]) -> Self {
        if texts.is_empty() { Self::Absent } else { Self::Texts(texts) }
    }
}

/// A text, absent if there is none.
impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Absent, Self::Text)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value(..)")
    }
}

type Out<'a> = &'a mut dyn FnMut(&str);

fn object(members: &[Member<'_>], spacing: Spacing, out: Out<'_>) {
    let (comma, colon) = spacing.separators();
    out("{");
    let mut before = "";
    for (key, value) in members.iter().filter(|(_, value)| !matches!(value, Value::Absent)) {
        out(std::mem::replace(&mut before, comma));
        string(key, out);
        out(colon);
        match value {
            Value::Absent => {}
            Value::Null => out("null"),
            Value::Text(text) => string(text, out),
            Value::Texts(texts) => array(texts, spacing, out),
            Value::Json(json) => out(json),
            Value::Object(members) => object(members, spacing, out),
        }
    }
    out("}");
}

fn array(texts: &[String], spacing: Spacing, out: Out<'_>) {
    let (comma, _) = spacing.separators();
    out("[");
    let mut before = "";
    for text in texts {
        out(std::mem::replace(&mut before, comma));
        string(text, out);
    }
    out("]");
}

fn string(text: &str, out: Out<'_>) {
    out("\"");
    let mut plain_from = 0;
    for (at, c) in text.char_indices().filter(|&(_, c)| needs_escape(c)) {
        out(&text[plain_from..at]);
        plain_from = at + c.len_utf8();
        match c {
            '"' => out("\\\""),
            '\\' => out("\\\\"),
            '\n' => out("\\n"),
            '\r' => out("\\r"),
            '\t' => out("\\t"),
            '\u{8}' => out("\\b"),
            '\u{c}' => out("\\f"),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out(&format!("\\u{unit:04x}"))),
        }
    }
    out(&text[plain_from..]);
    out("\"");
}

fn needs_escape(c: char) -> bool {
    !matches!(c, ' '..='~') || matches!(c, '"' | '\\')
}

impl Spacing {
    fn separators(self) -> (&'static str, &'static str) {
        match self {
            Self::Spaced => (", ", ": "),
            Self::Compact => (",", ":"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(members: &[Member<'_>], spacing: Spacing, expected: &str) {
        let written = write(members, spacing);
        assert_eq!(String::from_utf8_lossy(&written), expected);
        assert_eq!(written.capacity(), written.len());
    }

    #[test]
    fn separators_are_those_of_python() {
        let texts = ["x".to_owned(), "y".to_owned()];
        let inner = [("c", Value::Json("1.50"))];
        let members = [
            ("", Value::texts_if_any(&[])),
            ("a", Value::Texts(&texts)),
            ("b", Value::Object(&inner)),
            ("c", Value::from(None)),
            ("d", Value::Null),
        ];
        check(&members, Spacing::Spaced, r#"{"a": ["x", "y"], "b": {"c": 1.50}, "d": null}"#);
        check(&members, Spacing::Compact, r#"{"a":["x","y"],"b":{"c":1.50},"d":null}"#);
        check(&[], Spacing::Spaced, "{}");
    }

    #[test]
    fn escapes_are_those_of_python() {
        check(
            &[("k", Value::Text("é\"\\/\n\r\t\u{8}\u{c}\u{1}\u{7f}𐀀~ "))],
            Spacing::Compact,
            r#"{"k":"\u00e9\"\\/\n\r\t\b\f\u0001\u007f\ud800\udc00~ "}"#,
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in any::<String>()) {
            let written = write(&[("k", Value::Text(&text))], Spacing::Spaced);
            let read: serde_json::Value = serde_json::from_slice(&written).unwrap();
            prop_assert_eq!(read["k"].as_str(), Some(text.as_str()));
            prop_assert!(written.is_ascii());
        }
    }
}
