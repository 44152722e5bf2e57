//! A file's text and what stands where in it.

use std::borrow::Cow;
use std::fmt;

use crate::index::Index;
use crate::outline::{Header, Outline, Property};
use crate::problem::{self, ProblemRecord};
use crate::source::{self, Source};
use crate::span::{LONGEST, Span, offset};
use crate::{Dialect, ParseError, Problem, ProblemKind, Section, SectionKind, scan};

/// The text of a config or credentials file, with an index of its sections.
///
/// It owns the text and keeps positions only: sections and values are views, made when asked for, and
/// looking one profile up does not build the others. [`Display`](fmt::Display) gives the text back,
/// byte for byte.
///
/// The text of a credentials file holds secrets; `Debug` shows none of it.
#[derive(Clone)]
pub struct Document {
    text: String,
    dialect: Dialect,
    pub(crate) outline: Outline,
    index: Index,
    lossy: bool,
}

impl Document {
    /// Reads a text. Never fails: what cannot be read is kept and [reported](Self::problems).
    pub fn parse(text: impl Into<String>, dialect: Dialect) -> Self {
        Self::build(Source::text(text.into()), dialect, LONGEST)
    }

    /// Reads a file's bytes.
    ///
    /// Bytes that are not UTF-8 do no harm in comments; a property with such bytes in its value is
    /// dropped and reported. Of UTF-16 nothing is read.
    pub fn parse_bytes(bytes: impl Into<Vec<u8>>, dialect: Dialect) -> Self {
        let bytes = bytes.into();
        if source::is_utf16(&bytes) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            return Self { lossy: true, ..Self::unread(text, dialect, ProblemKind::NotUtf8) };
        }
        Self::build(Source::bytes(bytes), dialect, LONGEST)
    }

    /// Whether anything of these bytes can be read: they are not UTF-16, and not 4 GiB or more.
    pub fn is_readable(bytes: &[u8]) -> bool {
        !source::is_utf16(bytes) && bytes.len() <= LONGEST
    }

    pub(crate) fn build(source: Source, dialect: Dialect, longest: usize) -> Self {
        if longest < source.text.len() {
            return Self::unread(source.text, dialect, ProblemKind::TooLarge);
        }
        let outline = scan::scan(&source, dialect);
        let Source { text, replaced, .. } = source;
        let index = Index::new(&text, &outline.headers);
        Self { text, dialect, outline, index, lossy: !replaced.is_empty() }
    }

    /// A document of which nothing was read.
    fn unread(text: String, dialect: Dialect, kind: ProblemKind) -> Self {
        let record = ProblemRecord { at: 0, line: 1, kind, header: None };
        let outline = Outline { problems: vec![record], ..Outline::default() };
        let index = Index::new(&text, &outline.headers);
        Self { text, dialect, outline, index, lossy: false }
    }

    /// The whole text, as it was given (or as it was decoded, if the bytes were not UTF-8).
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether [`text`](Self::text) is the file byte for byte. If not, it must not be written back.
    pub fn is_lossless(&self) -> bool {
        !self.lossy
    }

    /// Which of the two files it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Everything worth a word, in file order: what could not be read, what was skipped, what was
    /// merged, and what other programs read differently.
    pub fn problems(&self) -> Vec<Problem<'_>> {
        let mut records = self.outline.problems.clone();
        for first in self.first_headers() {
            self.section_at(first).add_repeats(&mut records);
        }
        problem::sort_by_position(&mut records);
        records.into_iter().map(|record| Problem::new(self, record)).collect()
    }

    /// Accepts only a text in which every line could be read.
    ///
    /// # Errors
    /// The first problem whose kind [is strict](ProblemKind::is_strict).
    pub fn strict(&self) -> Result<(), ParseError> {
        let first = self.outline.problems.iter().find(|record| record.kind.is_strict());
        first.map_or(Ok(()), |&record| Err(Problem::new(self, record).into()))
    }

    /// The names of the sections of a kind, each once, in file order.
    pub fn names(&self, kind: SectionKind) -> impl Iterator<Item = Cow<'_, str>> {
        self.first_headers().filter_map(move |first| {
            let (of, name) = self.identity(first)?;
            (of == kind).then_some(name)
        })
    }

    /// A section, all its repetitions merged. Names are case-sensitive and given without quotes.
    pub fn section(&self, kind: SectionKind, name: &str) -> Option<Section<'_>> {
        let first = self.index.find(&self.text, &self.outline.headers, kind, name)?;
        Some(self.section_at(first))
    }

    fn section_at(&self, first: u32) -> Section<'_> {
        Section::new(self, first)
    }

    /// The first header of each section.
    fn first_headers(&self) -> impl Iterator<Item = u32> {
        let headers = (0..).zip(&self.outline.headers);
        headers.filter_map(|(at, header)| {
            let (kind, name) = header.identity(&self.text)?;
            let first = self.index.find(&self.text, &self.outline.headers, kind, &name);
            (first == Some(at)).then_some(at)
        })
    }

    pub(crate) fn identity(&self, header: u32) -> Option<(SectionKind, Cow<'_, str>)> {
        self.header(header).identity(&self.text)
    }

    pub(crate) fn header(&self, at: u32) -> &Header {
        &self.outline.headers[at as usize]
    }

    /// The next header of the same section.
    pub(crate) fn next_header(&self, header: u32) -> Option<u32> {
        self.index.next(header)
    }

    /// The properties below one header.
    pub(crate) fn properties(&self, header: u32) -> &[Property] {
        let next = self.outline.headers.get(header as usize + 1);
        let end = next.map_or(self.outline.properties.len(), |next| next.properties as usize);
        &self.outline.properties[self.header(header).properties as usize..end]
    }

    /// What the scanner noted below one header; its notes are in the order of headers.
    pub(crate) fn problem_records(&self, header: u32) -> &[ProblemRecord] {
        let records = &self.outline.problems;
        let start = records.partition_point(|record| record.header < Some(header));
        let end = records.partition_point(|record| record.header <= Some(header));
        &records[start..end]
    }

    /// The column of an offset in characters, from 1; a byte order mark takes no column.
    pub(crate) fn column(&self, at: u32) -> u32 {
        let line = self.line_at(at);
        let start = Span::locate(self.text.as_bytes(), line.as_bytes()).start;
        let before = line.get(..at.saturating_sub(start) as usize);
        offset(before.map_or(0, |before| before.chars().count()) + 1)
    }

    /// The line an offset lies in, without its line feed or a byte order mark.
    pub(crate) fn line_at(&self, at: u32) -> &str {
        let (before, after) = self.text.split_at(at as usize);
        let start = before.rfind('\n').map_or(0, |feed| feed + 1);
        let end = after.find('\n').unwrap_or(after.len());
        scan::without_mark(&self.text[start..before.len() + end])
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("dialect", &self.dialect)
            .field("bytes", &self.text.len())
            .field("sections", &self.outline.headers.len())
            .field("properties", &self.outline.properties.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_too_long_for_its_offsets_is_kept_and_refused() {
        let document = Document::build(Source::text("[default]\n".into()), Dialect::Config, 9);
        let error = document.strict().unwrap_err();
        assert_eq!((error.kind(), error.line()), (ProblemKind::TooLarge, 1));
        assert_eq!(document.to_string(), "[default]\n");
        assert_eq!(document.names(SectionKind::Profile).count(), 0);
    }
}
