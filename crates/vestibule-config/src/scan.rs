//! Lines to sections: one pass over the text, into flat vectors of spans.

use memchr::{memchr, memchr3};

use crate::line::{self, Assignment, LineError, before_comment, is_blank_or_comment, unindent};
use crate::outline::{Header, Outline, Property, Role};
use crate::problem::ProblemRecord;
use crate::section_name;
use crate::source::Source;
use crate::span::{Span, offset};
use crate::{Dialect, ProblemKind};

/// Returns the text after its byte order mark, if it begins with one.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads a source whose text is no longer than [`LONGEST`](crate::span::LONGEST).
pub(crate) fn scan(source: &Source, dialect: Dialect) -> Outline {
    let mut scan = Scan::new(source, dialect);
    for (part, line) in source.parts() {
        scan.number = line;
        scan.part(part);
    }
    if scan.hides_default {
        scan.outline.hide_default();
    }
    scan.outline
}

struct Scan<'a> {
    text: &'a [u8],
    dialect: Dialect,
    replaced: &'a [usize],
    /// Whether the text has carriage returns; lines are searched for stray ones only then.
    has_returns: bool,
    /// Whether the current line has a comment sign.
    has_comment_sign: bool,
    /// The number of the current line.
    number: u32,
    state: State,
    /// Whether a `[profile default]` was read.
    hides_default: bool,
    outline: Outline,
}

/// The state after the lines above, which decides how the next line is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No section yet.
    Outside,
    /// In an ignored section.
    Skipping,
    /// In a section, with no open property.
    Inside,
    /// Below a property: a line that is indented deeper continues it.
    Below { indent: usize, property: PropertyKind },
}

/// The kind of a property, which decides how the lines that continue it are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PropertyKind {
    Scalar,
    Block,
    /// A property that was not read; its continuation lines are skipped too.
    Ignored,
}

impl<'a> Scan<'a> {
    fn new(source: &'a Source, dialect: Dialect) -> Self {
        let (text, replaced) = (source.text.as_bytes(), source.replaced.as_slice());
        let has_returns = memchr(b'\r', text).is_some();
        let outline = Outline {
            headers: Vec::with_capacity(text.len() / 256),
            properties: Vec::with_capacity(text.len() / 32),
            problems: Vec::new(),
        };
        let (number, state, hides_default) = (1, State::Outside, false);
        Self {
            text,
            dialect,
            replaced,
            has_returns,
            has_comment_sign: false,
            number,
            state,
            hides_default,
            outline,
        }
    }

    fn part(&mut self, part: &'a str) {
        let mut rest = without_mark(part).as_bytes();
        if rest.len() < part.len() {
            self.report(ProblemKind::ByteOrderMark, &part.as_bytes()[..0]);
        }
        while let Some(end) = self.line_end(rest) {
            self.line(&rest[..end]);
            rest = &rest[end + 1..];
        }
        self.line(rest);
    }

    fn line(&mut self, line: &'a [u8]) {
        if self.has_returns {
            self.line_with_returns(line);
        } else {
            self.content(line);
        }
        self.number += 1;
    }

    /// Reads a line that has carriage returns, which end it only directly before the line feed;
    /// others are content.
    fn line_with_returns(&mut self, line: &'a [u8]) {
        let end = line.iter().rposition(|&byte| byte != b'\r').map_or(0, |last| last + 1);
        let line = &line[..end];
        self.content(line);
        if let Some(stray) = memchr(b'\r', line) {
            self.report(ProblemKind::StrayCarriageReturn, &line[stray..]);
        }
    }

    /// Finds the line feed that ends the first line of `rest`, and comment signs in the same pass.
    fn line_end(&mut self, rest: &[u8]) -> Option<usize> {
        let found = memchr3(b'\n', b'#', b';', rest);
        self.has_comment_sign = found.is_some_and(|at| rest[at] != b'\n');
        if self.has_comment_sign { memchr(b'\n', rest) } else { found }
    }

    fn content(&mut self, line: &'a [u8]) {
        let body = unindent(line);
        let indent = line.len() - body.len();
        match body {
            [b'[', ..] if indent == 0 || !matches!(self.state, State::Below { .. }) => {
                self.section(body);
            }
            _ if is_blank_or_comment(body) => {}
            _ => match self.state {
                State::Skipping => {}
                State::Outside => self.report(ProblemKind::PropertyOutsideSection, body),
                State::Below { indent: above, property } if above < indent => {
                    self.continuation(body, above, property);
                }
                _ => self.property(body, indent),
            },
        }
    }

