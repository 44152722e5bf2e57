use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use vestibule_world::Guard;

use super::temporary::private;

/// Locks the file, made if need be. It stays: to remove it would let two hold it.
pub(super) fn try_lock(path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
    let file = private(OpenOptions::new().read(true).write(true).create(true)).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Box::new(Held(file)))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The system lets go by itself when the process dies.
#[derive(Debug)]
struct Held(File);

impl Guard for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        // Closing is not enough while a child being started still shares the open file.
        let _ = self.0.unlock();
    }
}
