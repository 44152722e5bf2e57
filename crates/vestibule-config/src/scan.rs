//! Lines to sections: one pass over the text, into flat vectors of spans.

use std::borrow::Cow;

use memchr::memchr;

use crate::line::{self, Unreadable, is_silent, unindent};
use crate::problem::Trouble;
use crate::section_name::{self, is_plain};
use crate::span::{Span, offset};
use crate::{Dialect, ProblemKind, SectionKind};

/// What a text consists of. Sections hold their properties as ranges, in file order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    pub(crate) headers: Vec<Header>,
    pub(crate) properties: Vec<Property>,
    pub(crate) troubles: Vec<Trouble>,
}

/// One section line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) role: Role,
    /// The name as it is written, quotes included; for ignored sections the text of the line.
    pub(crate) name: Span,
    pub(crate) line: u32,
    /// Where its properties begin; they end where those of the next header begin.
    pub(crate) properties: u32,
}

impl Header {
    /// What the section is looked up by; none if it is skipped or hidden.
    pub(crate) fn identity<'a>(&self, text: &'a str) -> Option<(SectionKind, Cow<'a, str>)> {
        let kind = match self.role {
            Role::Opens(kind) => kind,
            Role::OpensDefault => SectionKind::Profile,
            Role::Hidden | Role::Skips => return None,
        };
        Some((kind, section_name::meaning(self.name.text(text))))
    }
}

/// What a section line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Opens(SectionKind),
    /// `[default]` of a config file: a profile, unless `[profile default]` hides it.
    OpensDefault,
    /// `[default]` beside `[profile default]`: it is read and counts for nothing.
    Hidden,
    /// An unknown section, or one that could not be read: its lines are skipped.
    Skips,
}

/// One property that can be looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Property {
    pub(crate) key: Span,
    /// The trimmed value on the property's own line.
    pub(crate) value: Span,
    /// The end of its last continuation line, or of its own line if there is none.
    pub(crate) end: u32,
    pub(crate) line: u32,
}

/// The text after a byte order mark, if it begins with one.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads a text no longer than [`LONGEST`](crate::span::LONGEST), in which something was replaced at
/// the given offsets because it was not UTF-8.
pub(crate) fn scan(text: &str, dialect: Dialect, replaced: &[usize]) -> Outline {
    let mut scan = Scan::new(text.as_bytes(), dialect, replaced);
    let mut rest = without_mark(text).as_bytes();
    if rest.len() < text.len() {
        scan.trouble(ProblemKind::ByteOrderMark, &text.as_bytes()[..0]);
    }
    while let Some(end) = memchr(b'\n', rest) {
        scan.line(&rest[..end]);
        rest = &rest[end + 1..];
    }
    scan.line(rest);
    if scan.hides_default {
        scan.outline.hide_default();
    }
    scan.outline
}

impl Outline {
    /// Sections as `[profile default]` leaves them.
    fn hide_default(&mut self) {
        for (at, header) in self.headers.iter_mut().enumerate() {
            if header.role == Role::OpensDefault {
                header.role = Role::Hidden;
                let (at, kind) = (Some(offset(at)), ProblemKind::HiddenDefault);
                let trouble =
                    Trouble { at: header.name.start, line: header.line, kind, header: at };
                self.troubles.push(trouble);
            }
        }
        self.troubles.sort_by_key(|trouble| trouble.at);
    }
}

struct Scan<'a> {
    text: &'a [u8],
    dialect: Dialect,
    replaced: &'a [usize],
    /// Only then is each line searched for carriage returns that do not end it.
    has_returns: bool,
    /// The number of the line at hand.
    number: u32,
    state: State,
    /// Whether a `[profile default]` was met.
    hides_default: bool,
    outline: Outline,
}

/// What the lines above mean for the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No section yet.
    Outside,
    /// In a section whose lines are not read.
    Skipping,
    /// In a section, no property open.
    Inside,
    /// Below a property: a line indented deeper belongs to it.
    Below { indent: usize, property: Below },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Scalar,
    Block,
    /// A property that was not read; nor is what belongs to it.
    Ignored,
}

impl<'a> Scan<'a> {
    fn new(text: &'a [u8], dialect: Dialect, replaced: &'a [usize]) -> Self {
        let has_returns = memchr(b'\r', text).is_some();
        let outline = Outline {
            headers: Vec::with_capacity(text.len() / 256),
            properties: Vec::with_capacity(text.len() / 32),
            troubles: Vec::new(),
        };
        let (number, state, hides_default) = (1, State::Outside, false);
        Self { text, dialect, replaced, has_returns, number, state, hides_default, outline }
    }

