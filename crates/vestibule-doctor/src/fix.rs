use std::io;
use std::path::PathBuf;

use vestibule::config::{Dialect, Edit};
use vestibule::{Configuration, Error};

/// A change that mends a finding and takes nothing away that anybody could use.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fix {
    /// Others may no longer read or write the file.
    MakePrivate(PathBuf),
    /// A file that nobody can use goes.
    Remove(PathBuf),
    /// The config file is edited, with a copy of it as it was.
    Edit(Vec<Edit>),
}

/// A fix that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotFixed {
    /// The machine does not let us.
    #[error("{} could not be changed", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the machine says.
        source: io::Error,
    },
    /// The config file cannot be edited.
    #[error(transparent)]
    Edit(Error),
}

impl Fix {
    /// Makes the change.
    ///
    /// # Errors
    /// [`NotFixed`]; everything is then as it was.
    pub fn apply(&self, configuration: &Configuration) -> Result<(), NotFixed> {
        let files = &configuration.world().files;
        let failed = |path: &PathBuf| {
            let path = path.clone();
            |source| NotFixed::File { path, source }
        };
        match self {
            Self::MakePrivate(path) => files.make_private(path).map_err(failed(path)),
            Self::Remove(path) => files.remove(path).map_err(failed(path)),
            Self::Edit(edits) => configuration
                .edit_blocking(Dialect::Config, |document| {
                    edits.iter().try_fold(document.clone(), |document, edit| edit.apply(&document))
                })
                .map(drop)
                .map_err(NotFixed::Edit),
        }
    }
}
