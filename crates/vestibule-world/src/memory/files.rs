use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::{Guard, PreparedWrite, WriteMode};

/// Files in memory. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Files(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The paths, in order, and the contents. A map would be compiled for users who have no test.
    files: Vec<(PathBuf, Zeroizing<Vec<u8>>)>,
    locked: Vec<PathBuf>,
    /// The error of every write.
    refused: Option<io::ErrorKind>,
}

impl State {
    /// Returns the position of a file, or the one at which it belongs.
    #[inline]
    fn position(&self, path: &Path) -> Result<usize, usize> {
        self.files.binary_search_by(|(other, _)| other.as_path().cmp(path))
    }

    #[inline]
    fn insert(&mut self, path: PathBuf, contents: Vec<u8>) {
        let contents = Zeroizing::new(contents);
        match self.position(&path) {
            Ok(at) => self.files[at].1 = contents,
            Err(at) => self.files.insert(at, (path, contents)),
        }
    }
}

impl Files {
    /// Adds a file.
    #[must_use]
    #[inline]
    pub fn with(self, path: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) -> Self {
        self.state().insert(path.into(), contents.into());
        self
    }

    /// Makes all files read-only.
    #[inline]
    pub fn freeze(&self) {
        self.refuse_writes(io::ErrorKind::ReadOnlyFilesystem);
    }

    /// Makes every write fail with this error, until it is called with `None`.
    #[inline]
    pub fn refuse_writes(&self, error: impl Into<Option<io::ErrorKind>>) {
        self.state().refused = error.into();
    }

    #[inline]
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    fn writable(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state();
        match state.refused {
            Some(error) => Err(error.into()),
            None => Ok(state),
        }
    }
}

impl crate::Files for Files {
    #[inline]
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let state = self.state();
        let at = state.position(path).map_err(|_| io::ErrorKind::NotFound)?;
        Ok(state.files[at].1.clone())
    }

    #[inline]
    fn replace(&self, path: &Path, contents: &[u8], _mode: WriteMode) -> io::Result<()> {
        self.writable()?.insert(path.to_owned(), contents.to_vec());
        Ok(())
    }

    #[inline]
    fn prepare(&self, path: &Path, _len: usize) -> io::Result<Option<Box<dyn PreparedWrite>>> {
        drop(self.writable()?);
        Ok(Some(Box::new(Prepared { files: self.clone(), path: path.to_owned() })))
    }

    #[inline]
    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.writable()?;
        let at = state.position(path).map_err(|_| io::ErrorKind::NotFound)?;
        state.files.remove(at);
        Ok(())
    }

    #[inline]
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let state = self.state();
        let inside = state.files.iter().filter(|(path, _)| path.parent() == Some(folder));
        Ok(inside.map(|(path, _)| path.clone()).collect())
    }

    #[inline]
    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
        let mut state = self.writable()?;
        if state.locked.iter().any(|locked| locked == path) {
            return Ok(None);
        }
        state.locked.push(path.to_owned());
        Ok(Some(Box::new(Held { files: self.clone(), path: path.to_owned() })))
    }

    #[inline]
    fn probe(&self, _path: &Path) -> io::Result<()> {
        self.writable().map(drop)
    }
}

/// A prepared write, which succeeds even if other writes have been refused since.
#[derive(Debug)]
struct Prepared {
    files: Files,
    path: PathBuf,
}

impl PreparedWrite for Prepared {
    #[inline]
    fn commit(self: Box<Self>, contents: &[u8]) -> io::Result<()> {
        let Self { files, path } = *self;
        files.state().insert(path, contents.to_vec());
        Ok(())
    }
}

#[derive(Debug)]
struct Held {
    files: Files,
    path: PathBuf,
}

impl Guard for Held {}

impl Drop for Held {
    #[inline]
    fn drop(&mut self) {
        self.files.state().locked.retain(|path| *path != self.path);
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
        let refused = files.replace(Path::new("/a"), b"", WriteMode::Durable).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ReadOnlyFilesystem);
    }
}
