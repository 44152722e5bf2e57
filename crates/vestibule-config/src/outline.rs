//! The result of scanning: sections and properties as flat vectors of spans.

use std::borrow::Cow;

use crate::problem::{self, ProblemRecord};
use crate::section_name;
use crate::span::{Span, offset};
use crate::{ProblemKind, SectionKind};

/// The headers, properties and problems of a text, in file order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    pub(crate) headers: Vec<Header>,
    pub(crate) properties: Vec<Property>,
    pub(crate) problems: Vec<ProblemRecord>,
}

impl Outline {
    /// Hides each `[default]`, because the file has a `[profile default]`.
    pub(crate) fn hide_default(&mut self) {
        for (at, header) in self.headers.iter_mut().enumerate() {
            if header.role == Role::OpensDefault {
                header.role = Role::Hidden;
                self.problems.push(ProblemRecord {
                    at: header.name.start,
                    line: header.line,
                    kind: ProblemKind::HiddenDefault,
                    header: Some(offset(at)),
                });
            }
        }
        problem::sort_by_position(&mut self.problems);
    }
}

/// One section line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) role: Role,
    /// The name as written, quotes included; for ignored sections the text of the line.
    pub(crate) name: Span,
    pub(crate) line: u32,
    /// The index of its first property; they end where those of the next header begin.
    pub(crate) properties: u32,
}

impl Header {
    /// Returns the kind and name of the section; `None` if it is skipped or hidden.
    pub(crate) fn identity<'a>(&self, text: &'a str) -> Option<(SectionKind, Cow<'a, str>)> {
        let kind = match self.role {
            Role::Opens(kind) => kind,
            Role::OpensDefault => SectionKind::Profile,
            Role::Hidden | Role::Skips => return None,
        };
        Some((kind, section_name::unquoted(self.name.text(text))))
    }
}

/// The effect of a section line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Opens(SectionKind),
    /// `[default]` of a config file: a profile, unless `[profile default]` hides it.
    OpensDefault,
    /// `[default]` beside `[profile default]`: it is read and ignored.
    Hidden,
    /// An unknown section, or one that could not be read: its lines are skipped.
    Skips,
}

/// A property of a section.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Property {
    pub(crate) key: Span,
    /// The trimmed value on the property's own line.
    pub(crate) value: Span,
    /// The end of its last continuation line, or of its own line without one.
    pub(crate) end: u32,
    pub(crate) line: u32,
}
