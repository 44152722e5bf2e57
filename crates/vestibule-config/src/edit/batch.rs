//! Changes that do not touch each other, made in one go.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::splice::Splices;
use super::view::Reading;
use super::{Change, Edit, EditError, change, rules};
use crate::{Document, ProblemKind, Section, SectionKind};

/// Either new sections, or changes to sections that are there: at most one for each of them.
#[derive(Default)]
pub(super) struct EditBatch<'e, 'd> {
    added: Vec<(SectionKind, &'e str)>,
    changed: Vec<(&'e Edit, Section<'d>)>,
}

impl<'e, 'd> EditBatch<'e, 'd> {
    /// Takes what can be made at once. What builds on it, or could meet it, is left for later.
    pub(super) fn take(rest: &mut Vec<&'e Edit>, document: &'d Document) -> Self {
        let mut batch = Self::default();
        let (mut touched, mut begun) = (HashSet::new(), HashSet::new());
        let mut removed = HashSet::new();
        let mut later = Vec::new();
        let (mut adds_later, mut removes_later) = (false, false);
        for edit in rest.drain(..) {
            let is_free = touched.insert(edit.place());
            let section = document.section(edit.kind, &edit.section);
            let fits = match (section, &edit.change) {
                _ if !is_free => false,
                (None, Change::Remove { .. } | Change::RemoveSection)
                | (Some(_), Change::AddSection) => true,
                (None, change) => {
                    let fits = batch.changed.is_empty() && !removes_later && !adds_later;
                    if fits {
                        batch.added.push(edit.place());
                        begun.insert(edit.place());
                    }
                    // What goes into the section, goes there next time.
                    fits && matches!(change, Change::AddSection)
                }
                (Some(section), change) => {
                    let mut fits = batch.added.is_empty();
                    if matches!(change, Change::RemoveSection) {
                        // Neighbors share the blank line between them.
                        let mut around = section.headers().flat_map(|at| [at + 1, at.max(1) - 1]);
                        fits &= !adds_later && !around.any(|header| removed.contains(&header));
                        removed.extend(section.headers().filter(|_| fits));
                    }
                    if fits {
                        batch.changed.push((edit, section));
                    }
                    fits
                }
            };
            if !fits {
                let is_removal = matches!(edit.change, Change::RemoveSection);
                removes_later |= is_removal;
                adds_later |= !is_removal && section.is_none() && !begun.contains(&edit.place());
                later.push(edit);
            }
        }
        *rest = later;
        batch
    }

    /// The document with the changes made; `None` if they change nothing.
    pub(super) fn make(&self, document: &Document) -> Result<Option<Document>, EditError> {
        let mut splices = Splices::default();
        for &(edit, section) in &self.changed {
            check_readable(section)?;
            splices.extend(edit.splices(document, section)?);
        }
        if !self.added.is_empty() {
            for &(kind, name) in &self.added {
                rules::section(document.dialect(), kind, name)?;
            }
            // A header that cannot be read may be the section that seems to be missing.
            document.strict_headers().map_err(EditError::Unreadable)?;
            splices.extend(change::add_sections(document, &self.added));
        }
        if splices.is_empty() {
            return Ok(None);
        }
        let text = splices.apply(document.text());
        let is_ended = document.text().ends_with('\n') || !self.added.is_empty();
        let text = if is_ended { text } else { unended(text) };
        let edited = Document::parse(text, document.dialect());
        // Such as a section header that now continues a value.
        let same = self.others(document).eq(self.others(&edited));
        if same { Ok(Some(edited)) } else { Err(EditError::Disturbs) }
    }

    /// Everything in a document that is not the batch's to change.
    fn others<'b>(&self, document: &'b Document) -> impl Iterator<Item = Reading<'b>> {
        let mut own: HashMap<_, _> =
            self.changed.iter().map(|(edit, _)| (edit.place(), Some(*edit))).collect();
        own.extend(self.added.iter().map(|&place| (place, None)));
        document.readings().filter(move |(section, property)| {
            let edit = section.as_ref().and_then(|(kind, name)| own.get(&(*kind, name.as_ref())));
            !edit.is_some_and(|edit| edit.is_none_or(|edit| edit.changes(property.as_ref())))
        })
    }
}

impl Edit {
    fn place(&self) -> (SectionKind, &str) {
        (self.kind, &self.section)
    }

    fn splices(&self, document: &Document, section: Section<'_>) -> Result<Splices, EditError> {
        Ok(match &self.change {
            Change::Set { key, value } => change::set(document, section, key, value),
            Change::SetNested { key, name, value } => {
                change::set_nested(document, section, key, name, value)?
            }
            Change::Remove { key } => change::remove(document, section, key),
            Change::AddSection => Splices::default(),
            Change::RemoveSection => change::remove_section(document, section),
        })
    }

    /// Whether this is what the edit is about, in its own section.
    fn changes(&self, property: Option<&(&str, Cow<'_, str>)>) -> bool {
        match &self.change {
            Change::AddSection | Change::RemoveSection => true,
            Change::Set { key, .. } | Change::SetNested { key, .. } | Change::Remove { key } => {
                property.is_some_and(|(other, _)| other.eq_ignore_ascii_case(key))
            }
        }
    }
}

/// A text without its last line end, as the text was that it came from.
fn unended(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        text.truncate(text.strip_suffix('\r').unwrap_or(&text).len());
    }
    text
}

/// A line that could not be read, or that hides a section, makes a section unfit for changes.
fn check_readable(section: Section<'_>) -> Result<(), EditError> {
    let blocks = |kind: ProblemKind| kind.is_strict() || kind == ProblemKind::SwallowedSection;
    match section.problems().into_iter().find(|problem| blocks(problem.kind())) {
        Some(problem) => Err(EditError::Unreadable(problem.into())),
        None => Ok(()),
    }
}
