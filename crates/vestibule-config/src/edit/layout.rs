//! How a text is laid out: where lines begin and end, and what belongs to what.

use std::ops::Range;

use crate::Document;
use crate::line::{is_blank, is_silent, trim, unindent};
use crate::outline::Property;
use crate::scan::without_mark;
use crate::span::Span;

/// The lines of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout<'a> {
    pub(super) document: &'a Document,
    pub(super) text: &'a str,
}

impl<'a> Layout<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, text: document.text() }
    }

    /// The file's first line end, or a line feed.
    pub(super) fn newline(self) -> &'static str {
        let first = self.text.split_inclusive('\n').next().unwrap_or_default();
        if first.ends_with("\r\n") { "\r\n" } else { "\n" }
    }

    /// Where the text begins, after a byte order mark.
    pub(super) fn start(self) -> usize {
        self.text.len() - without_mark(self.text).len()
    }

    /// The line an offset lies in, with its line end.
    pub(super) fn line(self, at: u32) -> Range<usize> {
        let at = at as usize;
        let start = self.text[..at].rfind('\n').map_or(self.start(), |feed| feed + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |feed| at + feed + 1);
        start..end
    }

    /// The lines of a part of the text, with their line ends.
    pub(super) fn lines(self, within: Range<usize>) -> impl DoubleEndedIterator<Item = Line<'a>> {
        let lines = self.text[within].split_inclusive('\n');
        lines.map(move |line| Line { start: self.span(line).start as usize, text: line })
    }

    /// The place of a part of the text.
    pub(super) fn span(self, part: &str) -> Span {
        Span::of(self.text.as_bytes(), part.as_bytes())
    }

    /// New lines for a place between lines. At the end of a text that has no last line end, they have
    /// none either.
    pub(super) fn as_lines(self, at: usize, lines: &[String]) -> String {
        let newline = self.newline();
        let unended = at == self.text.len() && !self.text.ends_with('\n');
        let ended = |line: &String| {
            if unended { format!("{newline}{line}") } else { format!("{line}{newline}") }
        };
        lines.iter().map(ended).collect()
    }

    /// The line of a header.
    pub(super) fn header(self, header: u32) -> Range<usize> {
        self.line(self.document.header(header).name.start)
    }

    /// Where the lines of a section end: at the next header, of whatever kind.
    pub(super) fn end_of_section(self, header: u32) -> usize {
        if header + 1 < self.document.headers() {
            self.header(header + 1).start
        } else {
            self.text.len()
        }
    }

    /// The lines below a property that go with it: what is indented deeper, comments included, and
    /// blank lines between.
    pub(super) fn below(self, header: u32, property: &Property) -> Vec<Range<usize>> {
        let own = self.line(property.key.start);
        let indent = self.indent(own.start).len();
        self.deeper(own.end..self.end_of_section(header), indent, |_| true)
    }

    /// Where a new property goes: below the last one, or below the header and its indented comments.
    pub(super) fn end_of_properties(self, header: u32) -> usize {
        let (line, below) = if let Some(last) = self.document.properties(header).last() {
            (self.line(last.key.start), self.below(header, last))
        } else {
            let line = self.header(header);
            let after = line.end..self.end_of_section(header);
            (line, self.deeper(after, 0, is_silent))
        };
        below.last().map_or(line.end, |last| last.end)
    }

    fn deeper(
        self,
        within: Range<usize>,
        indent: usize,
        belongs: impl Fn(&[u8]) -> bool,
    ) -> Vec<Range<usize>> {
        let mut deeper = Vec::new();
        let mut blank = None;
        for line in self.lines(within) {
            let body = unindent(line.text.as_bytes());
            if line.is_blank() {
                blank = blank.or(Some(line.start));
            } else if indent < line.text.len() - body.len() && belongs(body) {
                deeper.push(blank.take().unwrap_or(line.start)..line.end());
            } else if is_silent(body) {
                blank = None;
            } else {
                break;
            }
        }
        deeper
    }

    /// The blanks a line begins with.
    pub(super) fn indent(self, line: usize) -> &'a str {
        let line = &self.text[line..];
        let end = line.bytes().position(|byte| !is_blank(byte)).unwrap_or(line.len());
        &line[..end]
    }
}

/// One line and where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) start: usize,
    pub(super) text: &'a str,
}

impl Line<'_> {
    pub(super) fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is_blank(&self) -> bool {
        trim(self.text.as_bytes()).is_empty()
    }

    pub(super) fn is_comment(&self) -> bool {
        matches!(unindent(self.text.as_bytes()), [b'#' | b';', ..])
    }
}
