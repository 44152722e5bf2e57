use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use zeroize::Zeroizing;

/// Writes a value as Python's `json.dumps` does: on one line, in ASCII, with a space after `,` and
/// `:`.
pub fn to_vec(value: &(impl Serialize + ?Sized)) -> Zeroizing<Vec<u8>> {
    write(value, Separators { item: b", ", value: b": " })
}

/// Writes a value as Python's `json.dumps` does with `separators=(",", ":")`.
pub fn to_vec_compact(value: &(impl Serialize + ?Sized)) -> Zeroizing<Vec<u8>> {
    write(value, Separators { item: b",", value: b":" })
}

/// Writes a value as JSON. Measures first, since a buffer that grows leaves copies of secrets
/// behind.
fn write(value: &(impl Serialize + ?Sized), separators: Separators) -> Zeroizing<Vec<u8>> {
    let mut length = Length(0);
    serialize(value, separators, &mut length);
    let mut text = Zeroizing::new(Vec::with_capacity(length.0));
    serialize(value, separators, &mut *text);
    text
}

#[expect(clippy::expect_used, reason = "half an object must not replace a token file")]
fn serialize(value: &(impl Serialize + ?Sized), separators: Separators, out: &mut dyn Write) {
    let mut serializer = Serializer::with_formatter(out, separators);
    value.serialize(&mut serializer).expect("memory takes every byte, and keys are strings");
}

#[derive(Clone, Copy)]
struct Separators {
    item: &'static [u8],
    value: &'static [u8],
}

impl Formatter for Separators {
    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(self.item) }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.begin_array_value(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(self.value)
    }

    /// Writes a part of a string, in which `serde_json` has escaped quotes, backslashes and control
    /// characters already.
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain_from = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| !matches!(c, ' '..='~')) {
            out.write_all(&fragment.as_bytes()[plain_from..at])?;
            plain_from = at + c.len_utf8();
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        out.write_all(&fragment.as_bytes()[plain_from..])
    }
}

/// A writer that counts bytes.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(written: &Zeroizing<Vec<u8>>, expected: &str) {
        assert_eq!(String::from_utf8_lossy(written), expected);
        assert_eq!(written.capacity(), written.len());
    }

    #[test]
    fn separators_are_those_of_python() {
        let value = json!({ "a": ["x", "y"], "b": { "c": 1.5 }, "d": null, "e": [], "f": {} });
        let spaced = r#"{"a": ["x", "y"], "b": {"c": 1.5}, "d": null, "e": [], "f": {}}"#;
        check(&to_vec(&value), spaced);
        let compact = r#"{"a":["x","y"],"b":{"c":1.5},"d":null,"e":[],"f":{}}"#;
        check(&to_vec_compact(&value), compact);
    }

    #[test]
    fn escapes_are_those_of_python() {
        check(
            &to_vec("é\"\\/\n\r\t\u{8}\u{c}\u{1}\u{7f}𐀀~ "),
            r#""\u00e9\"\\/\n\r\t\b\f\u0001\u007f\ud800\udc00~ ""#,
        );
    }

    proptest! {
        #[test]
        fn any_text_is_ascii_and_reads_back(text in any::<String>()) {
            let written = to_vec(&text);
            prop_assert!(written.is_ascii());
            prop_assert_eq!(serde_json::from_slice::<String>(&written).unwrap(), text);
        }
    }
}
