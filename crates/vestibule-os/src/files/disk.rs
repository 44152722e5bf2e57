use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use vestibule_world::{Files, Guard, PreparedWrite, WriteMode};
use zeroize::Zeroizing;

use super::temporary::{self, TemporaryFile};
use super::{lock, prepared};
use crate::bounded;

/// The size limit for reading, far above any file that AWS tools share.
const MAX_SIZE: usize = 64 << 20;

/// The file system.
///
/// [`Files::replace`] is atomic: a reader sees the whole old file or the whole new one. Temporary
/// files are named `.vestibule-*.tmp`; those of killed processes are removed by the next write to
/// the same folder. Locks are advisory, exclude threads as well as processes, and their files are
/// never removed.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "no options")]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        bounded::read_to_end(
            &mut file,
            usize::try_from(metadata.len()).unwrap_or(MAX_SIZE),
            MAX_SIZE,
        )
    }

    fn replace(&self, path: &Path, contents: &[u8], mode: WriteMode) -> io::Result<()> {
        // A link stays, and its target is replaced.
        let target = resolve_links(path)?;
        let old = match mode {
            WriteMode::Durable | WriteMode::BestEffort => None,
            WriteMode::PreserveMode => fs::metadata(&target).ok(),
        };
        let is_durable = mode != WriteMode::BestEffort;
        match write_and_rename(&target, contents, old.as_ref(), is_durable) {
            // The folder was removed during the write, as by `rm -r ~/.aws/sso/cache`.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                write_and_rename(&target, contents, old.as_ref(), is_durable)
            }
            result => result,
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_file() {
                paths.push(path);
            }
        }
        paths.sort_unstable();
        Ok(paths)
    }

    fn prepare(&self, path: &Path, len: usize) -> io::Result<Option<Box<dyn PreparedWrite>>> {
        prepared::prepare(path, len).map(Some)
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
        lock::try_lock(path)
    }

    #[cfg(unix)]
    fn mode(&self, path: &Path) -> io::Result<Option<u32>> {
        use std::os::unix::fs::PermissionsExt as _;
        Ok(Some(fs::metadata(path)?.permissions().mode() & 0o7777))
    }

    #[cfg(unix)]
    fn make_private(&self, path: &Path) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let mut permissions = fs::metadata(path)?.permissions();
        permissions.set_mode(permissions.mode() & 0o700);
        fs::set_permissions(path, permissions)
    }

    fn probe(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        // A missing folder would be created in its nearest existing ancestor.
        let exists = |folder: &&Path| fs::symlink_metadata(folder).is_ok();
        let folder = parent_folder(path).ancestors().map(or_current).find(exists);
        let (_temporary, mut file) = TemporaryFile::in_folder(folder.unwrap_or(Path::new(".")))?;
        // The size of a token file, to detect a full disk.
        file.write_all(&[0; 4096])
    }
}

/// Writes a new file beside the target and renames it over the target.
///
/// A durable write is on the disk when this returns, which takes some milliseconds.
pub(super) fn write_and_rename(
    target: &Path,
    contents: &[u8],
    old: Option<&Metadata>,
    is_durable: bool,
) -> io::Result<()> {
    let folder = parent_folder(target);
    create_folder(folder)?;
    let (temporary, mut file) = TemporaryFile::in_folder(folder)?;
    file.write_all(contents)?;
    if let Some(old) = old {
        copy_owner_and_mode(&file, old)?;
    }
    if is_durable {
        file.sync_all()?;
    }
    // Open, and so locked, until it is renamed; not on Windows, which cannot rename an open file.
    let _locked = (!cfg!(windows)).then_some(file);
    temporary.persist(target)?;
    if is_durable {
        sync_folder(folder);
    }
    temporary::remove_abandoned(folder);
    Ok(())
}

/// Returns the end of a chain of symbolic links, which need not exist.
pub(super) fn resolve_links(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    // The limit of Linux.
    for _ in 0..40 {
        match fs::read_link(&target) {
            Ok(next) => target = parent_folder(&target).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

pub(super) fn parent_folder(path: &Path) -> &Path {
    path.parent().map_or(Path::new("."), or_current)
}

fn or_current(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
        _ => error,
    })
}

/// Copies the mode of an existing file and, where that is allowed, its owner and group.
#[cfg(unix)]
fn copy_owner_and_mode(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
    }
    file.set_permissions(old.permissions())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the signature of the Unix version")]
fn copy_owner_and_mode(_file: &File, _old: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Best effort: readers see the new name already, this only makes it survive a power cut.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
