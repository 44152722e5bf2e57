use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use vestibule_world::Guard;

use super::folder::{create_folder, parent_folder};
use super::kind::require_regular;
use super::owner::give_to_folder_owner;
use super::read::nonblocking;
use super::target::Target;
use super::temporary::private;

/// Locks a file, which is created if it is missing.
///
/// The file is never removed: another process could then lock a new file of the same name while
/// the old one is still locked. Where the folder cannot be written, a file in a private temporary
/// folder stands for it, so that processes take turns there too.
pub(super) fn try_lock(path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
    match lock(path) {
        #[cfg(unix)]
        Err(error) if super::is_unwritable(&error) => {
            lock(&fallback::lock_file(path).map_err(|_| error)?)
        }
        locked => locked,
    }
}

fn lock(path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
    create_folder(parent_folder(path))?;
    let target = Target::resolve(path)?;
    let mut options = OpenOptions::new();
    let file = nonblocking(private(options.read(true).write(true).create(true))).open(path)?;
    require_regular(&file.metadata()?)?;
    if target.old.is_none() {
        give_to_folder_owner(&file, target.folder());
    }
    match file.try_lock() {
        Ok(()) => Ok(Some(Box::new(FileLock(file)))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(unix)]
mod fallback {
    use std::fs;
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    use std::io;
    use std::os::unix::fs::MetadataExt as _;
    use std::path::{Path, PathBuf};

    use nix::unistd::geteuid;

    use crate::files::folder::create_folder;

    /// Not `TMPDIR`, which may differ between processes of one user.
    const FOLDER: &str = "/tmp";

    /// Returns the file that stands for a lock file, in a folder that only this user can write.
    pub(super) fn lock_file(path: &Path) -> io::Result<PathBuf> {
        let user = geteuid().as_raw();
        let folder = Path::new(FOLDER).join(format!("vestibule-locks-{user}"));
        create_folder(&folder)?;
        let metadata = fs::symlink_metadata(&folder)?;
        if !metadata.is_dir() || metadata.uid() != user || metadata.mode() & 0o077 != 0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        Ok(folder.join(format!("{:016x}.lock", hasher.finish())))
    }
}

/// A locked file. The system unlocks it when the process ends.
#[derive(Debug)]
struct FileLock(File);

impl Guard for FileLock {}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing is not enough: a child process that is being started may share the open file.
        let _ = self.0.unlock();
    }
}
