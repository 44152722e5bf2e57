use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use zeroize::Zeroizing;

/// The file system: small files that are read and replaced as a whole.
///
/// The methods are synchronous, so that a dropped future cannot lose a rotated refresh token between
/// the response and the file.
pub trait Files: fmt::Debug + Send + Sync {
    /// Reads a whole file. A file of more than 64 MiB, or that is not a regular file, is an error.
    ///
    /// # Errors
    /// Those of the system, such as [`io::ErrorKind::NotFound`].
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>>;

    /// Reads a file that the user names, which may be a pipe or a device: `/dev/null`, or `<(…)` of
    /// a shell. Like [`Files::read`] for a regular file.
    ///
    /// # Errors
    /// As [`Files::read`]; [`io::ErrorKind::TimedOut`] if a pipe does not end in time.
    fn read_input(&self, path: &Path) -> io::Result<Bytes> {
        self.read(path).map(|mut bytes| std::mem::take(&mut *bytes).into())
    }

    /// Replaces a whole file atomically: writes a new one beside it, flushes it, and renames it.
    ///
    /// Missing folders are created with mode 0700. Only a regular file is replaced; a link stays, and the file
    /// that it leads to is replaced.
    ///
    /// # Errors
    /// Those of the system; the old file is then unchanged.
    fn replace(&self, path: &Path, contents: &[u8], mode: WriteMode) -> io::Result<()>;

    /// Performs the steps of a durable [`Files::replace`] that can fail before the contents are known:
    /// creates the new file and reserves `len` bytes for it.
    ///
    /// Returns `None` if this implementation can only check whether the file could be written.
    ///
    /// # Errors
    /// Those of [`Files::replace`].
    fn prepare(&self, path: &Path, len: usize) -> io::Result<Option<Box<dyn PreparedWrite>>> {
        let _ = len;
        self.probe(path).map(|()| None)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// Those of the system, such as [`io::ErrorKind::NotFound`].
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Returns the paths of the files in a folder, sorted by name.
    ///
    /// # Errors
    /// Those of the system, such as [`io::ErrorKind::NotFound`].
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Acquires the lock that a file of this name represents, until the guard is dropped.
    ///
    /// Returns `None` if another process or task holds it. Does not block.
    ///
    /// # Errors
    /// The lock file cannot be created, as in a read-only folder.
    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Guard>>>;

    /// Returns the Unix mode of a file or folder, such as `0o600`; `None` on platforms without modes.
    ///
    /// # Errors
    /// Those of the system, such as [`io::ErrorKind::NotFound`].
    fn mode(&self, path: &Path) -> io::Result<Option<u32>> {
        let _ = path;
        Ok(None)
    }

    /// Returns the metadata of a file or folder, without following a link.
    ///
    /// # Errors
    /// As [`Files::mode`].
    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.mode(path).map(|_| FileMetadata::default())
    }

    /// Removes the permissions of group and others from a file or folder, but not from the target of a
    /// link.
    ///
    /// # Errors
    /// Those of the system; [`io::ErrorKind::Unsupported`] on platforms without modes.
    fn make_private(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Checks whether [`Files::replace`] would succeed, and leaves nothing behind.
    ///
    /// # Errors
    /// Those of [`Files::replace`].
    fn probe(&self, path: &Path) -> io::Result<()>;
}

/// Returns `None` in place of [`io::ErrorKind::NotFound`].
///
/// # Errors
/// Any other error.
pub fn if_exists<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file for which space is reserved; see [`Files::prepare`]. Dropping it removes the file.
pub trait PreparedWrite: fmt::Debug + Send {
    /// Writes the contents and renames the file into place.
    ///
    /// # Errors
    /// Those of the system; the old file is then unchanged.
    fn commit(self: Box<Self>, contents: &[u8]) -> io::Result<()>;
}

/// The metadata of a file or folder that [`Files::metadata`] returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileMetadata {
    /// Whether it is a symbolic link.
    pub is_link: bool,
    /// The user id of its owner; `None` on platforms without user ids.
    pub owner: Option<u32>,
}

impl FileMetadata {
    /// Sets whether it is a symbolic link.
    #[must_use]
    pub const fn with_link(mut self, is_link: bool) -> Self {
        self.is_link = is_link;
        self
    }

    /// Sets the user id of the owner.
    #[must_use]
    pub const fn with_owner(mut self, owner: u32) -> Self {
        self.owner = Some(owner);
        self
    }
}

/// The way in which [`Files::replace`] writes a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three kinds of file there are")]
pub enum WriteMode {
    /// Durable; the file has mode 0600 from creation. For secrets.
    #[default]
    Durable,
    /// Like `Durable`, without waiting for the disk: after a power cut the file may be empty. For data
    /// that can be requested again at any time.
    BestEffort,
    /// Durable; keeps owner, group, mode, access control list and extended attributes of the old file.
    /// New files have mode 0600. For files that users edit.
    PreserveMode,
}

/// A held lock; dropping it releases the lock.
pub trait Guard: fmt::Debug + Send {}
