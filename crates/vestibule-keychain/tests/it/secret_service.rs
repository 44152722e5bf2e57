//! The program `vestibule-keychain` with GNOME Keyring, over a D-Bus of its own, and with the kernel.

use std::process::{Command, Stdio};

use vestibule_keychain::{HelperKeychain, Keychain};

const INSIDE: &str = "VESTIBULE_TEST_SECRET_SERVICE";
const NAME: &str =
    "secret_service::secret_service_keeps_secrets_and_without_one_the_kernel_keyring_does";

#[test]
fn secret_service_keeps_secrets_and_without_one_the_kernel_keyring_does() {
    match std::env::var(INSIDE).as_deref() {
        Ok("unlocked") => return check("the Secret Service"),
        Ok(_) => return check("the kernel keyring"),
        Err(_) => {}
    }
    if !is_installed("gnome-keyring-daemon") || !is_installed("dbus-run-session") {
        return;
    }
    let run = |state: &str, script: &str| {
        let home = tempfile::tempdir().unwrap();
        let test = std::env::current_exe().unwrap();
        let status = Command::new("dbus-run-session")
            .args(["--", "sh", "-c", script])
            .arg(test)
            .args([NAME, "--exact", "--nocapture"])
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path())
            .env("XDG_RUNTIME_DIR", home.path())
            .env(INSIDE, state)
            .status();
        assert!(status.unwrap().success(), "{state}");
    };
    let unlock = "printf test | gnome-keyring-daemon --unlock --components=secrets > /dev/null";
    run("unlocked", &format!("{unlock}; exec \"$0\" \"$@\""));
    if is_kernel_keyring_allowed() {
        // D-Bus would start the keyring by itself.
        run("absent", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere exec \"$0\" \"$@\"");
    }
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok()
}

/// Containers may deny the system calls.
fn is_kernel_keyring_allowed() -> bool {
    use linux_keyutils::{KeyRing, KeyRingIdentifier};

    KeyRing::get_persistent(KeyRingIdentifier::Session).is_ok()
}

fn check(name: &str) {
    let keychain = HelperKeychain::with_program(env!("CARGO_BIN_EXE_vestibule-keychain"));
    assert_eq!(keychain.check().unwrap(), name);
    let entry = format!("test-{}.json", std::process::id());
    assert!(keychain.get(&entry).unwrap().is_none());
    for secret in [&b"short"[..], &[b'x'; 6000]] {
        keychain.set(&entry, secret).unwrap();
        assert_eq!(keychain.get(&entry).unwrap().unwrap().as_slice(), secret);
    }
    assert!(keychain.remove(&entry).unwrap());
    assert!(!keychain.remove(&entry).unwrap());
    let invalid = keychain.set("../x", b"hidden").unwrap_err();
    assert!(std::error::Error::source(&invalid).unwrap().to_string().starts_with("Usage: "));
}
