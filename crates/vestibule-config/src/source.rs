//! A text to read, and what is known of the bytes it was.

/// A text, whole or in parts.
#[derive(Default)]
pub(crate) struct Source {
    pub(crate) text: String,
    /// Where bytes that are not UTF-8 gave way to U+FFFD, in order.
    pub(crate) replaced: Vec<usize>,
    /// Where the text begins, and where it skips lines of the file.
    pub(crate) parts: Vec<Part>,
}

/// A part of a text that is continuous in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) start: usize,
    /// The number of its first line, from 1.
    pub(crate) line: u32,
}

impl Source {
    /// A whole text.
    pub(crate) fn text(text: String) -> Self {
        Self { text, replaced: Vec::new(), parts: vec![Part { start: 0, line: 1 }] }
    }

    /// A whole file; bytes that are UTF-8 are taken over without a copy.
    pub(crate) fn bytes(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::text(text),
            Err(error) => {
                let mut source = Self::default();
                source.push(1, error.as_bytes());
                source
            }
        }
    }

    /// Adds a part of a file.
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

    /// The parts, each with the number of its first line.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&str, u32)> {
        self.parts.iter().enumerate().map(|(at, part)| {
            let end = self.parts.get(at + 1).map_or(self.text.len(), |next| next.start);
            (&self.text[part.start..end], part.line)
        })
    }
}

/// Whether bytes begin with a UTF-16 byte order mark.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_character_of_the_file_itself_is_not_counted() {
        let source = Source::bytes("a \u{fffd} b".into());
        assert!(source.replaced.is_empty());
    }

    #[test]
    fn every_replaced_place_is_known() {
        let source = Source::bytes(b"caf\xe9 \xff!".to_vec());
        assert_eq!(source.text, "caf\u{fffd} \u{fffd}!");
        assert_eq!(source.replaced, [3, 7]);
    }

    #[test]
    fn parts_know_their_lines() {
        let mut source = Source::default();
        source.push(3, b"[a]\n");
        source.push(8, b"[b]\n\xff");
        let parts: Vec<_> = source.parts().collect();
        assert_eq!(parts, [("[a]\n", 3), ("[b]\n\u{fffd}", 8)]);
        assert_eq!(source.replaced, [8]);
    }
}
