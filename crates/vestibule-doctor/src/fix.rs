use std::io;
use std::path::PathBuf;

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
#[non_exhaustive]
pub enum Error {
    /// The operating system reports an error for a file.
    #[error("could not change {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The config file cannot be edited.
    #[error(transparent)]
    Edit(vestibule::Error),
}

impl Fix {
    /// Applies the change.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed then.
    pub fn apply(&self, configuration: &Configuration) -> Result<(), Error> {
        let files = &configuration.blocking_world().files;
        let failed = |path: &PathBuf| {
            let path = path.clone();
            |source| Error::File { path, source }
        };
        match self {
            Self::MakePrivate(path) => files.make_private(path).map_err(failed(path)),
            Self::Remove(path) => files.remove(path).map_err(failed(path)),
            Self::Edit(edits) => configuration
                .edit_blocking(Dialect::Config, |document| {
                    edits.iter().try_fold(document.clone(), |document, edit| edit.apply(&document))
                })
                .map(drop)
                .map_err(Error::Edit),
        }
    }
}
