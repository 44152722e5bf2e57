use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use vestibule_world::{Files, Guard, WriteMode};
use zeroize::Zeroizing;

use super::lock;
use super::temporary::{self, Temporary};
use crate::bounded;

/// No file that AWS tools share comes near this; what does is no such file.
const LARGEST: usize = 64 << 20;

/// The machine's files.
///
/// [`Files::replace`] is atomic: who reads sees the old file or the new one, whole. Temporary
/// files are named `.vestibule-*.tmp`; what a killed process left of them goes with the next
/// write to the same folder. Locks are advisory, hold between threads as between processes, and
/// their files stay.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to configure")]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        bounded::read(&mut file, usize::try_from(metadata.len()).unwrap_or(LARGEST), LARGEST)
    }

    fn replace(&self, path: &Path, contents: &[u8], keep: WriteMode) -> io::Result<()> {
        let (target, old) = match keep {
            WriteMode::Durable | WriteMode::BestEffort => (path.to_owned(), None),
            WriteMode::PreserveMode => {
                let target = follow(path)?;
                let old = fs::metadata(&target).ok();
                (target, old)
            }
        };
        let lasts = keep != WriteMode::BestEffort;
        match place(&target, contents, old.as_ref(), lasts) {
            // Somebody cleared the folder while we wrote: another machine, with locks of its own.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                place(&target, contents, old.as_ref(), lasts)
            }
            placed => placed,
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
                paths.insert(paths.partition_point(|other| *other < path), path);
            }
        }
        Ok(paths)
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
        make_folder(folder_of(path))?;
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
        // Where the folder is missing, whether it could be made.
        let exists = |folder: &&Path| fs::symlink_metadata(folder).is_ok();
        let folder = folder_of(path).ancestors().map(or_here).find(exists);
        let (_temporary, mut file) = Temporary::in_folder(folder.unwrap_or(Path::new(".")))?;
        // As much as a token file takes, to notice a full disk.
        file.write_all(&[0; 4096])
    }
}

/// Writes a new file beside the target and gives it the target's name; what lasts is on the disk
/// when this returns, which takes some milliseconds.
fn place(target: &Path, contents: &[u8], old: Option<&Metadata>, lasts: bool) -> io::Result<()> {
    let folder = folder_of(target);
    make_folder(folder)?;
    let (temporary, mut file) = Temporary::in_folder(folder)?;
    file.write_all(contents)?;
    if let Some(old) = old {
        adopt(&file, old)?;
    }
    if lasts {
        file.sync_all()?;
    }
    // Held until it has its name, but on Windows, which renames no open file.
    let _held = (!cfg!(windows)).then_some(file);
    temporary.place(target)?;
    if lasts {
        sync(folder);
    }
    temporary::sweep(folder);
    Ok(())
}

/// Where a chain of links ends; that there is no file yet is fine.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().map_or(Path::new("."), or_here)
}

fn or_here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
        _ => error,
    })
}

/// Gives a file the mode of an older one and, where that is allowed, its owner.
#[cfg(unix)]
fn adopt(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
    }
    file.set_permissions(old.permissions())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn adopt(_file: &File, _old: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Every reader sees the new name already; that it outlives a power cut is a courtesy.
fn sync(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
