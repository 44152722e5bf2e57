//! Access control lists of Windows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use vestibule_os::DiskFiles;
use vestibule_world::{Files as _, WriteMode};

/// Groups, by their names in access lists: administrators, users, signed-in users, and everyone.
const GROUPS: [&str; 5] = ["BA", "BU", "AU", "IU", "WD"];

/// Returns the accounts that an access list lets in, by their ids or their names in SDDL, which are
/// the same in every language.
fn accounts(path: &Path) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("saved");
    let mut icacls = Command::new("icacls");
    icacls.arg(path).arg("/save").arg(&saved).stdout(Stdio::null());
    assert!(icacls.status().unwrap().success());
    let bytes = fs::read(saved).unwrap();
    let units = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let text = String::from_utf16(&units.collect::<Vec<_>>()).unwrap();
    // `(A;OICI;FA;;;SY)`
    let entries = text.split('(').skip(1).filter_map(|entry| entry.split(')').next());
    entries.filter_map(|entry| entry.rsplit(';').next()).map(str::to_owned).collect()
}

#[test]
fn new_folders_and_files_let_in_their_owner_and_the_system() {
    let home = tempfile::tempdir().unwrap();
    let (path, lock) = (home.path().join("sso/cache/token.json"), home.path().join("locks/lock"));
    DiskFiles.replace(&path, b"", WriteMode::Durable).unwrap();
    assert!(DiskFiles.try_lock(&lock).unwrap().is_some());
    DiskFiles.prepare(&home.path().join("cli/cache/role.json"), 1).unwrap();
    for path in ["sso", "sso/cache", "sso/cache/token.json", "locks", "locks/lock", "cli/cache"] {
        let accounts = accounts(&home.path().join(path));
        let others: Vec<_> = accounts.iter().filter(|account| *account != "SY").collect();
        let [owner] = &others[..] else { panic!("{path}: {accounts:?}") };
        assert!(!GROUPS.contains(&owner.as_str()), "{path}: {accounts:?}");
    }
}
