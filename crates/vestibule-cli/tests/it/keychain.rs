//! Tokens in a keychain, in memory, and in a folder of the user's.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use vestibule_emulator::{Emulator, Rotation};

use crate::support::{CONFIG, Invocation, Output, TestEnv};

/// A keychain of files, with the command line of `vestibule-keychain`. It is locked, slow, or kills the
/// program that has just stored a secret, while a file of that name exists.
pub(crate) const HELPER: &str = r#"#!/bin/sh
folder=$HOME/keychain
mkdir -p "$folder"
if [ -e "$HOME/locked" ]; then echo "the test keychain is locked" >&2; exit 1; fi
if [ -e "$HOME/slow" ]; then exec sleep 30; fi
case $1 in
get) [ -e "$folder/$2" ] || exit 3; cat "$folder/$2" ;;
set)
    cat > "$folder/$2"
    case $2 in
    *.json) if [ -e "$HOME/killer" ]; then rm "$HOME/killer"; kill -9 $PPID; fi ;;
    esac ;;
remove) [ -e "$folder/$2" ] || exit 3; rm "$folder/$2" ;;
check) echo "the test keychain" ;;
esac
"#;

const HOUR: Duration = Duration::from_secs(3600);

struct KeychainEnv(TestEnv);

impl KeychainEnv {
    /// Returns an environment whose refresh tokens work once, not signed in.
    fn new() -> Self {
        let env = TestEnv::with_emulator(
            Emulator::builder().rotation(Rotation::ReuseEndsSession).session_duration(100 * HOUR),
        );
        env.write("helper", HELPER);
        fs::set_permissions(env.path("helper"), fs::Permissions::from_mode(0o755)).unwrap();
        Self(env)
    }

    /// Returns an environment whose configuration names a token store, signed in.
    fn configured(store: &str) -> Self {
        let env = Self::new();
        env.0.write(".aws/config", &format!("{CONFIG}vestibule_token_store = {store}\n"));
        env.run(&["login"]).succeeded();
        env
    }

