use std::fs::{self, DirEntry, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::owner::give_to_folder_owner;
use super::shutdown::WriteInProgress;

const PREFIX: &str = ".vestibule-";
const SUFFIX: &str = ".tmp";

/// The age at which a file counts as abandoned where files cannot be locked.
#[cfg(not(windows))]
const MAX_AGE: Duration = Duration::from_secs(60);

/// A new file with a temporary name. Dropping it removes the file unless it was persisted.
#[derive(Debug)]
pub(super) struct TemporaryFile {
    path: PathBuf,
    is_persisted: bool,
    _in_progress: WriteInProgress,
}

impl TemporaryFile {
    /// Creates an empty file, 0600 from creation. Existing files and links are neither followed
    /// nor reused.
    pub(super) fn in_folder(folder: &Path) -> io::Result<(Self, File)> {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        loop {
            let in_progress = WriteInProgress::start();
            let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{PREFIX}{}-{serial}{SUFFIX}", process::id()));
            match private(OpenOptions::new().write(true).create_new(true)).open(&path) {
                Ok(file) => {
                    give_to_folder_owner(&file, folder);
                    let temporary = Self { path, is_persisted: false, _in_progress: in_progress };
                    // Locks are mandatory on Windows, where readers would fail.
                    if cfg!(windows) {
                        return Ok((temporary, file));
                    }
                    match file.try_lock() {
                        // Another process removed it as abandoned before it was locked.
                        Err(TryLockError::WouldBlock) => {}
                        Ok(()) if !temporary.path.exists() => {}
                        // Where files cannot be locked, only its age keeps it from being removed.
                        Ok(()) | Err(TryLockError::Error(_)) => return Ok((temporary, file)),
                    }
                }
                // A process with the same id, in a container that shares the folder.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Renames the file over the target.
    pub(super) fn persist(mut self, target: &Path) -> io::Result<()> {
        rename(&self.path, target)?;
        self.is_persisted = true;
        Ok(())
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.is_persisted {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes the temporary files that killed processes left in a folder. Errors are ignored: the
/// next write to the folder tries again.
pub(super) fn remove_abandoned(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|n| n.starts_with(PREFIX) && n.ends_with(SUFFIX));
        if is_ours {
            let _ = remove_if_abandoned(&entry);
        }
    }
}

/// Removes a temporary file that no process writes.
///
/// A writer holds a lock on its file, and checks that the file still exists once it has the lock.
/// Where files cannot be locked, a file that is a minute old counts as abandoned.
#[cfg(not(windows))]
fn remove_if_abandoned(entry: &DirEntry) -> io::Result<()> {
    let metadata = entry.metadata()?;
    if !metadata.is_file() {
        return Ok(());
    }
    let is_old =
        || Ok::<_, io::Error>(MAX_AGE < metadata.modified()?.elapsed().unwrap_or_default());
    // The lock is held until the file is removed.
    let file = OpenOptions::new().write(true).open(entry.path())?;
    match file.try_lock() {
        Ok(()) => fs::remove_file(entry.path()),
        Err(TryLockError::Error(_)) if is_old()? => fs::remove_file(entry.path()),
        Err(_) => Ok(()),
    }
}

/// Removes a temporary file that no process has open: a writer holds its file open until it has been
/// renamed.
#[cfg(windows)]
fn remove_if_abandoned(entry: &DirEntry) -> io::Result<()> {
    use std::os::windows::fs::OpenOptionsExt as _;
    /// `FILE_SHARE_DELETE`: opening fails while another process has the file open for writing.
    const SHARE_DELETE: u32 = 4;
    if !entry.file_type()?.is_file() {
        return Ok(());
    }
    // Open until the file is removed.
    let _file = OpenOptions::new().write(true).share_mode(SHARE_DELETE).open(entry.path())?;
    fs::remove_file(entry.path())
}

/// Makes new files 0600.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Renames a file. Windows refuses while another program, such as a virus scanner, has the target
/// open, which usually lasts for milliseconds.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    const PAUSE: Duration = Duration::from_millis(25);
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match fs::rename(from, to) {
            Err(error) if is_sharing_violation(&error) && Instant::now() < deadline => {
                thread::sleep(PAUSE);
            }
            result => return result,
        }
    }
}

/// Returns true if another program has the file open, on Windows.
pub(super) fn is_sharing_violation(error: &io::Error) -> bool {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    cfg!(windows) && matches!(error.raw_os_error(), Some(ACCESS_DENIED | SHARING_VIOLATION))
}
