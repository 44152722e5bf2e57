use std::io;
use std::path::{Path, PathBuf};

use vestibule::Configuration;
use vestibule::config::{Dialect, Edit};

/// A change that resolves a finding and destroys nothing that a tool could use.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fix {
    /// Takes the permissions of group and others from a file.
    MakePrivate(PathBuf),
    /// Removes a file that no tool can use.
    Remove(PathBuf),
    /// Edits the config file, after a backup copy was made.
    Edit(Vec<Edit>),
}

/// Error returned when a [`Fix`] could not be applied.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    kind: ErrorKind,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// The kinds of [`Error`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// This file could not be read or changed.
    #[error("could not change {}", .0.display())]
    File(PathBuf),
    /// The config file could not be edited.
    #[error("could not edit the config file")]
    Edit,
}

impl Error {
    pub(crate) fn file(path: &Path, source: io::Error) -> Self {
        Self { kind: ErrorKind::File(path.to_owned()), source: source.into() }
    }

    /// Returns the kind of the error, with the file.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl Fix {
    /// Applies the change.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed then.
    pub fn apply(&self, configuration: &Configuration) -> Result<(), Error> {
        let files = &configuration.blocking_world().files;
        match self {
            Self::MakePrivate(path) => {
                files.make_private(path).map_err(|source| Error::file(path, source))
            }
            Self::Remove(path) => files.remove(path).map_err(|source| Error::file(path, source)),
            Self::Edit(edits) => configuration
                .edit_blocking(Dialect::Config, |document| {
                    edits.iter().try_fold(document.clone(), |document, edit| edit.apply(&document))
                })
                .map(drop)
                .map_err(|source| Error { kind: ErrorKind::Edit, source: source.into() }),
        }
    }
}
