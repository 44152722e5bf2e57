//! One section out of a large text, without reading the others.
//!
//! Section lines in column 0 open a section whatever is above them, so the lines of a section can be cut
//! out and read alone: from each of its section lines to the next one. They are found by the name.

use std::{fmt, mem};

use memchr::{memchr, memchr2_iter, memmem, memrchr};

use crate::line::{self, is_blank, unindent};
use crate::source::{Source, is_utf16};
use crate::span::LONGEST;
use crate::{Dialect, Document, Section, SectionKind, section_name};

/// A search for one section in a file that is read piece by piece.
///
/// It keeps the lines of that section and forgets the rest. It finds what
/// [`Document::section`] would find.
pub struct Lookup {
    wanted: Wanted,
    /// The beginning of a line whose end is not there yet.
    begun: Vec<u8>,
    /// The number of the next line.
    number: u32,
    /// Whether the lines at hand belong to the section.
    keeping: bool,
    kept: Vec<Kept>,
    /// Whether the section cannot be told from the rest by its lines alone.
    entangled: bool,
}

/// Lines of the section that follow each other, and the number of the first.
struct Kept {
    number: u32,
    lines: Vec<u8>,
}

/// The lines of one section, read as a [`Document`] reads them.
#[derive(Clone, Debug)]
pub struct Excerpt {
    document: Document,
    kind: SectionKind,
    name: String,
}

impl Excerpt {
    /// Looks a section up in the bytes of a file.
    pub fn find(bytes: &[u8], dialect: Dialect, kind: SectionKind, name: &str) -> Self {
        let mut lookup = Lookup::new(dialect, kind, name);
        lookup.lines(bytes, true);
        lookup.finish().unwrap_or_else(|| {
            let document = Document::parse_bytes(bytes, dialect);
            Self { document, kind, name: name.to_owned() }
        })
    }

    /// The section, if the file has it. Its lines have the numbers they have in the file.
    pub fn section(&self) -> Option<Section<'_>> {
        self.document.section(self.kind, &self.name)
    }
}

impl Lookup {
    /// A search for the section of a kind and name.
    pub fn new(dialect: Dialect, kind: SectionKind, name: impl Into<String>) -> Self {
        Self {
            wanted: Wanted { dialect, kind, name: name.into() },
            begun: Vec::new(),
            number: 1,
            keeping: false,
            kept: Vec::new(),
            entangled: false,
        }
    }

    /// Takes the next piece of the file, of whatever length.
    pub fn feed(&mut self, piece: &[u8]) {
        let Some(last) = memrchr(b'\n', piece) else {
            return self.begun.extend_from_slice(piece);
        };
        let mut lines = &piece[..=last];
        if !self.begun.is_empty() {
            let end = memchr(b'\n', lines).map_or(lines.len(), |feed| feed + 1);
            let mut begun = mem::take(&mut self.begun);
            begun.extend_from_slice(&lines[..end]);
            self.lines(&begun, false);
            lines = &lines[end..];
        }
        self.lines(lines, false);
        self.begun.extend_from_slice(&piece[last + 1..]);
    }

    /// What was found. `None` if the file has to be [parsed whole](Document::parse_bytes): it is UTF-16,
    /// or a section line that may be the wanted one is indented.
    pub fn finish(mut self) -> Option<Excerpt> {
        let last = mem::take(&mut self.begun);
        self.lines(&last, true);
        if self.entangled {
            return None;
        }
        let Wanted { dialect, kind, name } = self.wanted;
        let mut source = Source::default();
        self.kept.iter().for_each(|kept| source.push(kept.number, &kept.lines));
        Some(Excerpt { document: Document::build(source, dialect, LONGEST), kind, name })
    }

    /// Takes whole lines; after the last ones nothing has to be counted.
    fn lines(&mut self, mut lines: &[u8], are_last: bool) {
        if self.number == 1 {
            self.entangled |= is_utf16(lines);
            lines = lines.strip_prefix(b"\xef\xbb\xbf").unwrap_or(lines);
        }
        while !lines.is_empty() && !self.entangled {
            let stop = if self.keeping { next_header(lines) } else { self.next_wanted(lines) };
            if are_last && !self.keeping && stop == lines.len() {
                return;
            }
            lines = self.pass(lines, stop);
            let header = memchr(b'\n', lines).map_or(lines.len(), |feed| feed + 1);
            if self.wanted.is_named_by(&lines[..header]) {
                if !self.keeping {
                    self.kept.push(Kept { number: self.number, lines: Vec::new() });
                }
                self.keeping = true;
                lines = self.pass(lines, header);
            } else if !lines.is_empty() {
                self.keeping = false;
            }
        }
    }

