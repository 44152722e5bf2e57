//! Looks up one section, or the names of all, in a large text without parsing the rest.
//!
//! A section line in column 0 opens a section, whatever is above it. So the lines of one section can be
//! parsed alone: from each of its section lines to the next section line. A search for the name finds them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use memchr::{memchr, memchr_iter, memchr2, memchr2_iter, memmem, memrchr};

use crate::line::{self, is_blank, unindent};
use crate::section_name::{self, SectionName};
use crate::source::{Source, is_utf16};
use crate::span::LONGEST;
use crate::{Dialect, Document, Section, SectionKind};

/// The length of a chunk: small enough to stay in the L1 cache while it is read twice.
const CHUNK_LEN: usize = 32 * 1024;

/// The bytes of a file, indexed for looking up single sections.
///
/// Quotes and line feeds are indexed once, so that a lookup only searches for the name.
#[derive(Clone)]
pub struct IndexedText<B> {
    bytes: B,
    dialect: Dialect,
    chunks: Vec<Chunk>,
}

/// The index entry of [`CHUNK_LEN`] bytes of the text.
#[derive(Clone, Copy)]
struct Chunk {
    /// The number of line feeds before the chunk.
    feeds_before: u32,
    has_quotes: bool,
}

/// The lines of one section, parsed as a [`Document`] parses them.
#[derive(Clone, Debug)]
pub struct SectionSlice {
    document: Document,
    kind: SectionKind,
    name: String,
}

impl<B: AsRef<[u8]>> IndexedText<B> {
    /// Creates the index of the bytes of a file, without parsing them.
    pub fn new(bytes: B, dialect: Dialect) -> Self {
        let chunks = chunks(text_of(bytes.as_ref()), dialect);
        Self { bytes, dialect, chunks }
    }

    /// Returns the bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// Parses the whole file.
    pub fn document(&self) -> Document {
        Document::parse_bytes(self.bytes(), self.dialect)
    }

    /// Finds the section that [`Document::section`] would find.
    pub fn find(&self, kind: SectionKind, name: &str) -> SectionSlice {
        self.borrowed().find(kind, name)
    }

    /// Returns the names that [`Document::names`] would return, from the section lines alone. `None` if
    /// the whole file has to be parsed: it is UTF-16 or too large, or a line that begins with blanks and
    /// a bracket may open a section or continue a value.
    pub fn names(&self, kind: SectionKind) -> Option<Vec<Cow<'_, str>>> {
        self.borrowed().names(kind)
    }

    fn borrowed(&self) -> BorrowedText<'_> {
        let (bytes, chunks) = (self.bytes(), self.chunks.as_slice());
        BorrowedText { bytes, text: text_of(bytes), dialect: self.dialect, chunks }
    }
}

/// A borrowed [`IndexedText`], so that its code is compiled once, and not for each type of bytes.
struct BorrowedText<'a> {
    bytes: &'a [u8],
    text: &'a [u8],
    dialect: Dialect,
    chunks: &'a [Chunk],
}

impl<'a> BorrowedText<'a> {
    fn find(&self, kind: SectionKind, name: &str) -> SectionSlice {
        let target = Target { dialect: self.dialect, kind, name };
        let whole = || Document::parse_bytes(self.bytes, self.dialect);
        let document = self.slice(&target).unwrap_or_else(whole);
        SectionSlice { document, kind, name: name.to_owned() }
    }

