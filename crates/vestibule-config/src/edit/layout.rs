//! How a text is laid out: where lines begin and end, and what belongs to what.

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

    /// The file's first line end, or a line feed. A carriage return at the end of the only line is half
    /// of one, which whatever comes next would complete.
    pub(super) fn newline(self) -> &'static str {
        let first = self.text.split_inclusive('\n').next().unwrap_or_default();
        if first.ends_with("\r\n") || first.ends_with('\r') { "\r\n" } else { "\n" }
    }

    /// Where the text begins, after a byte order mark.
    pub(super) fn start(self) -> usize {
        self.text.len() - without_mark(self.text).len()
    }

    /// The place of a part of the text.
    pub(super) fn span(self, part: &str) -> Span {
        Span::locate(self.text.as_bytes(), part.as_bytes())
    }

    /// The line a part of the text begins in.
    pub(super) fn line(self, part: Span) -> Line<'a> {
        let at = part.start as usize;
        let start = self.text[..at].rfind('\n').map_or(self.start(), |feed| feed + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |feed| at + feed + 1);
        Line { start, text: &self.text[start..end] }
    }

    /// The lines of a part of the text.
    pub(super) fn lines(self, within: Range<usize>) -> impl DoubleEndedIterator<Item = Line<'a>> {
        let lines = self.text[within].split_inclusive('\n');
        lines.map(move |line| Line { start: self.span(line).start as usize, text: line })
    }

    pub(super) fn header(self, header: u32) -> Line<'a> {
        self.line(self.document.header(header).name)
    }

    /// The text below a header, up to the next one of whatever kind.
    pub(super) fn below_header(self, header: u32) -> Range<usize> {
        let is_last = header + 1 == self.document.headers();
        let end = if is_last { self.text.len() } else { self.header(header + 1).start };
        self.header(header).end()..end
    }

    /// The lines below a property that go with it: what is indented deeper, comments included, and
    /// blank lines between.
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

    /// Where a new property goes, and its indent: below the last property with what goes with it, and
    /// no deeper. A property that is ignored counts, or it would take the new one for a continuation.
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

    /// New lines for a place between lines. At the end of a text without a last line end they have
    /// none either.
    pub(super) fn as_lines(self, at: usize, lines: &[String]) -> String {
        let newline = self.newline();
        let unended = at == self.text.len() && !self.text.ends_with('\n');
        let ended = |line: &String| {
            if unended { format!("{newline}{line}") } else { format!("{line}{newline}") }
        };
        lines.iter().map(ended).collect()
    }
}

/// One line with its line end, and where it is.
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