    fn invocation(&self, args: &[&str]) -> Invocation<'_> {
        self.0.vestibule(args).env("VESTIBULE_KEYCHAIN_HELPER", self.0.path("helper"))
    }

    fn run(&self, args: &[&str]) -> Output {
        self.invocation(args).run()
    }

    fn set(&self, state: &str) {
        self.0.write(state, "");
    }

    fn unset(&self, state: &str) {
        fs::remove_file(self.0.path(state)).unwrap();
    }

    /// Returns the names of the secrets.
    fn secrets(&self) -> Vec<PathBuf> {
        files_below(&self.0.path("keychain"))
    }

    /// Returns the files below `.aws` that contain one of the emulator's secrets.
    fn files_with_secrets(&self) -> Vec<PathBuf> {
        let secrets = self.0.emulator.secrets();
        let mut files = files_below(&self.0.path(".aws"));
        files.retain(|file| {
            let text = fs::read_to_string(file).unwrap_or_default();
            secrets.iter().any(|secret| text.contains(secret.as_str()))
        });
        files
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn bridge_keeps_the_refresh_token_in_the_keychain_and_refreshes() {
    let env = KeychainEnv::new();
    env.run(&["login", "--token-store", "bridge"]).succeeded();
    for _ in 0..3 {
        let token = env.0.token();
        assert!(token["accessToken"].is_string() && token["startUrl"].is_string());
        assert!(token["refreshToken"].is_null() && token["clientSecret"].is_null(), "{token}");
        // The option is that of the sign-in: later commands find the token where it is.
        env.run(&["export-credentials"]).succeeded();
        env.0.advance(HOUR);
    }
    assert!(env.run(&["status"]).exits_with(3).stdout.contains("stored in     "));
    env.run(&["logout"]).succeeded();
    assert!(env.secrets().iter().all(|path| !path.to_string_lossy().contains("0ad374308c5a")));
    env.run(&["status"]).exits_with(5);
}

#[test]
fn sealed_session_leaves_nothing_secret_on_disk() {
    let env = KeychainEnv::configured("sealed");
    for _ in 0..3 {
        env.run(&["export-credentials"]).succeeded();
        assert_eq!(env.files_with_secrets(), [] as [PathBuf; 0]);
        env.0.advance(HOUR);
    }
    env.run(&["whoami"]).succeeded();
    let status = env.run(&["status"]);
    assert!(status.succeeded().stdout.contains("stored in     the keychain ("), "{status:?}");
    assert!(env.run(&["explain"]).succeeded().stdout.contains("the keychain ("));
    assert!(env.run(&["cache", "list"]).succeeded().stdout.contains("in the keychain"));
    env.run(&["login"]).succeeded().stderr_contains("Already signed in");
    env.run(&["logout", "--all"]).succeeded();
    env.run(&["status"]).exits_with(5);
}

#[test]
fn migrate_moves_the_session_there_and_back() {
    let env = KeychainEnv::new();
    env.run(&["login"]).succeeded();
    let token = env.0.token();
    for store in ["bridge", "sealed", "bridge", "files", "sealed", "files"] {
        env.run(&["cache", "migrate", "--to", store]).succeeded().stderr_contains("my-sso: the ");
        env.run(&["cache", "migrate", "--to", store])
            .succeeded()
            .stderr_contains("no tokens to move");
        env.run(&["export-credentials", "--min-remaining", "59m"]).succeeded();
        assert_eq!(env.files_with_secrets().is_empty(), store == "sealed", "{store}");
    }
    assert_eq!(env.0.token(), token);
    assert_eq!(env.secrets(), [] as [PathBuf; 0]);
    let json = env.run(&["cache", "migrate", "--to", "bridge", "--json"]).succeeded().json();
    assert_eq!(json[0]["session"], "my-sso");
    assert_eq!(json[0]["moved"], true);
}

#[test]
fn migrate_with_a_locked_keychain_changes_nothing() {
    let env = KeychainEnv::new();
    env.run(&["login"]).succeeded();
    let token = env.0.token();
    env.set("locked");
    env.run(&["cache", "migrate", "--to", "sealed"]).exits_with(1).stderr_contains(
        "the test keychain is locked\nhint: unlock the keychain, then try again\n",
    );
    assert_eq!(env.0.token(), token);
    env.run(&["export-credentials"]).succeeded();
}

#[test]
fn migrate_without_the_program_of_the_keychain_changes_nothing() {
    let env = TestEnv::signed_in();
    let run = |args: &[&str]| {
        env.vestibule(args).env("VESTIBULE_KEYCHAIN_HELPER", "/nowhere/keychain").run()
    };
    run(&["cache", "migrate", "--to", "bridge"])
        .exits_with(1)
        .stderr_contains("/nowhere/keychain is not installed\n")
        .stderr_contains("hint: correct VESTIBULE_KEYCHAIN_HELPER, or use --token-store files\n");
    let files = files_below(&env.path(".aws"));
    assert!(!files.iter().any(|file| file.extension().is_some_and(|name| name == "keychain")));
    assert_eq!(run(&["status", "--prompt"]).succeeded().stderr, "");
    assert!(!run(&["status"]).succeeded().stdout.contains("keychain"));
    run(&["login", "--force"]).succeeded();
}

#[test]
fn kill_between_keychain_and_file_loses_no_session() {
    for store in ["bridge", "sealed"] {
        let env = KeychainEnv::configured(store);
        for _ in 0..3 {
            env.0.advance(HOUR);
            env.set("killer");
            // The command goes on with what its helper process has stored.
            env.run(&["export-credentials"]);
            assert!(!env.0.path("killer").exists(), "{store}: nothing was stored");
            env.run(&["export-credentials"]).succeeded();
        }
        env.run(&["status"]).succeeded();
    }
}

#[test]
fn kill_while_the_configuration_moves_a_session_loses_nothing() {
    let env = KeychainEnv::new();
    env.run(&["login"]).succeeded();
    env.0.write(".aws/config", &format!("{CONFIG}vestibule_token_store = bridge\n"));
    env.0.advance(HOUR);
    env.set("killer");
    env.run(&["export-credentials"]);
    // The file still has the refresh token that was spent, and the keychain the one that replaced it.
    env.run(&["export-credentials"]).succeeded();
    env.0.advance(HOUR);
    env.run(&["export-credentials"]).succeeded();
    assert!(env.0.token()["refreshToken"].is_null());
}

#[test]
fn locked_keychain_is_announced_and_the_access_token_is_used() {
    let env = KeychainEnv::configured("bridge");
    env.set("locked");
    env.run(&["export-credentials"]).succeeded().stderr_contains(
        "warning: the keychain is not available: the test keychain is locked. The access token in \
         the file is used until it expires, and is not refreshed.\n",
    );
    assert_eq!(env.run(&["status", "--prompt"]).stderr, "");
    env.0.advance(2 * HOUR);
    env.run(&["export-credentials"]).exits_with(4);
    let pages = env.0.pages_opened().len();
    env.run(&["login"]).exits_with(1).stderr_contains("the test keychain is locked");
    assert_eq!(env.0.pages_opened().len(), pages, "before the user is asked");
    env.unset("locked");
    // Nothing was lost.
    env.run(&["export-credentials"]).succeeded();
    env.set("locked");
    env.run(&["login", "--force", "--token-store", "files"]).succeeded();
    env.run(&["export-credentials"]).succeeded();
}

#[test]
fn sealed_session_with_a_locked_keychain_is_an_error_of_the_machine() {
    let env = KeychainEnv::configured("sealed");
    env.set("locked");
    env.run(&["export-credentials"]).exits_with(1).stderr_contains("the test keychain is locked");
    env.run(&["status"]).exits_with(1);
    let doctor = env.run(&["doctor"]);
    assert!(doctor.exits_with(1).stdout.contains("the test keychain is locked"), "{doctor:?}");
    env.unset("locked");
    env.run(&["export-credentials"]).succeeded();
    let doctor = env.run(&["doctor"]);
    assert!(doctor.stdout.contains("tokens can be stored in the test keychain"), "{doctor:?}");
}

#[test]
fn keychain_that_does_not_respond_is_given_up() {
    let env = KeychainEnv::configured("sealed");
    env.set("slow");
    let started_at = Instant::now();
    env.run(&["whoami"])
        .exits_with(1)
        .stderr_contains("did not respond within 2 seconds; it may be locked");
    assert!(started_at.elapsed() < Duration::from_secs(20), "{:?}", started_at.elapsed());
}

#[test]
fn keychain_without_its_program_is_an_error_before_the_sign_in() {
    let env = TestEnv::new();
    env.vestibule(["login", "--token-store", "bridge"])
        .env("VESTIBULE_KEYCHAIN_HELPER", "/nowhere/keychain")
        .run()
        .exits_with(1)
        .stderr_contains("/nowhere/keychain is not installed\n")
        .stderr_contains("hint: correct VESTIBULE_KEYCHAIN_HELPER, or use --token-store files\n");
    assert_eq!(env.pages_opened(), [] as [String; 0]);
}

#[test]
fn hostile_helper_is_an_error() {
    let env = KeychainEnv::configured("sealed");
    for script in ["#!/bin/sh\nyes | head -c 1000000\n", "#!/bin/sh\necho '{\"accessToken\": 1}'\n"]
    {
        env.0.write("helper", script);
        let code = env.run(&["export-credentials"]).code.unwrap();
        assert!([1, 4].contains(&code), "{code}");
    }
    env.0.write("helper", "#!/bin/sh\nprintf '\\033[31mred\\n' >&2; exit 1\n");
    let ran = env.run(&["export-credentials"]);
    assert!(!ran.exits_with(1).stderr.contains('\u{1b}'), "{ran:?}");
}

#[test]
fn session_in_memory_leaves_no_file() {
    let env = TestEnv::new();
    let args = ["exec", "--login", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID"];
    let ran = env.vestibule(args).env("VESTIBULE_TOKEN_STORE", "memory").run();
    assert!(ran.succeeded().stdout.starts_with("ASIA"), "{ran:?}");
    assert_eq!(files_below(&env.path(".aws/sso")), [] as [PathBuf; 0]);
    env.run(["status"]).exits_with(5);
    env.vestibule(["status"])
        .env("VESTIBULE_TOKEN_STORE", "x")
        .run()
        .exits_with(6)
        .stderr_contains("VESTIBULE_TOKEN_STORE is `x`, which is not a token store");
}

#[test]
fn token_folder_of_the_environment_is_used_if_it_is_private() {
    let env = TestEnv::new();
    let folder = env.path("tokens");
    let with_folder =
        |args: &[&str]| env.vestibule(args).env("VESTIBULE_TOKEN_FOLDER", &folder).run();
    with_folder(&["login"]).succeeded();
    with_folder(&["export-credentials"]).succeeded();
    assert_eq!(files_below(&env.path(".aws/sso")), [] as [PathBuf; 0]);
    assert!(!files_below(&folder).is_empty());
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    with_folder(&["status"]).exits_with(6).stderr_contains("can be written by other users\n");
    env.vestibule(["status"])
        .env("VESTIBULE_TOKEN_FOLDER", "tokens")
        .run()
        .exits_with(6)
        .stderr_contains("is not an absolute path\n");
}

#[test]
fn unknown_token_store_in_the_configuration_is_an_error_of_the_sign_in() {
    let env = TestEnv::new();
    env.write(".aws/config", &format!("{CONFIG}vestibule_token_store = safe\n"));
    env.run(["configure", "lint"]).exits_with(6);
    let ran = env.run(["login"]);
    ran.stderr_contains("`vestibule_token_store` is `safe`, which is not a token store");
    assert_eq!(env.pages_opened(), [] as [String; 0]);
}
