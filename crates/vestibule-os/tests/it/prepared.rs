use std::fs;
use std::path::Path;

use vestibule_os::DiskFiles;
use vestibule_world::Files as _;

fn commit(path: &Path, contents: &[u8]) -> std::io::Result<()> {
    DiskFiles.prepare(path, 10)?.unwrap().commit(contents)
}

#[test]
fn prepared_file_replaces_the_target_when_committed() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("cache/token.json");
    let prepared = DiskFiles.prepare(&path, 5000).unwrap().unwrap();
    assert!(!path.exists());
    prepared.commit(b"first").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"first");
    commit(&path, &vec![b'x'; 20_000]).unwrap();
    assert_eq!(fs::read(&path).unwrap().len(), 20_000);
}

#[test]
fn prepared_file_that_is_dropped_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    drop(DiskFiles.prepare(&home.path().join("token.json"), 10).unwrap());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[cfg(unix)]
mod unix {
    use std::io::ErrorKind;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use vestibule_world::WriteMode;

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A superuser can write everywhere, so nothing can be tested.
    fn is_superuser(folder: &Path) -> bool {
        fs::write(folder.join("probe"), "").is_ok()
    }

    #[test]
    fn file_in_read_only_folder_is_written_in_place() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("token.json");
        fs::write(&path, "a longer text than the next").unwrap();
        set_mode(home.path(), 0o500);
        if is_superuser(home.path()) {
            return;
        }
        commit(&path, b"next").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"next");
        let missing = home.path().join("missing.json");
        let error = DiskFiles.prepare(&missing, 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        set_mode(home.path(), 0o700);
    }

    #[test]
    fn lock_in_read_only_folder_is_held_once() {
        let home = tempfile::tempdir().unwrap();
        set_mode(home.path(), 0o500);
        let path = home.path().join("token.lock");
        let held = DiskFiles.try_lock(&path).unwrap();
        assert!(held.is_some());
        assert!(DiskFiles.try_lock(&path).unwrap().is_none());
        drop(held);
        assert!(DiskFiles.try_lock(&path).unwrap().is_some());
        set_mode(home.path(), 0o700);
    }

    #[test]
    fn target_of_a_link_is_replaced_and_the_link_stays() {
        let home = tempfile::tempdir().unwrap();
        let (target, link) = (home.path().join("target"), home.path().join("link"));
        symlink(&target, &link).unwrap();
        commit(&link, b"one").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"one");
        DiskFiles.replace(&link, b"two", WriteMode::Durable).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"two");
        assert!(link.is_symlink());
    }
}
