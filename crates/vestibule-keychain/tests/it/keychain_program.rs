//! A keychain behind another program.

#![expect(
    clippy::disallowed_methods,
    reason = "the program is on a real disk, and takes real time"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use vestibule_keychain::{HelperKeychain, Keychain as _};

/// Returns a keychain whose program is a script.
fn keychain(script: &str) -> (TempDir, HelperKeychain) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("helper");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let keychain = HelperKeychain::with_program(path);
    (folder, keychain)
}

#[test]
fn helper_gets_command_and_name_and_secrets_by_stdin() {
    let (_folder, keychain) = keychain(
        r#"cd "$(dirname "$0")"
case $1 in
set) cat > "$2" ;;
get) [ -e "$2" ] || exit 3; cat "$2"; echo ;;
remove) [ -e "$2" ] || exit 3; rm "$2" ;;
check) echo "a script" ;;
esac"#,
    );
    assert_eq!(keychain.get("a.json").unwrap(), None);
    let secret = vec![b'x'; 200_000];
    keychain.set("a.json", &secret).unwrap();
    assert_eq!(keychain.get("a.json").unwrap().unwrap().as_slice(), secret);
    assert!(keychain.remove("a.json").unwrap());
    assert!(!keychain.remove("a.json").unwrap());
    assert_eq!(keychain.check().unwrap(), "a script");
}

#[test]
fn helper_that_takes_too_long_is_killed() {
    let (folder, keychain) = keychain("echo $$ > \"$(dirname \"$0\")/id\"; exec sleep 60");
    let started_at = Instant::now();
    let error = keychain.get("a.json").unwrap_err();
    assert!(started_at.elapsed() < Duration::from_secs(30));
    assert_eq!(
        error.to_string(),
        "the keychain did not respond within 2 seconds; it may be locked"
    );
    let id = fs::read_to_string(folder.path().join("id")).unwrap();
    let path = format!("/proc/{}/comm", id.trim());
    assert!(!cfg!(target_os = "linux") || fs::read_to_string(path).is_err(), "{id}");
}

#[test]
fn helper_that_fails_is_an_error_with_its_message() {
    let (_folder, failing) = keychain("printf '\\033[31mlocked\\n' >&2; exit 1");
    let error = failing.set("a.json", b"hidden").unwrap_err();
    assert_eq!(error.to_string(), "the keychain is not available");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("locked") && !cause.contains('\u{1b}'), "{cause}");
    let missing = HelperKeychain::with_program("/nowhere/keychain");
    let error = missing.get("a.json").unwrap_err();
    assert_eq!(error.to_string(), "/nowhere/keychain is not installed");
}

#[test]
fn output_of_a_hostile_helper_is_bounded() {
    let (_folder, keychain) = keychain("exec yes");
    // Killed by the closed pipe, or for its length.
    assert!(keychain.get("a.json").map_or(true, |secret| secret.unwrap().len() <= 256 << 10));
}
