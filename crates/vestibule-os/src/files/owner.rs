//! Owners, modes and attributes of files that are created or replaced.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// Gives a new file or folder to the owner of its folder, if this process is root.
///
/// Root in the home of another user, as by `sudo`, would otherwise lock that user out.
#[cfg(unix)]
pub(super) fn give_to_folder_owner(file: &File, folder: &Path) {
    use std::os::unix::fs::MetadataExt as _;
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    // Best effort: some file systems have no owners.
    let _ = folder.metadata().and_then(|folder| change_owner(file, folder.uid(), folder.gid()));
}

/// Copies owner and group, where that is allowed. Returns true if the owner is the same now.
#[cfg(unix)]
pub(super) fn copy_owner(file: &File, old: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    if change_owner(file, old.uid(), old.gid()).is_ok() {
        return true;
    }
    // A member of the group may still give the file to the group.
    let Ok(uid) = file.metadata().map(|file| file.uid()) else { return false };
    let _ = change_owner(file, uid, old.gid());
    uid == old.uid()
}

#[cfg(unix)]
fn change_owner(file: &File, uid: u32, gid: u32) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (uid, gid) {
        return Ok(());
    }
    fchown(file, Some(uid), Some(gid))
}

/// Copies the mode, the extended attributes and, on Linux, the access control list, which is one
/// of them.
pub(super) fn copy_mode_and_attributes(file: &File, path: &Path, old: &Metadata) -> io::Result<()> {
    file.set_permissions(old.permissions())?;
    copy_attributes(file, path);
    Ok(())
}

/// Copies the attributes of a file.
///
/// Best effort: attributes of the system, such as security labels, can only be set by the system.
#[cfg(all(unix, feature = "extended-attributes"))]
fn copy_attributes(file: &File, path: &Path) {
    use rustix::fs::{XattrFlags, fsetxattr, getxattr, listxattr};
    /// The limit of Linux for the names, and for each value.
    const MAX_SIZE: usize = 64 << 10;
    let mut names = vec![0; MAX_SIZE];
    let Ok(length) = listxattr(path, &mut names[..]) else { return };
    let mut value = vec![0; MAX_SIZE];
    for name in names[..length].split_inclusive(|byte| *byte == 0) {
        let Ok(name) = std::ffi::CStr::from_bytes_with_nul(name) else { continue };
        if let Ok(length) = getxattr(path, name, &mut value[..]) {
            let _ = fsetxattr(file, name, &value[..length], XattrFlags::empty());
        }
    }
}

#[cfg(not(all(unix, feature = "extended-attributes")))]
fn copy_attributes(_file: &File, _path: &Path) {}

#[cfg(not(unix))]
pub(super) fn give_to_folder_owner(_file: &File, _folder: &Path) {}

#[cfg(not(unix))]
pub(super) fn copy_owner(_file: &File, _old: &Metadata) -> bool {
    true
}