    fn line(&mut self, line: &'a [u8]) {
        let line = if self.has_returns { self.without_returns(line) } else { line };
        let body = unindent(line);
        let indent = line.len() - body.len();
        match body {
            [b'[', ..] if indent == 0 || !matches!(self.state, State::Below { .. }) => {
                self.section(body);
            }
            _ if is_silent(body) => {}
            _ => match self.state {
                State::Skipping => {}
                State::Outside => self.trouble(ProblemKind::PropertyOutsideSection, body),
                State::Below { indent: above, property } if above < indent => {
                    self.continuation(body, above, property);
                }
                _ => self.property(body, indent),
            },
        }
        self.number += 1;
    }

    /// Drops the carriage returns before the line feed and reports any other.
    #[cold]
    fn without_returns(&mut self, line: &'a [u8]) -> &'a [u8] {
        let end = line.iter().rposition(|&byte| byte != b'\r').map_or(0, |last| last + 1);
        let line = &line[..end];
        if let Some(stray) = memchr(b'\r', line) {
            self.trouble(ProblemKind::StrayCarriageReturn, &line[stray..]);
        }
        line
    }

    fn section(&mut self, line: &'a [u8]) {
        let read = line::section(line);
        let (role, name) = match &read {
            Ok(text) if self.is_mangled(text) => (Role::Skips, *text),
            Ok(text) => match section_name::read(text, self.dialect) {
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
            name: Span::of(self.text, name),
            line: self.number,
            properties: offset(self.outline.properties.len()),
        });
        self.state = if role == Role::Skips { State::Skipping } else { State::Inside };
        match read {
            Ok(_) if role == Role::Skips => self.trouble(ProblemKind::IgnoredSection, line),
            Ok(_) => {}
            Err(unreadable) => self.unreadable(&unreadable),
        }
    }

    fn property(&mut self, body: &'a [u8], indent: usize) {
        let property = match line::property(body) {
            Ok((_, value)) if self.is_mangled(value) => {
                self.trouble(ProblemKind::MangledValue, value);
                Below::Ignored
            }
            Ok((key, value)) if is_plain(key) => {
                self.outline.properties.push(Property {
                    key: Span::of(self.text, key),
                    value: Span::of(self.text, value),
                    end: self.end_of(body),
                    line: self.number,
                });
                if value.is_empty() { Below::Block } else { Below::Scalar }
            }
            Ok((key, _)) => {
                self.trouble(ProblemKind::IgnoredKey, key);
                Below::Ignored
            }
            Err(Unreadable { kind: ProblemKind::PropertyWithoutEquals, .. })
                if 0 < indent && self.state == State::Inside =>
            {
                return self.trouble(ProblemKind::ContinuationWithoutProperty, body);
            }
            Err(unreadable) => {
                self.unreadable(&unreadable);
                Below::Ignored
            }
        };
        self.state = State::Below { indent, property };
    }

    fn continuation(&mut self, body: &'a [u8], indent: usize, of: Below) {
        match of {
            Below::Ignored => {}
            _ if self.is_mangled(body) => {
                self.trouble(ProblemKind::MangledValue, body);
                self.outline.properties.pop();
                self.state = State::Below { indent, property: Below::Ignored };
            }
            Below::Block => match line::sub_property(body) {
                Ok(_) => self.extend(body),
                Err(unreadable) => self.unreadable(&unreadable),
            },
            Below::Scalar => {
                if body.starts_with(b"[") && self.opens_section(body) {
                    self.trouble(ProblemKind::SwallowedSection, body);
                }
                self.extend(body);
            }
        }
    }

    /// Makes the open property reach to the end of a line.
    fn extend(&mut self, body: &[u8]) {
        let end = self.end_of(body);
        if let Some(property) = self.outline.properties.last_mut() {
            property.end = end;
        }
    }

    /// Whether something in a part of the text was not UTF-8.
    fn is_mangled(&self, part: &[u8]) -> bool {
        if self.replaced.is_empty() {
            return false;
        }
        let Span { start, end } = Span::of(self.text, part);
        let next = self.replaced.partition_point(|&at| at < start as usize);
        self.replaced.get(next).is_some_and(|&at| at < end as usize)
    }

    fn opens_section(&self, body: &[u8]) -> bool {
        line::section(body).is_ok_and(|text| section_name::read(text, self.dialect).is_some())
    }

    fn end_of(&self, body: &[u8]) -> u32 {
        Span::of(self.text, body).end
    }

    #[cold]
    fn unreadable(&mut self, unreadable: &Unreadable<'a>) {
        self.trouble(unreadable.kind, unreadable.at);
    }

    #[cold]
    fn trouble(&mut self, kind: ProblemKind, at: &[u8]) {
        let header = self.outline.headers.len().checked_sub(1).map(offset);
        let at = Span::of(self.text, at).start;
        self.outline.troubles.push(Trouble { at, line: self.number, kind, header });
    }
}
