//! Independent changes, applied together.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::iter;

use super::splice::Splices;
use super::{Change, Edit, EditError, change, rules};
use crate::{Document, ParseError, Problem, ProblemKind, Section, SectionKind, Value};

/// Either new sections, or changes of existing sections: at most one for each section.
#[derive(Default)]
pub(super) struct EditBatch<'e, 'd> {
    added: Vec<(SectionKind, &'e str)>,
    changed: Vec<(&'e Edit, Section<'d>)>,
}

impl<'e, 'd> EditBatch<'e, 'd> {
    /// Takes the edits that can be applied together. Edits that depend on them stay pending.
    pub(super) fn take_from(pending: &mut Vec<&'e Edit>, document: &'d Document) -> Self {
        let mut batch = Self::default();
        let (mut targets, mut added_names) = (HashSet::new(), HashSet::new());
        let mut removed = HashSet::new();
        let mut later = Vec::new();
        let (mut adds_later, mut removes_later) = (false, false);
        for edit in pending.drain(..) {
            let mut is_first = targets.insert(edit.target());
            if let Some(name) = edit.new_target().filter(|name| *name != edit.target()) {
                is_first &= targets.insert(name);
            }
            let section = document.section(edit.kind, &edit.section);
            let fits = match (section, &edit.change) {
                _ if !is_first => false,
                (
                    None,
                    Change::Remove { .. }
                    | Change::RemoveNested { .. }
                    | Change::RenameSection { .. }
                    | Change::RemoveSection,
                )
                | (Some(_), Change::AddSection) => true,
                (None, change) => {
                    let fits = batch.changed.is_empty() && !removes_later && !adds_later;
                    if fits {
                        batch.added.push(edit.target());
                        added_names.insert(edit.target());
                    }
                    // Its keys are set by the next batch.
                    fits && matches!(change, Change::AddSection)
                }
                (Some(section), change) => {
                    let mut fits = batch.added.is_empty();
                    if matches!(change, Change::RemoveSection) {
                        // Neighbors share a blank line, so only one of them is removed at a time.
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
                // A later edit may add the old name anew.
                let is_renaming = matches!(edit.change, Change::RenameSection { .. });
                let is_missing = section.is_none() && !added_names.contains(&edit.target());
                adds_later |= is_renaming || !is_removal && is_missing;
                later.push(edit);
            }
        }
        *pending = later;
        batch
    }

    /// Returns the document with the changes applied; `None` if they change nothing.
    pub(super) fn apply(&self, document: &Document) -> Result<Option<Document>, EditError> {
        let mut splices = Splices::default();
        for &(edit, section) in &self.changed {
            check_readable(section)?;
            splices.extend(edit.splices(document, section)?);
        }
        if !self.added.is_empty() {
            for &(kind, name) in &self.added {
                rules::section(document.dialect(), kind, name)?;
            }
            // A header that cannot be read may be that of the section to add.
            check_headers(document).map_err(EditError::Unreadable)?;
            splices.extend(change::add_sections(document, &self.added));
        }
        if splices.is_empty() {
            return Ok(None);
        }
        let text = splices.apply(document.text());
        let keeps_end = document.text().ends_with('\n') || !self.added.is_empty();
        let text = if keeps_end { text } else { without_line_end(text) };
        let edited = Document::parse(text, document.dialect());
        // A section header, for example, may now continue a value.
        let is_undisturbed = self.other_items(document).eq(self.other_items(&edited));
        if is_undisturbed { Ok(Some(edited)) } else { Err(EditError::Disturbs) }
    }

    /// Returns the items of a document that the batch must not change.
    fn other_items<'b>(&self, document: &'b Document) -> impl Iterator<Item = Item<'b>> {
        let mut changed: HashMap<_, _> =
            self.changed.iter().map(|(edit, _)| (edit.target(), Some(*edit))).collect();
        changed.extend(self.added.iter().map(|&target| (target, None)));
        let renamed = self.changed.iter().filter_map(|(edit, _)| edit.new_target());
        changed.extend(renamed.map(|target| (target, None)));
        items(document).filter(move |(section, property)| {
            let edit =
                section.as_ref().and_then(|(kind, name)| changed.get(&(*kind, name.as_ref())));
            !edit.is_some_and(|edit| edit.is_none_or(|edit| edit.changes(property.as_ref())))
        })
    }
}

impl Edit {
    fn target(&self) -> (SectionKind, &str) {
        (self.kind, &self.section)
    }

