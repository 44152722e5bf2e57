use std::fs::{DirBuilder, File};
use std::io;
use std::path::Path;

use super::owner::give_to_folder_owner;

/// Returns the folder of a path, which is never empty.
pub(super) fn parent_folder(path: &Path) -> &Path {
    path.parent().map_or(Path::new("."), or_current)
}

pub(super) fn or_current(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Creates a folder with its missing ancestors, 0700.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Ok(()) => {
            if let Ok(created) = File::open(folder) {
                give_to_folder_owner(&created, parent_folder(folder));
            }
            Ok(())
        }
        Err(_) if folder.is_dir() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty())
            else {
                return Err(error);
            };
            create_folder(parent)?;
            create_folder(folder)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(io::ErrorKind::NotADirectory.into())
        }
        Err(error) => Err(error),
    }
}

/// Best effort: readers see the new name already, this only makes it survive a power cut.
pub(super) fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
