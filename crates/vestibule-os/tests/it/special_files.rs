//! Files that are not regular, and files of other users. The tests of device nodes and owners need
//! root, and return early without it.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use tempfile::TempDir;
use vestibule_os::DiskFiles;
use vestibule_world::{Files as _, WriteMode};

const MODES: [WriteMode; 3] = [WriteMode::Durable, WriteMode::BestEffort, WriteMode::PreserveMode];

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

fn mkfifo(path: &Path) {
    nix::unistd::mkfifo(path, nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
}

/// Creates a character device with the numbers of `/dev/null` or `/dev/zero`; false without the
/// permission to do so.
fn make_device(path: &Path, minor: u32) -> bool {
    let status = Command::new("mknod").arg(path).args(["c", "1", &minor.to_string()]).status();
    status.is_ok_and(|status| status.success())
}

/// One file of each kind that is not regular, with the name of its kind.
fn special_files(home: &TempDir) -> Vec<(PathBuf, &'static str)> {
    let [folder, fifo, socket, device] =
        ["folder", "fifo", "socket", "device"].map(|name| home.path().join(name));
    fs::create_dir(&folder).unwrap();
    mkfifo(&fifo);
    drop(UnixListener::bind(&socket).unwrap());
    let mut files = vec![(folder, "a directory"), (fifo, "a named pipe"), (socket, "a socket")];
    if make_device(&device, 3) {
        files.push((device, "a character device"));
    }
    files
}

#[track_caller]
fn check_refused<T: std::fmt::Debug>(result: io::Result<T>, kind: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.to_string(), format!("is {kind}, not a regular file"));
}

#[test]
fn writing_a_special_file_is_refused_and_names_its_kind() {
    let home = tempfile::tempdir().unwrap();
    for (path, kind) in special_files(&home) {
        let before = fs::symlink_metadata(&path).unwrap();
        let (near, far) = (path.with_extension("near"), path.with_extension("far"));
        symlink(path.file_name().unwrap(), &far).unwrap();
        symlink(far.file_name().unwrap(), &near).unwrap();
        for path in [&path, &far, &near] {
            for mode in MODES {
                check_refused(DiskFiles.replace(path, b"text", mode), kind);
            }
            check_refused(DiskFiles.prepare(path, 10), kind);
            check_refused(DiskFiles.probe(path), kind);
            check_refused(DiskFiles.try_lock(path), kind);
        }
        let after = fs::symlink_metadata(&path).unwrap();
        assert_eq!((after.ino(), after.file_type()), (before.ino(), before.file_type()));
    }
}

#[test]
fn making_a_link_private_is_refused_and_its_target_keeps_its_mode() {
    let home = tempfile::tempdir().unwrap();
    let (target, link) = (home.path().join("target"), home.path().join("link"));
    fs::write(&target, "").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o644)).unwrap();
    symlink("target", &link).unwrap();
    check_refused(DiskFiles.make_private(&link), "a symbolic link");
    assert_eq!(fs::metadata(&target).unwrap().mode() & 0o777, 0o644);
    DiskFiles.make_private(&target).unwrap();
    assert_eq!(fs::metadata(&target).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn reading_a_special_file_is_refused_and_names_its_kind() {
    let home = tempfile::tempdir().unwrap();
    for (path, kind) in special_files(&home) {
        check_refused(DiskFiles.read(&path), kind);
    }
}

#[test]
fn input_from_a_null_device_is_empty() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("null");
    if make_device(&path, 3) {
        assert!(DiskFiles.read_input(&path).unwrap().is_empty());
    }
    assert!(
        path.symlink_metadata().is_ok_and(|file| file.file_type().is_char_device()) || !is_root()
    );
}

#[test]
fn input_from_an_endless_device_is_too_large() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("zero");
    if make_device(&path, 5) {
        assert_eq!(DiskFiles.read_input(&path).unwrap_err().kind(), ErrorKind::FileTooLarge);
    }
}

