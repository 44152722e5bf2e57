//! Atomic replacement, and writing in place where a file cannot be replaced.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use vestibule_world::{PreparedWrite, WriteMode};

use super::folder::{create_folder, sync_folder};
use super::kind::require_regular;
use super::owner::{copy_mode_and_attributes, copy_owner};
use super::read::nonblocking;
use super::target::Target;
use super::temporary::{TemporaryFile, remove_abandoned};
use super::{is_unwritable, mount};

/// The block size of most file systems.
const BLOCK: usize = 4096;

/// Writes a new file beside the target and renames it over the target.
///
/// A durable write is on the disk when this returns, which takes some milliseconds: `sync_all` is
/// `F_FULLFSYNC` on macOS, where `fsync` leaves the data in the disk's own cache.
pub(super) fn replace(path: &Path, contents: &[u8], mode: WriteMode) -> io::Result<()> {
    match Writer::open(path)?.write(contents, mode) {
        // The folder was removed during the write, as by `rm -r ~/.aws/sso/cache`.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Writer::open(path)?.write(contents, mode)
        }
        result => result,
    }
}

/// Creates the new file with room for `len` bytes. A write in place needs no more room than the
/// old contents, or reports a full disk when it is committed.
pub(super) fn prepare(path: &Path, len: usize) -> io::Result<Box<dyn PreparedWrite>> {
    let mut writer = Writer::open(path)?;
    writer.reserve(len)?;
    Ok(Box::new(writer))
}

/// An open file for the new contents.
#[derive(Debug)]
struct Writer {
    target: Target,
    file: File,
    /// The name of the new file, unless the target is written in place.
    temporary: Option<TemporaryFile>,
}

impl Writer {
    /// Creates a temporary file beside the target.
    ///
    /// A target that cannot be replaced is opened instead, if it can be written: its folder is
    /// read-only, or it is a mount point of its own, as in a container.
    fn open(path: &Path) -> io::Result<Self> {
        let target = Target::resolve(path)?;
        if target.old.is_some() && mount::is_mount_point(&target.path) {
            return Ok(Self { file: open_in_place(&target.path)?, target, temporary: None });
        }
        let created =
            create_folder(target.folder()).and_then(|()| TemporaryFile::in_folder(target.folder()));
        match created {
            Ok((temporary, file)) => Ok(Self { target, file, temporary: Some(temporary) }),
            Err(error) if is_unwritable(&error) && target.old.is_some() => {
                let file = open_in_place(&target.path).map_err(|_| error)?;
                Ok(Self { target, file, temporary: None })
            }
            Err(error) => Err(error),
        }
    }

    fn reserve(&mut self, len: usize) -> io::Result<()> {
        if self.temporary.is_none() {
            return Ok(());
        }
        self.file.write_all(&vec![0; len.next_multiple_of(BLOCK)])?;
        // Some file systems, such as NFS, report a full disk only now.
        self.file.sync_all()
    }

    fn write(mut self, contents: &[u8], mode: WriteMode) -> io::Result<()> {
        let is_durable = mode != WriteMode::BestEffort;
        if self.temporary.is_some() && !self.copy_metadata(mode)? {
            self.temporary = None;
            self.file = open_in_place(&self.target.path)?;
        }
        overwrite(&mut self.file, contents)?;
        if is_durable {
            self.file.sync_all()?;
        }
        let Some(temporary) = self.temporary else { return Ok(()) };
        let folder = self.target.folder();
        match temporary.persist(&self.target.path) {
            Err(error) if self.target.old.is_some() && is_rename_blocked(&error) => {
                let mut file = open_in_place(&self.target.path).map_err(|_| error)?;
                overwrite(&mut file, contents)?;
                file.sync_all()?;
            }
            result => result?,
        }
        // Until here the new file was open, and on Unix locked, so that no other process removed it as
        // abandoned.
        drop(self.file);
        if is_durable {
            sync_folder(folder);
        }
        remove_abandoned(folder);
        Ok(())
    }

    /// Copies the owner of the old file to the new one and, with [`WriteMode::PreserveMode`], the mode
    /// and the attributes.
    ///
    /// Returns false if the old file is to be written in place with that mode: it belongs to another
    /// user, so that replacing it would change its owner, and this user can write it.
    fn copy_metadata(&self, mode: WriteMode) -> io::Result<bool> {
        let Some(old) = &self.target.old else { return Ok(true) };
        let has_same_owner = copy_owner(&self.file, old);
        if mode != WriteMode::PreserveMode {
            return Ok(true);
        }
        if !has_same_owner && open_in_place(&self.target.path).is_ok() {
            return Ok(false);
        }
        copy_mode_and_attributes(&self.file, &self.target.path, old)?;
        Ok(true)
    }
}

impl PreparedWrite for Writer {
    fn commit(self: Box<Self>, contents: &[u8]) -> io::Result<()> {
        let path = self.target.path.clone();
        match self.write(contents, WriteMode::Durable) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                replace(&path, contents, WriteMode::Durable)
            }
            result => result,
        }
    }
}

fn open_in_place(path: &Path) -> io::Result<File> {
    let file = nonblocking(OpenOptions::new().write(true)).open(path)?;
    require_regular(&file.metadata()?)?;
    Ok(file)
}

/// Writes the contents, and removes what was reserved beyond them.
fn overwrite(file: &mut File, contents: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(contents)?;
    file.set_len(contents.len() as u64)
}

/// Returns whether no file can be renamed over the target: it is a mount point, or on Windows another
/// program has it open.
fn is_rename_blocked(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices)
        || super::temporary::is_sharing_violation(error)
}
