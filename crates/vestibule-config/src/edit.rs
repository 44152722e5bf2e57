//! Edits of a text that leave the rest of it unchanged.

mod batch;
mod change;
mod error;
mod layout;
mod line_style;
mod rules;
mod splice;

use std::{fmt, slice};

use crate::{Document, SectionKind};
use batch::EditBatch;

pub use error::EditError;

/// A change of one section, as data: it can be applied again to a file that changed in the meantime.
///
/// - An edit changes the occurrence that [`Section::get`](crate::Section::get) reads: the last one,
///   however section and key are spelled. It never adds a second section or key of the same name.
/// - Setting an existing key replaces its value and the lines that continue it. The spelling of the key,
///   spacing, indent, comment and line end are kept.
/// - A new key is added below the last property of the section, in the same style. A new section is added
///   at the end of the file, after one blank line.
/// - [`apply`](Self::apply) returns an error for a value, key or name that would not be read back, for a
///   section with a line that cannot be read, and for a file that is not UTF-8.
/// - All other sections, keys and values are read as before.
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
    RemoveNested { key: String, name: String },
    AddSection,
    RenameSection { name: String },
    RemoveSection,
}

impl Edit {
    /// Sets the value of a key; adds the key and the section if they are missing.
    pub fn set(
        kind: SectionKind,
        section: impl Into<String>,
        key: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        Self::new(kind, section, Change::Set { key: key.into(), value: value.into() })
    }

    /// Sets the value of a name in the block of a key; adds name, key and section if they are missing.
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

    /// Removes all definitions of a key. Does nothing if there are none.
    pub fn remove(kind: SectionKind, section: impl Into<String>, key: impl Into<String>) -> Self {
        Self::new(kind, section, Change::Remove { key: key.into() })
    }

    /// Removes all definitions of a name in the blocks of a key, and a key whose block would be empty.
    /// Does nothing if there are none.
    pub fn remove_nested(
        kind: SectionKind,
        section: impl Into<String>,
        key: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self::new(kind, section, Change::RemoveNested { key: key.into(), name: name.into() })
    }

    /// Adds a section without properties. Does nothing if it exists.
    pub fn add_section(kind: SectionKind, section: impl Into<String>) -> Self {
        Self::new(kind, section, Change::AddSection)
    }

    /// Renames a section and all its repetitions; their lines stay as they are. Does nothing if it does
    /// not exist.
    pub fn rename_section(
        kind: SectionKind,
        section: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self::new(kind, section, Change::RenameSection { name: name.into() })
    }

    /// Removes a section, all its repetitions, and the comments directly above their headers. Does nothing
    /// if it does not exist.
    pub fn remove_section(kind: SectionKind, section: impl Into<String>) -> Self {
        Self::new(kind, section, Change::RemoveSection)
    }

    fn new(kind: SectionKind, section: impl Into<String>, change: Change) -> Self {
        Self { kind, section: section.into(), change }
    }

    /// Returns the document with the change applied.
    ///
    /// # Errors
    /// Returns an [`EditError`] if the change cannot be written, or the section cannot be read.
    pub fn apply(&self, document: &Document) -> Result<Document, EditError> {
        Self::apply_all(slice::from_ref(self), document)
    }

    /// Returns the document with all changes applied in order; or an error, and none of them.
    ///
    /// Independent changes are applied together, so that the text is parsed as often as changes depend on
    /// each other, and not once for each change.
    ///
    /// # Errors
    /// As for [`Edit::apply`].
    pub fn apply_all(edits: &[Self], document: &Document) -> Result<Document, EditError> {
        if !document.is_lossless() {
            return Err(EditError::NotUtf8);
        }
        edits.iter().try_for_each(Self::check)?;
        let mut pending: Vec<_> = edits.iter().collect();
        let mut document = document.clone();
        while !pending.is_empty() {
            let batch = EditBatch::take_from(&mut pending, &document);
            if let Some(edited) = batch.apply(&document)? {
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
            Change::Remove { .. }
            | Change::RemoveNested { .. }
            | Change::AddSection
            | Change::RenameSection { .. }
            | Change::RemoveSection => Ok(()),
        }
    }
}

/// Shows the section and the key, not the value, which may be a secret.
impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, section, change } = self;
        let (verb, key) = match change {
            Change::Set { key, .. } => ("set", key.as_str()),
            Change::SetNested { key, .. } => ("set in block", key.as_str()),
            Change::Remove { key } => ("remove", key.as_str()),
            Change::RemoveNested { key, .. } => ("remove from block", key.as_str()),
            Change::AddSection => ("add section", ""),
            Change::RenameSection { .. } => ("rename section", ""),
            Change::RemoveSection => ("remove section", ""),
        };
        write!(f, "Edit({verb} {key} in {} {section:?})", kind.keyword())
    }
}