    /// Returns the name that the edit gives its section.
    fn new_target(&self) -> Option<(SectionKind, &str)> {
        match &self.change {
            Change::RenameSection { name } => Some((self.kind, name)),
            _ => None,
        }
    }

    fn splices(&self, document: &Document, section: Section<'_>) -> Result<Splices, EditError> {
        Ok(match &self.change {
            Change::Set { key, value } => change::set(document, section, key, value),
            Change::SetNested { key, name, value } => {
                change::set_nested(document, section, key, name, value)?
            }
            Change::Remove { key } => change::remove(document, section, key),
            Change::RemoveNested { key, name } => {
                change::remove_nested(document, section, key, name)
            }
            Change::AddSection => Splices::default(),
            Change::RenameSection { name } if *name == self.section => Splices::default(),
            Change::RenameSection { name } => {
                rules::section(document.dialect(), self.kind, name)?;
                if document.section(self.kind, name).is_some() {
                    return Err(EditError::NameTaken { name: name.clone() });
                }
                check_headers(document).map_err(EditError::Unreadable)?;
                change::rename_section(document, section, name)
            }
            Change::RemoveSection => change::remove_section(document, section),
        })
    }

    /// Returns true if the edit changes a property of its section, or the header (`None`).
    fn changes(&self, property: Option<&(&str, Cow<'_, str>)>) -> bool {
        match &self.change {
            Change::AddSection | Change::RenameSection { .. } | Change::RemoveSection => true,
            Change::Set { key, .. }
            | Change::SetNested { key, .. }
            | Change::Remove { key }
            | Change::RemoveNested { key, .. } => {
                property.is_some_and(|(other, _)| other.eq_ignore_ascii_case(key))
            }
        }
    }
}

/// Removes the final line end.
fn without_line_end(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        text.truncate(text.strip_suffix('\r').unwrap_or(&text).len());
    }
    text
}

/// Checks that a section has no line that could not be read or that hides another section.
fn check_readable(section: Section<'_>) -> Result<(), EditError> {
    let blocks = |kind: ProblemKind| kind.is_strict() || kind == ProblemKind::SwallowedSection;
    match section.problems().into_iter().find(|problem| blocks(problem.kind())) {
        Some(problem) => Err(EditError::Unreadable(problem.into())),
        None => Ok(()),
    }
}

/// Checks that every header of a document could be read.
fn check_headers(document: &Document) -> Result<(), ParseError> {
    let hides = |kind| matches!(kind, ProblemKind::UnterminatedSection | ProblemKind::TooLarge);
    let first = document.outline.problems.iter().find(|record| hides(record.kind));
    first.map_or(Ok(()), |&record| Err(Problem::new(document, record).into()))
}

/// A header (`None`) or a property with its key and value, and the section, unless it is skipped or hidden.
type Item<'a> = (Option<(SectionKind, Cow<'a, str>)>, Option<(&'a str, Cow<'a, str>)>);

/// Returns all headers and properties of a document in file order.
fn items(document: &Document) -> impl Iterator<Item = Item<'_>> {
    (0..document.header_count()).flat_map(move |header| {
        let section = document.identity(header);
        let properties = document.properties(header).iter();
        let properties = properties.map(move |property| Value::new(document, property));
        let properties = properties.map(|value| Some((value.key(), value.text())));
        iter::once(None).chain(properties).map(move |property| (section.clone(), property))
    })
}
