use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread;

use vestibule_os::DiskFiles;
use vestibule_world::{Files, WriteMode};

/// Returns the names in a folder, hidden ones included.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn replaced_file_is_read_back() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sso/cache/token.json");
    for contents in [&b"old"[..], b"", b"new"] {
        DiskFiles.replace(&path, contents, WriteMode::Durable).unwrap();
        assert_eq!(&DiskFiles.read(&path).unwrap()[..], contents);
    }
    assert_eq!(DiskFiles.list(path.parent().unwrap()).unwrap(), [path.as_path()]);
    DiskFiles.remove(&path).unwrap();
    assert_eq!(DiskFiles.read(&path).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(DiskFiles.remove(&path).unwrap_err().kind(), ErrorKind::NotFound);
}

/// Windows has a limit of 260 characters, unless a program lifts it.
#[test]
fn file_with_a_long_path_is_locked_replaced_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let folder = (0..10).fold(home.path().to_owned(), |path, _| path.join("a".repeat(40)));
    let (path, lock) = (folder.join("token.json"), folder.join("token.lock"));
    assert!(DiskFiles.try_lock(&lock).unwrap().is_some());
    DiskFiles.probe(&path).unwrap();
    for contents in [&b"old"[..], b"new"] {
        DiskFiles.prepare(&path, 10).unwrap().unwrap().commit(contents).unwrap();
        assert_eq!(&DiskFiles.read(&path).unwrap()[..], contents);
    }
    assert_eq!(DiskFiles.list(&folder).unwrap(), [path.clone(), lock]);
    DiskFiles.remove(&path).unwrap();
    assert_eq!(DiskFiles.read(&path).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn input_of_any_size_is_read_whole() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("config");
    // Around the sizes that are read in pages of their own.
    for len in [0, 1, (128 << 10) - 1, 128 << 10, (128 << 10) + 1, 1 << 20, (1 << 20) + 4095] {
        let contents: Vec<u8> = (0..=250).cycle().take(len).collect();
        fs::write(&path, &contents).unwrap();
        assert!(DiskFiles.read_input(&path).unwrap() == contents, "{len} bytes");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn folder_in_which_none_can_be_created_is_an_error() {
    let path = Path::new("/proc/vestibule/a/b");
    let error = DiskFiles.replace(path, b"", WriteMode::BestEffort).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn list_is_sorted_and_has_no_folders() {
    let home = tempfile::tempdir().unwrap();
    for name in ["b", "a", "folder/c"] {
        DiskFiles.replace(&home.path().join(name), b"", WriteMode::Durable).unwrap();
    }
    let expected = ["a", "b"].map(|name| home.path().join(name));
    assert_eq!(DiskFiles.list(home.path()).unwrap(), expected);
    let missing = DiskFiles.list(&home.path().join("missing")).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}

#[test]
fn reading_a_folder_or_a_huge_file_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    DiskFiles.read(home.path()).unwrap_err();
    let huge = home.path().join("huge");
    File::create(&huge).unwrap().set_len((64 << 20) + 1).unwrap();
    assert_eq!(DiskFiles.read(&huge).unwrap_err().kind(), ErrorKind::FileTooLarge);
}

#[cfg(unix)]
#[test]
fn new_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sso/cache/token.json");
    DiskFiles.replace(&path, b"", WriteMode::Durable).unwrap();
    assert_eq!([mode(&home.path().join("sso")), mode(path.parent().unwrap())], [0o700; 2]);
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    DiskFiles.replace(&path, b"", WriteMode::Durable).unwrap();
    assert_eq!(mode(&path), 0o600);
    drop(DiskFiles.try_lock(&home.path().join("token.lock")).unwrap());
    assert_eq!(mode(&home.path().join("token.lock")), 0o600);
}

#[cfg(unix)]
#[test]
fn preserving_replace_keeps_mode_and_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let home = tempfile::tempdir().unwrap();
    let (target, link) = (home.path().join("dotfiles/config"), home.path().join("config"));
    symlink("dotfiles/config", &link).unwrap();
    for (before, after) in [(None, 0o600), (Some(0o640), 0o640), (Some(0o444), 0o444)] {
        if let Some(before) = before {
            fs::set_permissions(&target, fs::Permissions::from_mode(before)).unwrap();
        }
        DiskFiles.replace(&link, b"[default]\n", WriteMode::PreserveMode).unwrap();
        assert!(link.is_symlink() && !target.is_symlink());
        assert_eq!((mode(&target), &fs::read(&target).unwrap()[..]), (after, &b"[default]\n"[..]));
    }
    assert_eq!(names(home.path()), ["config", "dotfiles"]);
    symlink("loop", home.path().join("loop")).unwrap();
    DiskFiles.replace(&home.path().join("loop"), b"", WriteMode::PreserveMode).unwrap_err();
}

