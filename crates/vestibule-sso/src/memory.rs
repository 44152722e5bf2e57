use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use vestibule_cache::Folder;
use vestibule_types::Timestamp;
use vestibule_world::memory::Files;

/// What this process remembers of its sign-ins: where they are, what could not be written, and
/// when a refresh was tried.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) place: Place,
    /// All files of [`Place::Process`], and the tokens that the disk would not take.
    pub(crate) files: Files,
    tried: Mutex<Vec<(PathBuf, Tried)>>,
}

/// Where tokens are.
#[derive(Debug)]
pub(crate) enum Place {
    Disk(Folder),
    /// Nothing touches a disk.
    Process(Folder),
    /// There is no home, so the usual folder has no address.
    Nowhere(Folder),
}

/// The last attempt of this process to refresh a token.
#[derive(Clone, Debug)]
pub(crate) struct Tried {
    pub(crate) at: Timestamp,
    /// Why it failed, if it did for a passing reason.
    pub(crate) fault: Option<String>,
}

impl Memory {
    pub(crate) fn new(place: Place) -> Self {
        Self { place, files: Files::default(), tried: Mutex::default() }
    }

    pub(crate) fn folder(&self) -> &Folder {
        let (Place::Disk(folder) | Place::Process(folder) | Place::Nowhere(folder)) = &self.place;
        folder
    }

    pub(crate) fn tried(&self, token_file: &Path) -> Option<Tried> {
        let all = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|(file, _)| file == token_file).map(|(_, tried)| tried.clone())
    }

    pub(crate) fn remember(&self, token_file: &Path, tried: Tried) {
        let mut all = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(file, _)| file != token_file);
        all.push((token_file.to_owned(), tried));
    }
}
