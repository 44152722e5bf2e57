//! Changes to a text that leave everything else as it was.

mod batch;
mod change;
mod error;
mod layout;
mod line_style;
mod rules;
mod splice;
mod view;

use std::{fmt, slice};

use crate::{Document, SectionKind};
use batch::EditBatch;

pub use error::EditError;

/// One change to one section, as data: it can be made anew on a text that has changed meanwhile.
///
/// - It changes the occurrence that [`Section::get`](crate::Section::get) reads: the last one, however section and key are
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
        Self::apply_all(slice::from_ref(self), document)
    }

    /// The document with all changes made, as if one after the other; or none of them.
    ///
    /// A thousand sections take little longer than one: the text is read anew as often as changes
    /// build on each other, and not for each of them.
    ///
    /// # Errors
    /// As for [`Edit::apply`].
    pub fn apply_all(edits: &[Self], document: &Document) -> Result<Document, EditError> {
        if !document.is_lossless() {
            return Err(EditError::NotUtf8);
        }
        edits.iter().try_for_each(Self::check)?;
        let mut rest: Vec<_> = edits.iter().collect();
        let mut document = document.clone();
        while !rest.is_empty() {
            if let Some(edited) = EditBatch::take(&mut rest, &document).make(&document)? {
                document = edited;
            }
        }
        Ok(document)
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