    fn names(&self, kind: SectionKind) -> Option<Vec<Cow<'a, str>>> {
        if !Document::is_readable(self.bytes) {
            return None;
        }
        let mut sections = Vec::new();
        for line in bracket_lines(self.text) {
            let section = line::section(without_end(line?)).ok();
            let section = section.and_then(|text| section_name::parse(text, self.dialect));
            sections.extend(section.filter(|section| section.kind == kind));
        }
        let hides_default = sections.iter().any(SectionName::hides_default);
        sections.retain(|section| !(hides_default && section.bare_default));
        let names = sections.iter().filter_map(|section| str::from_utf8(section.name).ok());
        let mut names: Vec<_> = names.map(section_name::unquoted).collect();
        let mut seen = HashSet::with_capacity(names.len());
        names.retain(|name| seen.insert(name.clone()));
        Some(names)
    }

    /// Parses the lines of one section. `None` if the whole file has to be parsed: it is UTF-16, or a
    /// header of the section is indented, so that it depends on the lines above.
    fn slice(&self, target: &Target<'_>) -> Option<Document> {
        let text = self.text;
        if is_utf16(text) {
            return None;
        }
        let unquoted = target.headers(text, &mut target.unquoted_names(text));
        let headers = merged(unquoted, target.headers(text, &mut self.quotes().into_iter()));
        let mut source = Source::default();
        let mut line = Position { offset: 0, line: 1 };
        for header in headers {
            if header.is_indented {
                return None;
            }
            line = self.line_after(line, header.start);
            let lines = &text[header.start..];
            source.push(line.line, &lines[..end_of_section(lines)]);
        }
        Some(Document::build(source, self.dialect, LONGEST))
    }

    /// Returns the offsets of quotes: a quoted name can be spelled in several ways.
    fn quotes(&self) -> Vec<usize> {
        let mut quotes = Vec::new();
        for (at, bytes) in self.text.chunks(CHUNK_LEN).enumerate() {
            if self.chunks[at].has_quotes {
                for quote in memchr2_iter(b'"', b'\'', bytes) {
                    quotes.push(at * CHUNK_LEN + quote);
                }
            }
        }
        quotes
    }

    /// Returns the position of the line that begins at an offset, given the position of a line above it.
    fn line_after(&self, above: Position, offset: usize) -> Position {
        let start = offset - offset % CHUNK_LEN;
        let before = self.chunks.get(offset / CHUNK_LEN).map_or(0, |chunk| chunk.feeds_before);
        let in_chunk = Position { offset: start, line: before.saturating_add(1) };
        let nearest = if start < above.offset { above } else { in_chunk };
        let feeds = line_feeds(&self.text[nearest.offset..offset]);
        Position { offset, line: nearest.line.saturating_add(feeds) }
    }
}

/// The bytes may hold secrets.
impl<B: AsRef<[u8]>> fmt::Debug for IndexedText<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndexedText({:?}, {} bytes)", self.dialect, self.bytes().len())
    }
}

impl SectionSlice {
    /// Returns the section, if the file has it. Line numbers are those of the file.
    pub fn section(&self) -> Option<Section<'_>> {
        self.document.section(self.kind, &self.name)
    }
}

/// The section to look up.
struct Target<'a> {
    dialect: Dialect,
    kind: SectionKind,
    name: &'a str,
}

/// An offset, and the number of the line it lies in, from 1.
#[derive(Clone, Copy)]
struct Position {
    offset: usize,
    line: u32,
}

/// A header line of the target section.
struct HeaderLine {
    start: usize,
    is_indented: bool,
}

impl Target<'_> {
    /// Returns the offsets at which the name stands between blanks or brackets, as in a header.
    fn unquoted_names(&self, text: &[u8]) -> impl Iterator<Item = usize> {
        let length = self.name.len();
        let is_delimited = move |&at: &usize| {
            let before = at.checked_sub(1).map(|before| text[before]);
            let after = text.get(at + length).copied();
            before.is_some_and(|byte| is_blank(byte) || byte == b'[')
                && after.is_some_and(|byte| is_blank(byte) || byte == b']')
        };
        memmem::find_iter(text, self.name.as_bytes()).filter(is_delimited)
    }

    /// Returns the headers of the section among the lines around some offsets, which are in order. Each
    /// line is parsed once, however many of the offsets lie in it.
    fn headers(&self, text: &[u8], offsets: &mut dyn Iterator<Item = usize>) -> Vec<HeaderLine> {
        let mut headers = Vec::new();
        let mut done = 0;
        for offset in offsets {
            if offset < done {
                continue;
            }
            let start = memrchr(b'\n', &text[done..offset]).map_or(done, |feed| done + feed + 1);
            let end = memchr(b'\n', &text[offset..]).map_or(text.len(), |feed| offset + feed);
            done = end + 1;
            let line = unindent(&text[start..end]);
            if self.is_named_by(line) {
                headers.push(HeaderLine { start, is_indented: line.len() < end - start });
            }
        }
        headers
    }

    fn is_named_by(&self, line: &[u8]) -> bool {
        line::section(without_end(line))
            .ok()
            .and_then(|text| section_name::parse(text, self.dialect))
            .filter(|section| section.kind == self.kind)
            .and_then(|section| str::from_utf8(section.name).ok())
            .is_some_and(|name| section_name::unquoted(name) == self.name)
    }
}

/// Merges two lists that are in order; a header of both is kept once.
fn merged(one: Vec<HeaderLine>, other: Vec<HeaderLine>) -> Vec<HeaderLine> {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    let mut other = other.into_iter().peekable();
    for header in one {
        while let Some(above) = other.next_if(|above| above.start < header.start) {
            merged.push(above);
        }
        other.next_if(|same| same.start == header.start);
        merged.push(header);
    }
    merged.extend(other);
    merged
}

