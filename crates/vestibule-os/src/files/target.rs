use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::folder::parent_folder;
use super::kind::require_regular;

/// The file that a write replaces.
#[derive(Debug)]
pub(super) struct Target {
    /// The path at the end of a chain of symbolic links.
    pub(super) path: PathBuf,
    /// The regular file that exists there.
    pub(super) old: Option<Metadata>,
}

impl Target {
    /// Follows links, and refuses everything but a regular file or a missing one.
    pub(super) fn resolve(path: &Path) -> io::Result<Self> {
        let path = follow_links(path)?;
        let old = match fs::symlink_metadata(&path) {
            Ok(file) => Some(file),
            Err(error) if is_missing(&error) => None,
            Err(error) => return Err(error),
        };
        old.as_ref().map_or(Ok(()), require_regular)?;
        Ok(Self { path, old })
    }

    pub(super) fn folder(&self) -> &Path {
        parent_folder(&self.path)
    }
}

/// Returns whether a path does not exist. Other errors are reported when it is created.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    // The limit of Linux.
    for _ in 0..40 {
        match fs::read_link(&target) {
            Ok(next) => target = parent_folder(&target).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}
