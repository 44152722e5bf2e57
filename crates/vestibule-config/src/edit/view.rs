//! What an edit sees in a document, beyond what everybody does.

use std::borrow::Cow;
use std::iter;

use crate::span::offset;
use crate::{Document, ParseError, Problem, ProblemKind, Section, SectionKind, Value};

/// A section line, or a property with its key and value; the section is none if it is skipped or hidden.
pub(super) type Reading<'a> =
    (Option<(SectionKind, Cow<'a, str>)>, Option<(&'a str, Cow<'a, str>)>);

impl Document {
    /// Accepts only a text in which every section line could be read.
    pub(super) fn strict_headers(&self) -> Result<(), ParseError> {
        let hides = |kind| matches!(kind, ProblemKind::UnterminatedSection | ProblemKind::TooLarge);
        let first = self.outline.problems.iter().find(|record| hides(record.kind));
        first.map_or(Ok(()), |&record| Err(Problem::new(self, record).into()))
    }

    /// Every section line and every property, in file order, as they are read.
    pub(super) fn readings(&self) -> impl Iterator<Item = Reading<'_>> {
        (0..self.headers()).flat_map(|header| {
            let section = self.identity(header);
            let properties = self.properties(header).iter();
            let properties = properties.map(|property| Value::new(self, property));
            let properties = properties.map(|value| Some((value.key(), value.text())));
            iter::once(None).chain(properties).map(move |property| (section.clone(), property))
        })
    }

    /// How many section lines there are.
    pub(super) fn headers(&self) -> u32 {
        offset(self.outline.headers.len())
    }
}

impl Section<'_> {
    pub(super) fn last_header(self) -> u32 {
        self.headers().last().unwrap_or(self.first)
    }
}

impl Value<'_> {
    /// Whether further lines belong to the value.
    pub(super) fn is_continued(&self) -> bool {
        self.lines_below().next().is_some()
    }
}
