//! JSON as Python's `json.dumps` writes it: ASCII alone, on one line.
//!
//! File names are hashes of such text, so every byte counts there. Files are written so too:
//! as the AWS CLI writes them, and readable whatever encoding a reader assumes.

use zeroize::Zeroizing;

/// What stands at a key.
pub(crate) enum Value<'a> {
    Null,
    Text(&'a str),
    Texts(&'a [String]),
    /// Any value, as JSON already.
    Json(&'a str),
    Object(&'a [Member<'a>]),
}

pub(crate) type Member<'a> = (&'a str, Value<'a>);

/// What follows `,` and `:`.
#[derive(Clone, Copy)]
pub(crate) enum Spacing {
    /// A space: Python's default.
    Spaced,
    /// Nothing: `separators=(",", ":")`.
    Compact,
}

/// Writes an object, its keys in the order given.
pub(crate) fn write(members: &[Member<'_>], spacing: Spacing) -> Zeroizing<Vec<u8>> {
    // Measured first: a buffer that grows leaves copies of what it held.
    let mut length = 0;
    object(members, spacing, &mut |piece| length += piece.len());
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    object(members, spacing, &mut |piece| text.extend_from_slice(piece.as_bytes()));
    text
}

type Out<'a> = &'a mut dyn FnMut(&str);

fn object(members: &[Member<'_>], spacing: Spacing, out: Out<'_>) {
    let (comma, colon) = spacing.separators();
    out("{");
    for (at, (key, value)) in members.iter().enumerate() {
        if 0 < at {
            out(comma);
        }
        string(key, out);
        out(colon);
        match value {
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
    for (at, text) in texts.iter().enumerate() {
        if 0 < at {
            out(comma);
        }
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
        let members =
            [("a", Value::Texts(&texts)), ("b", Value::Object(&inner)), ("d", Value::Null)];
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
