use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Files: small, read whole, replaced whole.
///
/// Synchronous on purpose: between reading a rotated refresh token and storing it there must be
/// no point at which a dropped future loses it.
pub trait Files: fmt::Debug + Send + Sync {
    /// The whole file. At most 64 MiB; more is an error, and so is what is not a regular file.
    ///
    /// # Errors
    /// As the machine says; [`io::ErrorKind::NotFound`] where there is none.
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>>;

    /// Reads a file that the user names, which may be a pipe or a device: `/dev/null`, or `<(…)` of
    /// a shell. Like [`Files::read`] for a regular file.
    ///
    /// # Errors
    /// As [`Files::read`]; [`io::ErrorKind::TimedOut`] if a pipe does not end in time.
    fn read_input(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        self.read(path)
    }

    /// Puts a whole file in place at once: written beside it, flushed, renamed over it.
    ///
    /// Missing folders are made, 0700. Only a regular file is replaced; a link stays, and the file
    /// that it leads to is replaced.
    ///
    /// # Errors
    /// As the machine says; the old file is then as it was.
    fn replace(&self, path: &Path, contents: &[u8], keep: WriteMode) -> io::Result<()>;

    /// Does all of a durable [`Files::replace`] that can fail, before the contents are known:
    /// makes the new file and reserves `len` bytes for it.
    ///
    /// `None` if this implementation can only find out whether it could be written.
    ///
    /// # Errors
    /// What `replace` would return.
    fn prepare(&self, path: &Path, len: usize) -> io::Result<Option<Box<dyn PreparedWrite>>> {
        let _ = len;
        self.probe(path).map(|()| None)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// As the machine says; [`io::ErrorKind::NotFound`] where there is none.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// The paths of the files in a folder, in order of name.
    ///
    /// # Errors
    /// As the machine says; [`io::ErrorKind::NotFound`] where there is no folder.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Takes the lock that a file of this name stands for, until the guard is dropped.
    ///
    /// `None` when another process or task holds it. Never blocks.
    ///
    /// # Errors
    /// Where no lock file can be made, as in a read-only folder.
    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Guard>>>;

    /// Who may do what with a file or folder, as Unix has it: `0o600`. `None` where there are no
    /// such modes.
    ///
    /// # Errors
    /// As the machine says; [`io::ErrorKind::NotFound`] where there is none.
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

    /// Takes away what others than its owner may do with a file or folder, but not with the target
    /// of a link.
    ///
    /// # Errors
    /// As the machine says; [`io::ErrorKind::Unsupported`] where there are no modes.
    fn make_private(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Finds out whether [`Files::replace`] would work, leaving nothing behind.
    ///
    /// # Errors
    /// What `replace` would say.
    fn probe(&self, path: &Path) -> io::Result<()>;
}

/// A file for which room has been made; see [`Files::prepare`]. Dropping it undoes that.
pub trait PreparedWrite: fmt::Debug + Send {
    /// Writes the contents and puts the file in place at once.
    ///
    /// # Errors
    /// As the machine says; the old file is then as it was.
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

/// What of an existing file [`Files::replace`] keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three kinds of file there are")]
pub enum WriteMode {
    /// Nothing: the file is 0600 from creation. For secrets.
    #[default]
    Durable,
    /// Nothing, and the disk is not waited for: after a power cut the file may be empty. For what
    /// can be asked for again at any time.
    BestEffort,
    /// Its owner, group, mode, access control list and extended attributes. New files are 0600.
    /// For files that people own.
    PreserveMode,
}

/// Holds a lock; dropping it lets go.
pub trait Guard: fmt::Debug + Send {}
