//! A text to read, and where it differs from the bytes of the file.

/// The text of a file, or of some of its sections.
#[derive(Default)]
pub(crate) struct Source {
    pub(crate) text: String,
    /// The offsets at which U+FFFD replaces bytes that are not UTF-8, in order.
    pub(crate) replaced: Vec<usize>,
    /// The continuous parts of the file that the text consists of.
    pub(crate) parts: Vec<Part>,
}

/// A part of a text whose lines follow each other in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) start: usize,
    /// The number of its first line, from 1.
    pub(crate) line: u32,
}

impl Source {
    /// Creates a source from the whole text of a file.
    pub(crate) fn from_text(text: String) -> Self {
        Self { text, replaced: Vec::new(), parts: vec![Part { start: 0, line: 1 }] }
    }

    /// Creates a source from the bytes of a file; valid UTF-8 is not copied.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::from_text(text),
            Err(error) => {
                let mut source = Self::default();
                source.push(1, error.as_bytes());
                source
            }
        }
    }

    /// Appends a part of a file, which begins at a line number.
    pub(crate) fn push(&mut self, line: u32, bytes: &[u8]) {
        self.parts.push(Part { start: self.text.len(), line });
        for chunk in bytes.utf8_chunks() {
            self.text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                self.replaced.push(self.text.len());
                self.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }

    /// Returns the parts, each with the number of its first line.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&str, u32)> {
        self.parts.iter().enumerate().map(|(at, part)| {
            let end = self.parts.get(at + 1).map_or(self.text.len(), |next| next.start);
            (&self.text[part.start..end], part.line)
        })
    }
}

/// Returns true if the bytes begin with a UTF-16 byte order mark.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacement_character_in_valid_utf8_is_not_recorded() {
        let source = Source::from_bytes("a \u{fffd} b".into());
        assert!(source.replaced.is_empty());
    }

    #[test]
    fn invalid_utf8_is_replaced_and_its_offsets_are_recorded() {
        let source = Source::from_bytes(b"caf\xe9 \xff!".to_vec());
        assert_eq!(source.text, "caf\u{fffd} \u{fffd}!");
        assert_eq!(source.replaced, [3, 7]);
    }

    #[test]
    fn parts_keep_their_line_numbers() {
        let mut source = Source::default();
        source.push(3, b"[a]\n");
        source.push(8, b"[b]\n\xff");
        let parts: Vec<_> = source.parts().collect();
        assert_eq!(parts, [("[a]\n", 3), ("[b]\n\u{fffd}", 8)]);
        assert_eq!(source.replaced, [8]);
    }
}
