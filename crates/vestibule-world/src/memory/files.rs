use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::{Guard, Keep};

/// Files in a map. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Files(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<PathBuf, Zeroizing<Vec<u8>>>,
    locked: BTreeSet<PathBuf>,
    read_only: bool,
}

impl Files {
    /// The same files with one more.
    #[must_use]
    pub fn with(self, path: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) -> Self {
        self.state().files.insert(path.into(), Zeroizing::new(contents.into()));
        self
    }

    /// From now on nothing can be written, as in a read-only home.
    pub fn freeze(&self) {
        self.state().read_only = true;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writable(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state();
        if state.read_only { Err(io::ErrorKind::ReadOnlyFilesystem.into()) } else { Ok(state) }
    }
}

impl crate::Files for Files {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        self.state().files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn replace(&self, path: &Path, contents: &[u8], _keep: Keep) -> io::Result<()> {
        self.writable()?.files.insert(path.to_owned(), Zeroizing::new(contents.to_vec()));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let removed = self.writable()?.files.remove(path);
        removed.map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let state = self.state();
        let inside = state.files.keys().filter(|path| path.parent() == Some(folder));
        Ok(inside.cloned().collect())
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
        if !self.writable()?.locked.insert(path.to_owned()) {
            return Ok(None);
        }
        Ok(Some(Box::new(Held { files: self.clone(), path: path.to_owned() })))
    }

    fn probe(&self, _path: &Path) -> io::Result<()> {
        self.writable().map(drop)
    }
}

#[derive(Debug)]
struct Held {
    files: Files,
    path: PathBuf,
}

impl Guard for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        self.files.state().locked.remove(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Files as _;

    #[test]
    fn a_lock_is_held_once_until_dropped() {
        let files = Files::default();
        let held = files.try_lock(Path::new("/a.lock")).unwrap();
        assert!(held.is_some());
        assert!(files.try_lock(Path::new("/a.lock")).unwrap().is_none());
        drop(held);
        assert!(files.try_lock(Path::new("/a.lock")).unwrap().is_some());
    }

    #[test]
    fn frozen_files_can_be_read_only() {
        let files = Files::default().with("/a", "text");
        files.freeze();
        assert_eq!(&files.read(Path::new("/a")).unwrap()[..], b"text");
        let refused = files.replace(Path::new("/a"), b"", Keep::Nothing).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ReadOnlyFilesystem);
    }
}
