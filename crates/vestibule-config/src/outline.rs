//! What the scanner finds: sections and properties as flat vectors of spans.

use std::borrow::Cow;

use crate::problem::{self, ProblemRecord};
use crate::section_name;
use crate::span::{Span, offset};
use crate::{ProblemKind, SectionKind};

/// What a text consists of. Sections hold their properties as ranges, in file order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    pub(crate) headers: Vec<Header>,
    pub(crate) properties: Vec<Property>,
    pub(crate) problems: Vec<ProblemRecord>,
}

impl Outline {
    /// Leaves the sections as a `[profile default]` leaves them.
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
        Some((kind, section_name::unquoted(self.name.text(text))))
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
