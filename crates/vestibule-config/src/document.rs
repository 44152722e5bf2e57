//! A parsed text.

use std::borrow::Cow;
use std::fmt;

use crate::index::Index;
use crate::outline::{Header, Outline, Property};
use crate::problem::{self, ProblemRecord};
use crate::source::{self, Source};
use crate::span::{LONGEST, Span, offset};
use crate::{Dialect, ParseError, Problem, ProblemKind, Section, SectionKind, scan};

/// The parsed text of a config or credentials file.
///
/// A document owns the text and an index of positions. Sections and values are views into it, so
/// looking one profile up does not build the others. [`Display`](fmt::Display) writes the text, byte for
/// byte.
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
    /// Parses a text. Never fails: lines that cannot be read are kept and [reported](Self::problems).
    pub fn parse(text: impl Into<String>, dialect: Dialect) -> Self {
        Self::build(Source::from_text(text.into()), dialect, LONGEST)
    }

    /// Parses the bytes of a file.
    ///
    /// Bytes that are not UTF-8 are ignored in comments; a property with such bytes in its value is
    /// dropped and reported. A UTF-16 file has no sections, and one problem.
    pub fn parse_bytes(bytes: impl Into<Vec<u8>>, dialect: Dialect) -> Self {
        let bytes = bytes.into();
        if source::is_utf16(&bytes) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            return Self { lossy: true, ..Self::unread(text, dialect, ProblemKind::NotUtf8) };
        }
        Self::build(Source::from_bytes(bytes), dialect, LONGEST)
    }

    /// Returns true if the bytes are neither UTF-16 nor 4 GiB or more, so that sections can be read.
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

    /// Creates a document without sections and with one problem.
    fn unread(text: String, dialect: Dialect, kind: ProblemKind) -> Self {
        let record = ProblemRecord { at: 0, line: 1, kind, header: None };
        let outline = Outline { problems: vec![record], ..Outline::default() };
        let index = Index::new(&text, &outline.headers);
        Self { text, dialect, outline, index, lossy: false }
    }

    /// Returns the whole text, as decoded if the bytes were not UTF-8.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns true if [`text`](Self::text) is the file byte for byte. If not, it must not be written back.
    pub fn is_lossless(&self) -> bool {
        !self.lossy
    }

    /// Returns the dialect that the text was parsed in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the problems in file order: lines that could not be read, were skipped or merged, or are
    /// read differently by other programs.
    pub fn problems(&self) -> Vec<Problem<'_>> {
        let mut records = self.outline.problems.clone();
        for first in self.first_headers() {
            self.section_at(first).add_repeats(&mut records);
        }
        problem::sort_by_position(&mut records);
        records.into_iter().map(|record| Problem::new(self, record)).collect()
    }

    /// Checks that every line could be read.
    ///
    /// # Errors
    /// Returns the first problem whose kind [is strict](ProblemKind::is_strict).
    pub fn strict(&self) -> Result<(), ParseError> {
        let first = self.outline.problems.iter().find(|record| record.kind.is_strict());
        first.map_or(Ok(()), |&record| Err(Problem::new(self, record).into()))
    }

    /// Returns the names of the sections of a kind, each once, in file order.
    pub fn names(&self, kind: SectionKind) -> impl Iterator<Item = Cow<'_, str>> {
        self.first_headers().filter_map(move |first| {
            let (found, name) = self.identity(first)?;
            (found == kind).then_some(name)
        })
    }

    /// Returns a section, with its repetitions merged. Names are case-sensitive and have no quotes.
    pub fn section(&self, kind: SectionKind, name: &str) -> Option<Section<'_>> {
        let first = self.index.find(&self.text, &self.outline.headers, kind, name)?;
        Some(self.section_at(first))
    }

    fn section_at(&self, first: u32) -> Section<'_> {
        Section::new(self, first)
    }

    /// Returns the first header of each section.
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

    /// Returns the number of headers.
    #[cfg(feature = "edit")]
    pub(crate) fn header_count(&self) -> u32 {
        offset(self.outline.headers.len())
    }

    /// Returns the next header of the same section.
    pub(crate) fn next_header(&self, header: u32) -> Option<u32> {
        self.index.next(header)
    }

    /// Returns the properties below one header.
    pub(crate) fn properties(&self, header: u32) -> &[Property] {
        let next = self.outline.headers.get(header as usize + 1);
        let end = next.map_or(self.outline.properties.len(), |next| next.properties as usize);
        &self.outline.properties[self.header(header).properties as usize..end]
    }

    /// Returns the problems that the scanner reported below one header; they are sorted by header.
    pub(crate) fn problem_records(&self, header: u32) -> &[ProblemRecord] {
        let records = &self.outline.problems;
        let start = records.partition_point(|record| record.header < Some(header));
        let end = records.partition_point(|record| record.header <= Some(header));
        &records[start..end]
    }

    /// Returns the column of an offset in characters, from 1; a byte order mark has no column.
    pub(crate) fn column(&self, at: u32) -> u32 {
        let line = self.line_at(at);
        let start = Span::locate(self.text.as_bytes(), line.as_bytes()).start;
        let before = line.get(..at.saturating_sub(start) as usize);
        offset(before.map_or(0, |before| before.chars().count()) + 1)
    }

    /// Returns the line of an offset, without its line feed or a byte order mark.
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
    fn text_longer_than_the_limit_is_kept_and_not_parsed() {
        let document = Document::build(Source::from_text("[default]\n".into()), Dialect::Config, 9);
        let error = document.strict().unwrap_err();
        assert_eq!((error.kind(), error.line()), (ProblemKind::TooLarge, 1));
        assert_eq!(document.to_string(), "[default]\n");
        assert_eq!(document.names(SectionKind::Profile).count(), 0);
        let document =
            Document::build(Source::from_text("[default]\n".into()), Dialect::Config, 10);
        assert!(document.strict().is_ok());
    }
}