#[test]
fn failed_replace_leaves_no_temporary_file() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("folder");
    DiskFiles.replace(&folder.join("file"), b"old", WriteMode::Durable).unwrap();
    DiskFiles.replace(&folder, b"new", WriteMode::Durable).unwrap_err();
    DiskFiles.replace(&folder.join("file/below"), b"new", WriteMode::Durable).unwrap_err();
    assert_eq!((names(home.path()), names(&folder)), (vec!["folder".into()], vec!["file".into()]));
    assert_eq!(fs::read(folder.join("file")).unwrap(), b"old");
}

#[test]
fn abandoned_temporary_files_are_removed_by_the_next_write() {
    let home = tempfile::tempdir().unwrap();
    let create = |name: &str| File::create(home.path().join(name)).unwrap();
    drop(create(".vestibule-1-0.tmp"));
    drop(create(".other.tmp"));
    let written = create(".vestibule-1-1.tmp");
    written.try_lock().unwrap();
    DiskFiles.replace(&home.path().join("token.json"), b"", WriteMode::Durable).unwrap();
    let kept = [".other.tmp", ".vestibule-1-1.tmp", "token.json"];
    assert_eq!(names(home.path()), kept);
}

#[test]
fn concurrent_readers_see_whole_files() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("token.json");
    let whole = |byte: u8| vec![byte; 1000 + usize::from(byte) * 100];
    DiskFiles.replace(&path, &whole(0), WriteMode::Durable).unwrap();
    thread::scope(|scope| {
        for writer in 1..=4 {
            let (path, contents) = (&path, whole(writer));
            scope.spawn(move || {
                for _ in 0..25 {
                    DiskFiles.replace(path, &contents, WriteMode::Durable).unwrap();
                }
            });
        }
        for _ in 0..200 {
            let seen = DiskFiles.read(&path).unwrap();
            assert_eq!(&seen[..], &whole(seen[0])[..]);
        }
    });
    assert_eq!(names(home.path()), ["token.json"]);
}

#[test]
fn lock_excludes_other_threads() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sso/cache/token.lock");
    let held = DiskFiles.try_lock(&path).unwrap();
    assert!(held.is_some());
    thread::scope(|scope| {
        scope.spawn(|| assert!(DiskFiles.try_lock(&path).unwrap().is_none()));
    });
    drop(held);
    assert!(path.exists());
    assert!(DiskFiles.try_lock(&path).unwrap().is_some());
}

#[test]
fn probe_fails_like_replace_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sso/cache/token.json");
    DiskFiles.probe(&path).unwrap();
    assert!(names(home.path()).is_empty());
    DiskFiles.replace(&path, b"old", WriteMode::Durable).unwrap();
    DiskFiles.probe(&path).unwrap();
    assert_eq!(names(path.parent().unwrap()), ["token.json"]);
    assert_eq!(fs::read(&path).unwrap(), b"old");

    let fails_like_replace = |path: &Path| {
        let kinds = [DiskFiles.probe(path), DiskFiles.replace(path, b"", WriteMode::Durable)]
            .map(|result: io::Result<()>| result.unwrap_err().kind());
        assert_eq!(kinds[0], kinds[1]);
    };
    fails_like_replace(&path.join("below"));
    fails_like_replace(path.parent().unwrap());
}
