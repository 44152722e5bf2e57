//! Files that another program of Windows holds open, such as a virus scanner.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::Path;
use std::thread;

use vestibule_os::DiskFiles;
use vestibule_world::{Files as _, WriteMode};

/// `FILE_SHARE_READ` and `FILE_SHARE_WRITE`: without `FILE_SHARE_DELETE`, nothing can be renamed over
/// the file.
const NOT_DELETED: u32 = 1 | 2;

fn hold_open(path: &Path) -> File {
    File::options().read(true).share_mode(NOT_DELETED).open(path).unwrap()
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn file_held_open_is_replaced_when_it_is_closed() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("token.json");
    fs::write(&path, "old").unwrap();
    let held = hold_open(&path);
    thread::scope(|scope| {
        let writer = scope.spawn(|| DiskFiles.replace(&path, b"new", WriteMode::Durable));
        while count(home.path()) < 2 {
            thread::yield_now();
        }
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(held);
        writer.join().unwrap().unwrap();
    });
    assert_eq!((&fs::read(&path).unwrap()[..], count(home.path())), (&b"new"[..], 1));
}

/// Otherwise a refreshed token would be lost, and with it the session.
#[test]
fn file_held_open_for_long_is_written_in_place() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("token.json");
    fs::write(&path, "a longer text than the next").unwrap();
    let mut held = hold_open(&path);
    DiskFiles.prepare(&path, 10).unwrap().unwrap().commit(b"next").unwrap();
    let mut seen = String::new();
    held.read_to_string(&mut seen).unwrap();
    assert_eq!((&seen[..], count(home.path())), ("next", 1));
}
