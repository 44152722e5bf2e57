//! The layout of a text: its lines, and which lines belong to a header or a property.

use std::ops::Range;

use crate::Document;
use crate::line::{is_blank, trim, unindent};
use crate::outline::Property;
use crate::scan::without_mark;
use crate::span::Span;

/// The lines of a document.
#[derive(Clone, Copy)]
pub(super) struct Layout<'a> {
    pub(super) document: &'a Document,
    pub(super) text: &'a str,
}

impl<'a> Layout<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, text: document.text() }
    }

    /// Returns the file's first line end, or a line feed. A carriage return at the end of the only line
    /// counts as CRLF: an appended line feed would complete it.
    pub(super) fn newline(self) -> &'static str {
        let first = self.text.split_inclusive('\n').next().unwrap_or_default();
        if first.ends_with("\r\n") || first.ends_with('\r') { "\r\n" } else { "\n" }
    }

    /// Returns the start of the text, after a byte order mark.
    pub(super) fn start(self) -> usize {
        self.text.len() - without_mark(self.text).len()
    }

    /// Returns the span of a part of the text.
    pub(super) fn span(self, part: &str) -> Span {
        Span::locate(self.text.as_bytes(), part.as_bytes())
    }

    /// Returns the line in which a part of the text begins.
    pub(super) fn line(self, part: Span) -> Line<'a> {
        let at = part.start as usize;
        let start = self.text[..at].rfind('\n').map_or(self.start(), |feed| feed + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |feed| at + feed + 1);
        Line { start, text: &self.text[start..end] }
    }

    /// Returns the lines of a part of the text.
    pub(super) fn lines(self, within: Range<usize>) -> impl DoubleEndedIterator<Item = Line<'a>> {
        let lines = self.text[within].split_inclusive('\n');
        lines.map(move |line| Line { start: self.span(line).start as usize, text: line })
    }

    pub(super) fn header(self, header: u32) -> Line<'a> {
        self.line(self.document.header(header).name)
    }

    /// Returns the range between a header and the next one of any kind.
    pub(super) fn below_header(self, header: u32) -> Range<usize> {
        let is_last = header + 1 == self.document.header_count();
        let end = if is_last { self.text.len() } else { self.header(header + 1).start };
        self.header(header).end()..end
    }

    /// Returns the lines that continue a property: those indented deeper, comments included, and blank
    /// lines between them.
    pub(super) fn below_property(self, header: u32, property: &Property) -> Vec<Range<usize>> {
        let own = self.line(property.key);
        let mut below = Vec::new();
        let mut blank = None;
        for line in self.lines(own.end()..self.below_header(header).end) {
            if line.is_blank() {
                blank = blank.or(Some(line.start));
            } else if own.depth() < line.depth() {
                below.push(blank.take().unwrap_or(line.start)..line.end());
            } else if line.is_comment() {
                blank = None;
            } else {
                break;
            }
        }
        below
    }

    /// Returns the offset and the indent of a new property: below the last property and its continuation
    /// lines, and not indented deeper. Ignored properties count: a deeper line would continue them.
    pub(super) fn end_of_properties(self, header: u32) -> (usize, &'a str) {
        let mut end = self.header(header).end();
        let mut last: Option<Line<'_>> = None;
        for line in self.lines(self.below_header(header)).filter(|line| !line.is_blank()) {
            let deeper = last.map_or(0, Line::depth) < line.depth();
            if line.is_comment() && !deeper {
                continue;
            }
            if !line.is_comment() && (last.is_none() || !deeper) {
                last = Some(line);
            }
            end = line.end();
        }
        (end, last.map_or("", Line::indent))
    }

    /// Returns lines with line ends, for insertion at an offset. At the end of a text without a final line
    /// end the last line has none either.
    pub(super) fn with_line_ends(self, offset: usize, lines: &[String]) -> String {
        let newline = self.newline();
        let ends_text = offset == self.text.len() && !self.text.ends_with('\n');
        let with_end = |line: &String| {
            if ends_text { format!("{newline}{line}") } else { format!("{line}{newline}") }
        };
        lines.iter().map(with_end).collect()
    }
}

/// A line with its line end, and its offset.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) start: usize,
    pub(super) text: &'a str,
}

impl<'a> Line<'a> {
    pub(super) fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start..self.end()
    }

    pub(super) fn indent(self) -> &'a str {
        let depth = self.text.bytes().position(|byte| !is_blank(byte));
        &self.text[..depth.unwrap_or(self.text.len())]
    }

    pub(super) fn depth(self) -> usize {
        self.indent().len()
    }

    pub(super) fn is_blank(self) -> bool {
        trim(self.text.as_bytes()).is_empty()
    }

    pub(super) fn is_comment(self) -> bool {
        matches!(unindent(self.text.as_bytes()), [b'#' | b';', ..])
    }
}
