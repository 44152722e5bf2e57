//! Positions in the text: 32-bit byte offsets instead of copies or lifetimes.

use nom::Offset;

/// The length of the longest text whose offsets fit. Longer texts are never scanned.
pub(crate) const LONGEST: usize = u32::MAX as usize;

/// A range of bytes that begins and ends at character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// Returns the span of `part`, which is a slice of `whole`.
    pub(crate) fn locate(whole: &[u8], part: &[u8]) -> Self {
        let start = whole.offset(part);
        Self { start: offset(start), end: offset(start + part.len()) }
    }

    pub(crate) fn text(self, whole: &str) -> &str {
        &whole[self.start as usize..self.end as usize]
    }
}

#[expect(clippy::cast_possible_truncation, reason = "texts over LONGEST are never scanned")]
pub(crate) fn offset(bytes: usize) -> u32 {
    bytes as u32
}
