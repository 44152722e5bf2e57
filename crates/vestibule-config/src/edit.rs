//! Changes to a text that leave everything else as it was.

mod change;
mod error;
mod layout;
mod look;
mod rules;
mod splice;

use std::borrow::Cow;
use std::fmt;

use crate::document::Reading;
use crate::{Document, ProblemKind, Section, SectionKind};

pub use error::EditError;

/// One change to one section, as data: it can be made anew on a text that has changed meanwhile.
///
/// - It changes the occurrence that [`Section::get`] reads: the last one, however section and key are
///   spelled. It never adds a second section of a name, or a second key.
/// - Of an existing key it replaces the value alone, together with the lines that continued the old
///   one. Spelling, spacing, indent, comment and line end stay.
/// - A new key follows the last property of the section and looks like it. A new section stands at the
///   end, after one blank line.
/// - A value, key or name that could not be read back is refused; so is a change to a section that
///   could not be read, or to a file that is not UTF-8.
/// - Every other section, key and value is read as before.
#[derive(Clone)]
pub struct Edit {
    kind: SectionKind,
    section: String,
    change: Change,
}

#[derive(Clone)]
enum Change {
    Set { key: String, value: String },
    SetNested { key: String, name: String, value: String },
    Remove { key: String },
    AddSection,
    RemoveSection,
}

impl Edit {
    /// Gives a key a value; adds the key and the section where they are missing.
    pub fn set(
        kind: SectionKind,
        section: impl Into<String>,
        key: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        Self::new(kind, section, Change::Set { key: key.into(), value: value.into() })
    }

    /// Gives a name in the block of a key a value; adds what is missing.
    pub fn set_nested(
        kind: SectionKind,
        section: impl Into<String>,
        key: impl Into<String>,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let (key, name, value) = (key.into(), name.into(), value.into());
        Self::new(kind, section, Change::SetNested { key, name, value })
    }

    /// Removes a key wherever the section defines it. If it is not there, nothing changes.
    pub fn remove(kind: SectionKind, section: impl Into<String>, key: impl Into<String>) -> Self {
        Self::new(kind, section, Change::Remove { key: key.into() })
    }

    /// Adds a section without properties. If it is there already, nothing changes.
    pub fn add_section(kind: SectionKind, section: impl Into<String>) -> Self {
        Self::new(kind, section, Change::AddSection)
    }

    /// Removes a section, all its repetitions, and the comments directly above their headers. If it is
    /// not there, nothing changes.
    pub fn remove_section(kind: SectionKind, section: impl Into<String>) -> Self {
        Self::new(kind, section, Change::RemoveSection)
    }

    fn new(kind: SectionKind, section: impl Into<String>, change: Change) -> Self {
        Self { kind, section: section.into(), change }
    }

    /// The document with the change made.
    ///
    /// # Errors
    /// What was asked for cannot be written, or the place for it could not be read: [`EditError`].
    pub fn apply(&self, document: &Document) -> Result<Document, EditError> {
        if !document.is_lossless() {
            return Err(EditError::NotUtf8);
        }
        self.check()?;
        let Some(section) = document.section(self.kind, &self.section) else {
            return self.apply_without_section(document);
        };
        check_readable(section)?;
        let splices = match &self.change {
            Change::Set { key, value } => change::set(document, section, key, value),
            Change::SetNested { key, name, value } => {
                change::set_nested(document, section, key, name, value)?
            }
            Change::Remove { key } => change::remove(document, section, key),
            Change::AddSection => return Ok(document.clone()),
            Change::RemoveSection => change::remove_section(document, section),
        };
        let text = splices.apply(document.text());
        self.finish(document, if document.text().ends_with('\n') { text } else { unended(text) })
    }

    /// A section that is not there is added, unless one of the headers cannot be read: it may be that.
    fn apply_without_section(&self, document: &Document) -> Result<Document, EditError> {
        match self.change {
            Change::Remove { .. } | Change::RemoveSection => Ok(document.clone()),
            Change::Set { .. } | Change::SetNested { .. } => {
                self.apply(&Self::add_section(self.kind, self.section.as_str()).apply(document)?)
            }
            Change::AddSection => {
                rules::section(document.dialect(), self.kind, &self.section)?;
                document.strict_headers().map_err(EditError::Unreadable)?;
                let splices = change::add_section(document, self.kind, &self.section);
                self.finish(document, splices.apply(document.text()))
            }
        }
    }

    fn check(&self) -> Result<(), EditError> {
        match &self.change {
            Change::Set { key, value } => {
                rules::key(key)?;
                rules::value(key, value)
            }
            Change::SetNested { key, name, value } => {
                rules::key(key)?;
                rules::key(name)?;
                rules::value(name, value)
            }
            Change::Remove { .. } | Change::AddSection | Change::RemoveSection => Ok(()),
        }
    }

    /// Refuses a change by which anything else is read differently, such as a section header that now
    /// continues a value.
    fn finish(&self, document: &Document, text: String) -> Result<Document, EditError> {
        let edited = Document::parse(text, document.dialect());
        let same = self.others(document).eq(self.others(&edited));
        if same { Ok(edited) } else { Err(EditError::Disturbs) }
    }

    /// Everything in a document that is not the edit's to change.
    fn others<'a>(&self, document: &'a Document) -> impl Iterator<Item = Reading<'a>> {
        let own = Some((self.kind, Cow::from(&self.section)));
        document.readings().filter(move |(section, property)| {
            let is_own = match &self.change {
                Change::AddSection | Change::RemoveSection => true,
                Change::Set { key, .. }
                | Change::SetNested { key, .. }
                | Change::Remove { key } => {
                    property.as_ref().is_some_and(|(other, _)| other.eq_ignore_ascii_case(key))
                }
            };
            !(is_own && section == &own)
        })
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

/// The section and the key; a value may be a secret.
impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, section, change } = self;
        let (verb, key) = match change {
            Change::Set { key, .. } => ("set", key.as_str()),
            Change::SetNested { key, .. } => ("set in block", key.as_str()),
            Change::Remove { key } => ("remove", key.as_str()),
            Change::AddSection => ("add section", ""),
            Change::RemoveSection => ("remove section", ""),
        };
        write!(f, "Edit({verb} {key} in {} {section:?})", kind.keyword())
    }
}
