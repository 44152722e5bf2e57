use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
#[cfg(unix)]
use vestibule_world::FileMetadata;
use vestibule_world::{Files, Guard, PreparedWrite, WriteMode};
use zeroize::Zeroizing;

use super::folder::or_current;
use super::target::Target;
use super::temporary::TemporaryFile;
use super::{lock, read, write};

/// The file system.
///
/// [`Files::replace`] is atomic: a reader sees the whole old file or the whole new one. The
/// exceptions are files that cannot be replaced without losing their owner or their mount, which
/// are written in place. Only regular files are read and written; [`Files::read_input`] also reads
/// pipes and devices, for 5 seconds at most. Root gives new files to the owner of their folder.
///
/// Temporary files are named `.vestibule-*.tmp`; those of killed processes are removed by the next
/// write to the same folder. Locks are advisory, exclude threads as well as processes, and their
/// files are never removed.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "no options")]
pub struct DiskFiles;

/// Logs what was done to a file.
fn logged<T>(done: &str, path: &Path, result: io::Result<T>) -> io::Result<T> {
    log(done, path, result.as_ref().err());
    result
}

fn log(done: &str, path: &Path, error: Option<&io::Error>) {
    match error {
        None => tracing::debug!(path = %path.display(), "file {done}"),
        Some(error) => tracing::debug!(path = %path.display(), %error, "file not {done}"),
    }
}

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        logged("read", path, read::read(path))
    }

    fn read_input(&self, path: &Path) -> io::Result<Bytes> {
        logged("read", path, read::read_input(path))
    }

    fn replace(&self, path: &Path, contents: &[u8], mode: WriteMode) -> io::Result<()> {
        logged("written", path, write::replace(path, contents, mode))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        logged("removed", path, fs::remove_file(path))
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
        write::prepare(path, len).map(Some)
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
    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = fs::symlink_metadata(path)?;
        let is_link = metadata.is_symlink();
        Ok(FileMetadata::default().with_link(is_link).with_owner(metadata.uid()))
    }

    #[cfg(unix)]
    fn make_private(&self, path: &Path) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let file = fs::symlink_metadata(path)?;
        if file.is_symlink() {
            // Its target may be anywhere, and need not be a secret.
            return Err(super::kind::not_regular(&file));
        }
        let mut permissions = file.permissions();
        permissions.set_mode(permissions.mode() & 0o700);
        fs::set_permissions(path, permissions)
    }

    fn probe(&self, path: &Path) -> io::Result<()> {
        let target = Target::resolve(path)?;
        // A missing folder would be created in its nearest existing ancestor.
        let exists = |folder: &&Path| fs::symlink_metadata(folder).is_ok();
        let folder = target.folder().ancestors().map(or_current).find(exists);
        let folder = folder.unwrap_or(Path::new("."));
        if !folder.is_dir() {
            // Windows would report a missing file.
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let (_temporary, mut file) = TemporaryFile::in_folder(folder)?;
        // The size of a token file, to detect a full disk.
        file.write_all(&[0; 4096])
    }
}
