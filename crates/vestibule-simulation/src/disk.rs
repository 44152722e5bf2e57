use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vestibule_types::Timestamp;

use crate::process_state::Pid;
use crate::random::Random;

/// The token file of [`crate::client_process::instance`].
pub(crate) const TOKEN_FILE: &str =
    "/home/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json";

/// A disk on which names lead to files, and writes that were not flushed may be lost.
#[derive(Debug)]
pub(crate) struct Disk {
    names: BTreeMap<PathBuf, Name>,
    files: Vec<File>,
    locks: Vec<Lock>,
    next_lock: u64,
    pub(crate) is_full: bool,
    pub(crate) is_read_only: bool,
}

#[derive(Debug)]
struct Name {
    file: FileId,
    /// The file that had the name when the folder was flushed last.
    flushed: Option<FileId>,
}

/// The number of a file, which is still readable after another file got its name.
pub(crate) type FileId = usize;

#[derive(Debug)]
pub(crate) struct File {
    pub(crate) contents: Vec<u8>,
    /// False while it is written in place, or after it lost contents that were not flushed.
    pub(crate) is_whole: bool,
    pub(crate) is_ours: bool,
    pub(crate) is_flushed: bool,
}

#[derive(Debug)]
struct Lock {
    id: u64,
    path: PathBuf,
    pid: Pid,
}

/// The members of a token file that the simulation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredToken {
    /// The serial number of the access token.
    pub(crate) access: u64,
    pub(crate) refresh: Option<u64>,
    pub(crate) expires_at: Timestamp,
}

impl Disk {
    pub(crate) fn new(is_read_only: bool) -> Self {
        Self {
            names: BTreeMap::new(),
            files: Vec::new(),
            locks: Vec::new(),
            next_lock: 0,
            is_full: false,
            is_read_only,
        }
    }

    pub(crate) fn open(&self, path: &Path) -> Option<FileId> {
        self.names.get(path).map(|name| name.file)
    }

    pub(crate) fn file(&mut self, id: FileId) -> &mut File {
        &mut self.files[id]
    }

    pub(crate) fn create(&mut self, contents: &[u8], is_ours: bool) -> FileId {
        let contents = contents.to_vec();
        self.files.push(File { contents, is_whole: true, is_ours, is_flushed: false });
        self.files.len() - 1
    }

    /// Gives a name to a file, as a rename does.
    pub(crate) fn rename(&mut self, file: FileId, path: &Path) {
        let flushed = self.names.get(path).and_then(|name| name.flushed);
        self.names.insert(path.to_owned(), Name { file, flushed });
    }

    pub(crate) fn flush_folder(&mut self) {
        for name in self.names.values_mut() {
            name.flushed = Some(name.file);
        }
    }

    pub(crate) fn remove(&mut self, path: &Path) -> bool {
        self.names.remove(path).is_some()
    }

    pub(crate) fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let paths = self.names.keys().filter(|path| path.parent() == Some(folder));
        paths.cloned().collect()
    }

    pub(crate) fn lock(&mut self, path: &Path, pid: Pid) -> Option<u64> {
        if self.locks.iter().any(|lock| lock.path == path) {
            return None;
        }
        self.next_lock += 1;
        self.locks.push(Lock { id: self.next_lock, path: path.to_owned(), pid });
        Some(self.next_lock)
    }

    pub(crate) fn unlock(&mut self, id: u64) {
        self.locks.retain(|lock| lock.id != id);
    }

    pub(crate) fn unlock_all(&mut self, pid: Pid) {
        self.locks.retain(|lock| lock.pid != pid);
    }

    pub(crate) fn holds_lock(&self, pid: Pid) -> bool {
        self.locks.iter().any(|lock| lock.pid == pid)
    }

    /// A power cut: names and contents that were not flushed may be lost. Returns the serial
    /// numbers of the tokens that are not stored anymore.
    pub(crate) fn lose_unflushed(&mut self, random: &mut Random) -> Vec<u64> {
        let mut lost = Vec::new();
        let paths: Vec<PathBuf> = self.names.keys().cloned().collect();
        for path in paths {
            let Some(name) = self.names.get_mut(&path) else { continue };
            let before = read_token(&self.files[name.file].contents);
            if name.flushed != Some(name.file) && random.chance(50_000) {
                let Some(flushed) = name.flushed else {
                    self.names.remove(&path);
                    lost.extend(before.map(|token| token.access));
                    continue;
                };
                name.file = flushed;
            }
            name.flushed = Some(name.file);
            let file = &mut self.files[name.file];
            if !file.is_flushed && random.chance(50_000) {
                file.contents.clear();
                file.is_whole = false;
            }
            file.is_flushed = true;
            let after = read_token(&file.contents);
            if before != after {
                lost.extend(before.map(|token| token.access));
            }
        }
        lost
    }

    /// Returns the token in the token file.
    pub(crate) fn token(&self) -> Option<StoredToken> {
        read_token(&self.files[self.open(Path::new(TOKEN_FILE))?].contents)
    }

    /// Returns true if the token file is not whole because of a tool that writes it in place.
    pub(crate) fn is_spoiled_by_other_client(&self) -> bool {
        let file = self.open(Path::new(TOKEN_FILE)).map(|file| &self.files[file]);
        file.is_none_or(|file| !file.is_whole && !file.is_ours)
    }
}

/// Reads a token file as tools do that need no more than this.
pub(crate) fn read_token(contents: &[u8]) -> Option<StoredToken> {
    let token: Value = serde_json::from_slice(contents).ok()?;
    Some(StoredToken {
        access: serial(token.get("accessToken")?)?,
        refresh: token.get("refreshToken").and_then(serial),
        expires_at: token.get("expiresAt")?.as_str()?.parse().ok()?,
    })
}

/// Returns the number at the end of `refresh-7`.
pub(crate) fn serial(token: &Value) -> Option<u64> {
    token.as_str()?.rsplit_once('-')?.1.parse().ok()
}
