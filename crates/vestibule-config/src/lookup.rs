//! One section out of a large text, without reading the others.
//!
//! Section lines in column 0 open a section whatever is above them, so the lines of a section can be cut
//! out and read alone: from each of its section lines to the next one. They are found by the name.

use std::fmt;

use memchr::{memchr, memchr_iter, memchr2, memchr2_iter, memmem, memrchr};

use crate::line::{self, is_blank, unindent};
use crate::source::{Source, is_utf16};
use crate::span::LONGEST;
use crate::{Dialect, Document, Section, SectionKind, section_name};

/// The length of a chunk: small enough to stay in the L1 cache while it is read twice.
const CHUNK_LEN: usize = 32 * 1024;

/// The bytes of a file, indexed for looking up single sections.
///
/// Where quotes and line feeds are is noted once; a lookup then only searches for the name.
#[derive(Clone)]
pub struct IndexedText {
    bytes: Vec<u8>,
    dialect: Dialect,
    chunks: Vec<Chunk>,
}

/// Facts about [`CHUNK_LEN`] bytes of the text.
#[derive(Clone, Copy)]
struct Chunk {
    /// How many line feeds are before it.
    feeds_before: u32,
    has_quotes: bool,
}

/// The lines of one section, read as a [`Document`] reads them.
#[derive(Clone, Debug)]
pub struct SectionSlice {
    document: Document,
    kind: SectionKind,
    name: String,
}

impl IndexedText {
    /// Takes the bytes of a file, and parses nothing yet.
    pub fn new(bytes: impl Into<Vec<u8>>, dialect: Dialect) -> Self {
        let bytes = bytes.into();
        let chunks = chunks(text_of(&bytes), dialect);
        Self { bytes, dialect, chunks }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// All of it.
    pub fn document(&self) -> Document {
        Document::parse_bytes(&*self.bytes, self.dialect)
    }

    /// Looks a section up: finds what [`Document::section`] would find.
    pub fn find(&self, kind: SectionKind, name: &str) -> SectionSlice {
        let target = Target { dialect: self.dialect, kind, name };
        let document = self.slice(&target).unwrap_or_else(|| self.document());
        SectionSlice { document, kind, name: name.to_owned() }
    }

    /// The lines of one section. `None` if they cannot be told from the rest by themselves: the file is
    /// UTF-16, or a section line of the section is indented.
    fn slice(&self, target: &Target<'_>) -> Option<Document> {
        let text = self.text();
        if is_utf16(text) {
            return None;
        }
        let bare = target.unquoted_names(text);
        let mut headers: Vec<_> =
            bare.chain(self.quotes()).filter_map(|at| target.header_around(text, at)).collect();
        headers.sort_unstable_by_key(|header| header.start);
        headers.dedup_by_key(|header| header.start);
        let mut source = Source::default();
        for header in headers {
            if header.is_indented {
                return None;
            }
            let lines = &text[header.start..];
            source.push(self.line(header.start), &lines[..end_of_section(lines)]);
        }
        Some(Document::build(source, self.dialect, LONGEST))
    }

    fn text(&self) -> &[u8] {
        text_of(&self.bytes)
    }

    /// The places of quotes, in one of which the name may be spelled in any way.
    fn quotes(&self) -> impl Iterator<Item = usize> {
        let quoted = self.chunks.iter().zip(self.text().chunks(CHUNK_LEN)).enumerate();
        quoted.filter(|(_, (chunk, _))| chunk.has_quotes).flat_map(|(at, (_, bytes))| {
            memchr2_iter(b'"', b'\'', bytes).map(move |quote| at * CHUNK_LEN + quote)
        })
    }

    /// The number of the line that begins at an offset, from 1.
    fn line(&self, at: usize) -> u32 {
        let start = at - at % CHUNK_LEN;
        let before = self.chunks.get(at / CHUNK_LEN).map_or(0, |chunk| chunk.feeds_before);
        before.saturating_add(line_feeds(&self.text()[start..at])).saturating_add(1)
    }
}

/// The bytes may hold secrets.
impl fmt::Debug for IndexedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndexedText({:?}, {} bytes)", self.dialect, self.bytes.len())
    }
}

impl SectionSlice {
    /// The section, if the file has it. Its lines have the numbers they have in the file.
    pub fn section(&self) -> Option<Section<'_>> {
        self.document.section(self.kind, &self.name)
    }
}

/// What is looked for.
struct Target<'a> {
    dialect: Dialect,
    kind: SectionKind,
    name: &'a str,
}

/// A section line of the target section.
struct Header {
    start: usize,
    is_indented: bool,
}

impl Target<'_> {
    /// The places where the name stands alone, as a name without quotes does.
    fn unquoted_names(&self, text: &[u8]) -> impl Iterator<Item = usize> {
        let length = self.name.len();
        let alone = move |&at: &usize| {
            let before = at.checked_sub(1).map(|before| text[before]);
            let after = text.get(at + length).copied();
            before.is_some_and(|byte| is_blank(byte) || byte == b'[')
                && after.is_some_and(|byte| is_blank(byte) || byte == b']')
        };
        memmem::find_iter(text, self.name.as_bytes()).filter(alone)
    }

    /// The line around a place, if it is a section line of the section.
    fn header_around(&self, text: &[u8], at: usize) -> Option<Header> {
        let start = memrchr(b'\n', &text[..at]).map_or(0, |feed| feed + 1);
        let end = memchr(b'\n', &text[at..]).map_or(text.len(), |feed| at + feed);
        let line = unindent(&text[start..end]);
        let header = Header { start, is_indented: line.len() < end - start };
        self.is_named_by(line).then_some(header)
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

/// By memchr, whose vectors are its own: a compiler that optimizes for size makes none of a loop.
fn line_feeds(text: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
}

/// A line without its line feed and the carriage returns before it.
fn without_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    &line[..end.map_or(0, |last| last + 1)]
}

/// Where a section ends that begins here: at the next line that begins with a bracket.
fn end_of_section(lines: &[u8]) -> usize {
    memmem::find(lines, b"\n[").map_or(lines.len(), |feed| feed + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_parsed_whole_only_where_it_must_be() {
        #[track_caller]
        fn check(bytes: &[u8], found: Option<bool>) {
            let indexed = IndexedText::new(bytes, Dialect::Config);
            let target = Target { dialect: Dialect::Config, kind: SectionKind::Profile, name: "a" };
            let document = indexed.slice(&target);
            let has_it = document.map(|found| found.section(SectionKind::Profile, "a").is_some());
            assert_eq!(has_it, found);
        }
        check(b"", Some(false));
        check(b"[profile a]", Some(true));
        check(b"\xef\xbb\xbf[ profile  'a' ]\r\n", Some(true));
        check(b"[profile b]\n  [profile c]\nx = [profile a]\n# [profile a]\n", Some(false));
        check(b"[profile b]\n  [profile a]\n", None);
        check(b"[profile b]\n  [profile ''a]\n", None);
        check(b"\xff\xfe[\0", None);
    }

    #[test]
    fn lines_are_counted_across_stretches() {
        let mut text = "# a line\n".repeat(2 * CHUNK_LEN / 9);
        let above = u32::try_from(text.lines().count()).unwrap();
        text.push_str("[profile 'a']\n");
        let excerpt = IndexedText::new(text, Dialect::Config).find(SectionKind::Profile, "a");
        assert_eq!(excerpt.section().map(|section| section.line()), Some(above + 1));
    }
}
