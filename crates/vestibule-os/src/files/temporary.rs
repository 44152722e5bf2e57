use std::fs::{self, DirEntry, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use super::ending::Writing;

const PREFIX: &str = ".vestibule-";
const SUFFIX: &str = ".tmp";

/// The name of a new file, which is removed unless it is put in place.
pub(super) struct Temporary {
    path: PathBuf,
    placed: bool,
    _writing: Writing,
}

impl Temporary {
    /// Makes an empty file, 0600 from the start. Never follows or reuses what is there.
    pub(super) fn in_folder(folder: &Path) -> io::Result<(Self, File)> {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        loop {
            let writing = Writing::begins();
            let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{PREFIX}{}-{serial}{SUFFIX}", process::id()));
            match private(OpenOptions::new().write(true).create_new(true)).open(&path) {
                Ok(file) => {
                    let temporary = Self { path, placed: false, _writing: writing };
                    match file.try_lock() {
                        // Swept away before it was locked.
                        Err(TryLockError::WouldBlock) => {}
                        Ok(()) if !temporary.path.exists() => {}
                        // Where files cannot be locked, its age alone protects it.
                        Ok(()) | Err(TryLockError::Error(_)) => return Ok((temporary, file)),
                    }
                }
                // A process of the same number, in a container that shares the folder.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Gives it its name.
    pub(super) fn place(mut self, target: &Path) -> io::Result<()> {
        rename(&self.path, target)?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes what killed processes left in the folder. What goes wrong here can wait.
pub(super) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|n| n.starts_with(PREFIX) && n.ends_with(SUFFIX));
        if ours {
            let _ = remove_if_abandoned(&entry);
        }
    }
}

/// A living writer holds a lock on its file, and looks whether the file is still there once it
/// has the lock; where there are no locks, it takes no minute to write.
fn remove_if_abandoned(entry: &DirEntry) -> io::Result<()> {
    let metadata = entry.metadata()?;
    if !metadata.is_file() {
        return Ok(());
    }
    // Locked until it is removed.
    let file = OpenOptions::new().write(true).open(entry.path())?;
    match file.try_lock() {
        Ok(()) => fs::remove_file(entry.path()),
        Err(TryLockError::WouldBlock) => Ok(()),
        Err(TryLockError::Error(_)) => {
            let age = metadata.modified()?.elapsed().unwrap_or_default();
            if Duration::from_secs(60) < age { fs::remove_file(entry.path()) } else { Ok(()) }
        }
    }
}

/// For the owner alone.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Windows refuses while somebody else, such as a virus scanner, has the target open; that passes.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    let passes = |error: &io::Error| {
        cfg!(windows) && matches!(error.raw_os_error(), Some(ACCESS_DENIED | SHARING_VIOLATION))
    };
    let mut attempts = 1;
    loop {
        match fs::rename(from, to) {
            Err(error) if passes(&error) && attempts < 20 => {
                attempts += 1;
                thread::sleep(Duration::from_millis(25));
            }
            result => return result,
        }
    }
}