    /// Goes on past some of the lines, and keeps them if they belong to the section.
    fn pass<'a>(&mut self, lines: &'a [u8], end: usize) -> &'a [u8] {
        let (passed, rest) = lines.split_at(end);
        if let Some(kept) = self.kept.last_mut().filter(|_| self.keeping) {
            kept.lines.extend_from_slice(passed);
        }
        self.number = self.number.saturating_add(line_feeds(passed));
        rest
    }

    /// Where the next section line of the section begins, or the end.
    fn next_wanted(&mut self, lines: &[u8]) -> usize {
        let bare = self.wanted.bare_names(lines).find_map(|at| self.wanted.header_at(lines, at));
        let before = &lines[..bare.map_or(lines.len(), |header| header.start)];
        let quoted = self.wanted.quotes(before).find_map(|at| self.wanted.header_at(lines, at));
        let found = quoted.or(bare);
        self.entangled |= found.is_some_and(|header| header.is_indented);
        found.map_or(lines.len(), |header| header.start)
    }
}

/// What is looked for; what was found may be a secret.
impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lookup({} {:?})", self.wanted.kind.keyword(), self.wanted.name)
    }
}

/// What is looked for.
struct Wanted {
    dialect: Dialect,
    kind: SectionKind,
    name: String,
}

/// A section line of the wanted section.
#[derive(Clone, Copy)]
struct Header {
    start: usize,
    is_indented: bool,
}

impl Wanted {
    /// The places where the name stands alone, as a name without quotes does.
    fn bare_names(&self, lines: &[u8]) -> impl Iterator<Item = usize> {
        let length = self.name.len();
        let alone = move |&at: &usize| {
            let before = at.checked_sub(1).map(|before| lines[before]);
            let after = lines.get(at + length).copied();
            before.is_some_and(|byte| is_blank(byte) || byte == b'[')
                && after.is_some_and(|byte| is_blank(byte) || byte == b']')
        };
        memmem::find_iter(lines, self.name.as_bytes()).filter(alone)
    }

    /// The places of quotes, in one of which the name may be spelled in any way.
    fn quotes(&self, lines: &[u8]) -> impl Iterator<Item = usize> {
        let lines = if self.dialect == Dialect::Config { lines } else { &[] };
        memchr2_iter(b'"', b'\'', lines)
    }

    /// The line around a place, if it is a section line of the section.
    fn header_at(&self, lines: &[u8], at: usize) -> Option<Header> {
        let start = memrchr(b'\n', &lines[..at]).map_or(0, |feed| feed + 1);
        let end = memchr(b'\n', &lines[at..]).map_or(lines.len(), |feed| at + feed);
        let line = unindent(&lines[start..end]);
        let header = Header { start, is_indented: line.len() < end - start };
        self.is_named_by(line).then_some(header)
    }

    fn is_named_by(&self, line: &[u8]) -> bool {
        line::section(without_end(line))
            .ok()
            .and_then(|text| section_name::read(text, self.dialect))
            .filter(|section| section.kind == self.kind)
            .and_then(|section| str::from_utf8(section.name).ok())
            .is_some_and(|name| section_name::meaning(name) == self.name)
    }
}

/// Counts in bytes what a byte can hold, which compilers turn into the fastest loop there is.
fn line_feeds(text: &[u8]) -> u32 {
    let feeds = |chunk: &[u8]| chunk.iter().map(|&byte| u8::from(byte == b'\n')).sum::<u8>();
    text.chunks(192).map(|chunk| u32::from(feeds(chunk))).sum()
}

/// A line without its line feed and the carriage returns before it.
fn without_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    &line[..end.map_or(0, |last| last + 1)]
}

/// Where the next line that begins with a bracket begins, or the end.
fn next_header(lines: &[u8]) -> usize {
    if lines.starts_with(b"[") {
        return 0;
    }
    memmem::find(lines, b"\n[").map_or(lines.len(), |feed| feed + 1)
}
