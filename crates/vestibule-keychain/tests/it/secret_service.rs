//! GNOME Keyring over a D-Bus of its own.

use std::process::{Command, Stdio};

use vestibule_keychain::{Keychain, SystemKeychain};

const INSIDE: &str = "VESTIBULE_TEST_SECRET_SERVICE";

#[test]
fn secret_service_keeps_secrets_and_its_absence_is_an_error() {
    match std::env::var(INSIDE).as_deref() {
        Ok("unlocked") => return inside_a_session(),
        Ok(_) => return without_a_keychain(),
        Err(_) => {}
    }
    if Command::new("gnome-keyring-daemon").arg("--version").stdout(Stdio::null()).status().is_err()
    {
        return;
    }
    let name = "secret_service::secret_service_keeps_secrets_and_its_absence_is_an_error";
    let run = |state: &str, script: &str| {
        let home = tempfile::tempdir().unwrap();
        let test = std::env::current_exe().unwrap();
        let status = Command::new("dbus-run-session")
            .args(["--", "sh", "-c", script])
            .arg(test)
            .args([name, "--exact", "--nocapture"])
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path())
            .env("XDG_RUNTIME_DIR", home.path())
            .env(INSIDE, state)
            .status();
        assert!(status.unwrap().success(), "{state}");
    };
    let unlock = "printf test | gnome-keyring-daemon --unlock --components=secrets > /dev/null";
    run("unlocked", &format!("{unlock}; exec \"$0\" \"$@\""));
    // D-Bus would start the keyring by itself.
    run("absent", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere exec \"$0\" \"$@\"");
}

fn inside_a_session() {
    let keychain = SystemKeychain::new();
    let entry = "0ad3.json";
    assert!(keychain.get(entry).unwrap().is_none());
    for secret in [&b"short"[..], &[b'x'; 6000]] {
        keychain.set(entry, secret).unwrap();
        assert_eq!(keychain.get(entry).unwrap().unwrap().as_slice(), secret);
    }
    assert!(keychain.remove(entry).unwrap());
    assert!(!keychain.remove(entry).unwrap());
}

fn without_a_keychain() {
    let error = SystemKeychain::new().get("0ad3.json").unwrap_err();
    assert!(error.to_string().starts_with("the Secret Service "), "{error}");
}
