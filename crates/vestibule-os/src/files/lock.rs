use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use vestibule_world::Guard;

use super::temporary::private;

/// Locks a file, which is created if it is missing.
///
/// The file is never removed: another process could then lock a new file of the same name while
/// the old one is still locked.
pub(super) fn try_lock(path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
    let file = private(OpenOptions::new().read(true).write(true).create(true)).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Box::new(FileLock(file)))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
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
