use std::path::Path;

/// Returns the owner of a home folder, if this process is root and the folder is another user's, as
/// under `sudo` with the user's `HOME`. Files that are written there get that owner.
#[cfg(unix)]
#[inline]
pub fn home_owner_if_root(home: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;

    use nix::unistd::{Uid, User, geteuid};
    let owner = Uid::from_raw(home.metadata().ok()?.uid());
    if !geteuid().is_root() || owner.is_root() {
        return None;
    }
    let user = User::from_uid(owner).ok().flatten();
    Some(user.map_or_else(|| format!("user {owner}"), |user| user.name))
}

/// Returns `None`: an administrator's files are not locked to other users here.
#[cfg(not(unix))]
#[inline]
pub fn home_owner_if_root(_home: &Path) -> Option<String> {
    None
}