    fn section(&mut self, line: &'a [u8]) {
        let read = line::section(line);
        let (role, name) = match &read {
            Ok(text) if self.has_invalid_utf8(text) => (Role::Skips, *text),
            Ok(text) => match section_name::parse(text, self.dialect) {
                Some(section) if section.bare_default => (Role::OpensDefault, section.name),
                Some(section) => {
                    self.hides_default |= section.hides_default();
                    (Role::Opens(section.kind), section.name)
                }
                None => (Role::Skips, *text),
            },
            Err(_) => (Role::Skips, line),
        };
        self.outline.headers.push(Header {
            role,
            name: Span::locate(self.text, name),
            line: self.number,
            properties: offset(self.outline.properties.len()),
        });
        self.state = if role == Role::Skips { State::Skipping } else { State::Inside };
        match read {
            Ok(_) if role == Role::Skips => self.report(ProblemKind::IgnoredSection, line),
            Ok(_) => {}
            Err(error) => self.report_error(&error),
        }
    }

    fn property(&mut self, body: &'a [u8], indent: usize) {
        let content = if self.has_comment_sign { before_comment(body) } else { body };
        let property = match line::property(content) {
            Ok(Assignment { value, .. }) if self.has_invalid_utf8(value) => {
                self.report(ProblemKind::MangledValue, value);
                PropertyKind::Ignored
            }
            Ok(Assignment { name: key, is_plain: true, value }) => {
                self.outline.properties.push(Property {
                    key: Span::locate(self.text, key),
                    value: Span::locate(self.text, value),
                    end: self.end_of(body),
                    line: self.number,
                });
                if value.is_empty() { PropertyKind::Block } else { PropertyKind::Scalar }
            }
            Ok(Assignment { name: key, .. }) => {
                self.report(ProblemKind::IgnoredKey, key);
                PropertyKind::Ignored
            }
            Err(LineError { kind: ProblemKind::PropertyWithoutEquals, .. })
                if 0 < indent && self.state == State::Inside =>
            {
                return self.report(ProblemKind::ContinuationWithoutProperty, body);
            }
            Err(error) => {
                self.report_error(&error);
                PropertyKind::Ignored
            }
        };
        self.state = State::Below { indent, property };
    }

    fn continuation(&mut self, body: &'a [u8], indent: usize, property: PropertyKind) {
        if property != PropertyKind::Block && body.starts_with(b"[") && self.opens_section(body) {
            self.report(ProblemKind::SwallowedSection, body);
        }
        match property {
            PropertyKind::Ignored => {}
            _ if self.has_invalid_utf8(body) => {
                self.report(ProblemKind::MangledValue, body);
                self.outline.properties.pop();
                self.state = State::Below { indent, property: PropertyKind::Ignored };
            }
            PropertyKind::Block => match line::sub_property(body) {
                Ok(_) => self.extend(body),
                Err(error) => self.report_error(&error),
            },
            PropertyKind::Scalar => self.extend(body),
        }
    }

    /// Extends the open property to the end of a line.
    fn extend(&mut self, body: &[u8]) {
        let end = self.end_of(body);
        if let Some(property) = self.outline.properties.last_mut() {
            property.end = end;
        }
    }

    /// Returns true if the bytes of a part of the text were not UTF-8.
    fn has_invalid_utf8(&self, part: &[u8]) -> bool {
        if self.replaced.is_empty() {
            return false;
        }
        let Span { start, end } = Span::locate(self.text, part);
        let next = self.replaced.partition_point(|&at| at < start as usize);
        self.replaced.get(next).is_some_and(|&at| at < end as usize)
    }

    fn opens_section(&self, body: &[u8]) -> bool {
        line::section(body).is_ok_and(|text| section_name::parse(text, self.dialect).is_some())
    }

    fn end_of(&self, body: &[u8]) -> u32 {
        Span::locate(self.text, body).end
    }

    #[cold]
    fn report_error(&mut self, error: &LineError<'a>) {
        self.report(error.kind, error.rest);
    }

    #[cold]
    fn report(&mut self, kind: ProblemKind, at: &[u8]) {
        let header = self.outline.headers.len().checked_sub(1).map(offset);
        let at = Span::locate(self.text, at).start;
        self.outline.problems.push(ProblemRecord { at, line: self.number, kind, header });
    }
}