#[test]
fn input_from_a_pipe_is_read_to_its_end() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("fifo");
    mkfifo(&path);
    let writer_path = path.clone();
    let writer = thread::spawn(move || {
        let mut pipe = fs::OpenOptions::new().write(true).open(writer_path).unwrap();
        pipe.write_all(b"[default]\n").unwrap();
        pipe.write_all(b"region = eu-west-1\n").unwrap();
    });
    assert_eq!(&DiskFiles.read_input(&path).unwrap()[..], b"[default]\nregion = eu-west-1\n");
    writer.join().unwrap();
}

#[test]
fn input_from_a_process_substitution_is_read() {
    // Bash hands the program an open pipe under a path such as /dev/fd/63.
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(b"[default]\n").unwrap();
    drop(writer);
    let path = PathBuf::from(format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader)));
    assert_eq!(&DiskFiles.read_input(&path).unwrap()[..], b"[default]\n");
}

#[test]
fn input_from_a_pipe_without_a_writer_is_a_timeout() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("fifo");
    mkfifo(&path);
    let error = DiskFiles.read_input(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "is a named pipe, and no end of its data came within 5 seconds");
}

#[test]
fn preserving_replace_keeps_owner_group_and_special_mode_bits() {
    if !is_root() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("config");
    fs::write(&path, "old").unwrap();
    chown(&path, Some(12_345), Some(23_456)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o2640)).unwrap();
    DiskFiles.replace(&path, b"new", WriteMode::PreserveMode).unwrap();
    let file = fs::metadata(&path).unwrap();
    assert_eq!((file.uid(), file.gid(), file.mode() & 0o7777), (12_345, 23_456, 0o2640));
}

#[test]
fn root_in_the_home_of_another_user_leaves_files_of_that_user() {
    if !is_root() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    chown(home.path(), Some(12_345), Some(23_456)).unwrap();
    let cache = home.path().join(".aws/sso/cache");
    let [new, lock, prepared, temporary] =
        ["new.json", "token.lock", "prepared.json", "best.json"].map(|name| cache.join(name));
    DiskFiles.replace(&new, b"{}", WriteMode::Durable).unwrap();
    DiskFiles.replace(&temporary, b"{}", WriteMode::BestEffort).unwrap();
    DiskFiles.prepare(&prepared, 10).unwrap().unwrap().commit(b"{}").unwrap();
    drop(DiskFiles.try_lock(&lock).unwrap());
    let folders = [home.path().join(".aws"), home.path().join(".aws/sso"), cache];
    for path in [&new, &lock, &prepared, &temporary].into_iter().chain(&folders) {
        let file = fs::metadata(path).unwrap();
        assert_eq!((file.uid(), file.gid()), (12_345, 23_456), "{}", path.display());
    }
    // A file of a third user keeps its owner.
    chown(&new, Some(34_567), Some(34_567)).unwrap();
    DiskFiles.replace(&new, b"{}", WriteMode::Durable).unwrap();
    assert_eq!(fs::metadata(&new).unwrap().uid(), 34_567);
}

#[test]
fn root_in_the_home_of_another_user_is_detected() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(vestibule_os::home_owner_if_root(home.path()), None);
    if is_root() {
        chown(home.path(), Some(12_345), None).unwrap();
        let owner = vestibule_os::home_owner_if_root(home.path());
        assert_eq!(owner.as_deref(), Some("user 12345"));
    }
}

#[cfg(feature = "extended-attributes")]
#[test]
fn preserving_replace_keeps_extended_attributes() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    let home = tempfile::tempdir_in(".").unwrap();
    let path = home.path().join("config");
    fs::write(&path, "old").unwrap();
    if setxattr(&path, "user.note", b"mine", XattrFlags::empty()).is_err() {
        return;
    }
    DiskFiles.replace(&path, b"new", WriteMode::PreserveMode).unwrap();
    let mut value = [0; 16];
    let length = getxattr(&path, "user.note", &mut value[..]).unwrap();
    assert_eq!(&value[..length], b"mine");
}
