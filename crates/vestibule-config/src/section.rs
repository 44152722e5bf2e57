//! A section, with its repetitions merged.

use std::borrow::Cow;
use std::collections::HashSet;
use std::{fmt, iter};

use crate::problem::{self, ProblemRecord};
use crate::{Document, ParseError, Problem, ProblemKind, SectionKind, Value};

/// A view of one section of a [`Document`], its repetitions merged in file order.
#[derive(Clone, Copy)]
pub struct Section<'a> {
    document: &'a Document,
    pub(crate) first: u32,
}

impl<'a> Section<'a> {
    pub(crate) fn new(document: &'a Document, first: u32) -> Self {
        Self { document, first }
    }

    /// Returns the kind of the section.
    pub fn kind(&self) -> SectionKind {
        self.document.identity(self.first).map_or(SectionKind::Profile, |(kind, _)| kind)
    }

    /// Returns the name, without quotes.
    pub fn name(&self) -> Cow<'a, str> {
        self.document.identity(self.first).map_or(Cow::Borrowed(""), |(_, name)| name)
    }

    /// Returns the line of the first header, from 1.
    pub fn line(&self) -> u32 {
        self.document.header(self.first).line
    }

    /// Returns the value of a key; keys are compared without regard to ASCII case. The last definition
    /// counts.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        let document = self.document;
        let last_in = |header| {
            let properties = document.properties(header).iter().rev();
            properties
                .map(|property| Value::new(document, property))
                .find(|value| value.key().eq_ignore_ascii_case(key))
        };
        self.headers().filter_map(last_in).last()
    }

    /// Returns the properties in file order, each key once with its last definition.
    pub fn properties(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        self.last_definitions(HashSet::new())
    }

    /// Returns the [`properties`](Self::properties) whose keys another section does not have.
    pub fn properties_not_in(
        &self,
        other: &Section<'_>,
    ) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let mut keys = HashSet::new();
        for (_, value) in other.definitions() {
            keys.insert(lowercase_key(&value));
        }
        self.last_definitions(keys)
    }

    /// Returns the last definition of each key that was not `seen` before, in file order.
    fn last_definitions(
        &self,
        mut seen: HashSet<Cow<'static, str>>,
    ) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let mut last = self.definitions();
        last.reverse();
        last.retain(|(_, value)| seen.insert(lowercase_key(value)));
        last.into_iter().rev().map(|(_, value)| value)
    }

    /// Returns the problems in the section, in file order.
    pub fn problems(&self) -> Vec<Problem<'a>> {
        let mut records = Vec::new();
        for header in self.headers() {
            records.extend_from_slice(self.document.problem_records(header));
        }
        self.add_repeats(&mut records);
        problem::sort_by_position(&mut records);
        records.into_iter().map(|record| Problem::new(self.document, record)).collect()
    }

    /// Checks that every line of the section could be read.
    ///
    /// # Errors
    /// Returns the first problem in it whose kind [is strict](ProblemKind::is_strict).
    pub fn strict(&self) -> Result<(), ParseError> {
        let strict = |record: &&ProblemRecord| record.kind.is_strict();
        let first = self
            .headers()
            .find_map(|header| self.document.problem_records(header).iter().find(strict));
        first.map_or(Ok(()), |&record| Err(Problem::new(self.document, record).into()))
    }

    /// Adds a problem for each header that repeats the section and each key that repeats in it.
    pub(crate) fn add_repeats(self, records: &mut Vec<ProblemRecord>) {
        for at in self.headers().skip(1) {
            let header = self.document.header(at);
            let (kind, line) = (ProblemKind::RepeatedSection, header.line);
            records.push(ProblemRecord { at: header.name.start, line, kind, header: Some(at) });
        }
        let mut seen = HashSet::new();
        for (header, value) in self.definitions() {
            if !seen.insert(lowercase_key(&value)) {
                let (kind, line) = (ProblemKind::RepeatedKey, value.line());
                let at = value.property().key.start;
                records.push(ProblemRecord { at, line, kind, header: Some(header) });
            }
        }
    }

    /// Returns every definition with its header, in file order.
    pub(crate) fn definitions(self) -> Vec<(u32, Value<'a>)> {
        let mut definitions = Vec::new();
        for header in self.headers() {
            for property in self.document.properties(header) {
                definitions.push((header, Value::new(self.document, property)));
            }
        }
        definitions
    }

    pub(crate) fn headers(self) -> impl Iterator<Item = u32> + use<'a> {
        iter::successors(Some(self.first), |&header| self.document.next_header(header))
    }
}

/// Returns the key as names are compared. A `Cow`, as the names in [`crate::lookup`], so that the code of
/// a hash set is compiled once.
fn lowercase_key(value: &Value<'_>) -> Cow<'static, str> {
    value.key().to_ascii_lowercase().into()
}

impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({} {:?}, line {})", self.kind().keyword(), self.name(), self.line())
    }
}