/// Returns the lines that begin with a bracket in column 0. An item is `None` if only blanks are before
/// the first bracket of a line.
fn bracket_lines(text: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    let mut done = 0;
    memchr_iter(b'[', text).filter_map(move |bracket| {
        if bracket < done {
            return None;
        }
        let start = memrchr(b'\n', &text[done..bracket]).map_or(done, |feed| done + feed + 1);
        done = memchr(b'\n', &text[bracket..]).map_or(text.len(), |feed| bracket + feed + 1);
        if start == bracket {
            return Some(Some(&text[start..done]));
        }
        unindent(&text[start..bracket]).is_empty().then_some(None)
    })
}

fn text_of(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn chunks(text: &[u8], dialect: Dialect) -> Vec<Chunk> {
    // Names in the credentials file are never quoted.
    let may_quote = dialect == Dialect::Config;
    let mut feeds = 0_u32;
    let chunks = text.chunks(CHUNK_LEN).map(|bytes| {
        let feeds_before = feeds;
        feeds = feeds.saturating_add(line_feeds(bytes));
        Chunk { feeds_before, has_quotes: may_quote && memchr2(b'"', b'\'', bytes).is_some() }
    });
    chunks.collect()
}

/// Counts line feeds by memchr, which uses SIMD even where the compiler optimizes for size.
fn line_feeds(text: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
}

/// Returns a line without its line feed and the carriage returns before it.
fn without_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    &line[..end.map_or(0, |last| last + 1)]
}

/// Returns the length of a section: up to the next line that begins with a bracket.
fn end_of_section(lines: &[u8]) -> usize {
    memmem::find(lines, b"\n[").map_or(lines.len(), |feed| feed + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_parsed_whole_only_if_the_section_is_indented_or_utf16() {
        #[track_caller]
        fn check(bytes: &[u8], found: Option<bool>) {
            let indexed = IndexedText::new(bytes, Dialect::Config);
            let target = Target { dialect: Dialect::Config, kind: SectionKind::Profile, name: "a" };
            let document = indexed.borrowed().slice(&target);
            let is_found = document.map(|found| found.section(SectionKind::Profile, "a").is_some());
            assert_eq!(is_found, found);
        }
        check(b"", Some(false));
        check(b"[profile a]", Some(true));
        check(b"[profile b]\n[profile a]\n", Some(true));
        check(b"\xef\xbb\xbf[ profile  'a' ]\r\n", Some(true));
        check(b"[profile b]\n  [profile c]\nx = [profile a]\n# [profile a]\n", Some(false));
        check(b"[profile b]\n  [profile a]\n", None);
        check(b"[profile b]\n  [profile ''a]\n", None);
        check(b"\xff\xfe[\0", None);
    }

    #[test]
    fn names_need_the_whole_file_only_if_a_bracket_is_indented_or_the_file_is_utf16() {
        #[track_caller]
        fn check(bytes: &[u8], expected: Option<&[&str]>) {
            let indexed = IndexedText::new(bytes, Dialect::Config);
            let expected = expected.map(|names| names.iter().map(|&name| name.into()).collect());
            assert_eq!(indexed.names(SectionKind::Profile), expected);
        }
        check(b"", Some(&[]));
        check(b"\xef\xbb\xbf[profile a]\r\n[profile 'b c'] # d\n[profile a]", Some(&["a", "b c"]));
        check(b"[default]\nx = [profile c]\n[profile a]\n", Some(&["default", "a"]));
        check(b"[default]\n[profile a]\n[profile 'default']\n", Some(&["a", "default"]));
        check(b"[profile a]\n [profile b]\n", None);
        check(b"\xff\xfe[\0", None);
    }

    #[test]
    fn slice_has_all_lines_up_to_the_next_header() {
        let text = "[profile a]\nx = 12\n[profile b]\nx = 3\n[profile a]\ny = 45";
        let slice = IndexedText::new(text, Dialect::Config).find(SectionKind::Profile, "a");
        let section = slice.section().unwrap();
        let values: Vec<_> = section.properties().map(|value| value.text().into_owned()).collect();
        assert_eq!(values, ["12", "45"]);
    }

    #[test]
    fn line_numbers_count_across_chunks() {
        let mut text = "# a line\n".repeat(2 * CHUNK_LEN / 9);
        let above = u32::try_from(text.lines().count()).unwrap();
        text.push_str("[profile 'a']\n");
        let slice = IndexedText::new(text, Dialect::Config).find(SectionKind::Profile, "a");
        assert_eq!(slice.section().map(|section| section.line()), Some(above + 1));
    }
}
