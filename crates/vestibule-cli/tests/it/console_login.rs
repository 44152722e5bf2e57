//! `login` to the console, for users without Identity Center.

use std::time::Duration;

use vestibule_emulator::Operation;

use crate::support::{TestEnv, visit};

/// ARN of the emulator's console user.
const ARN: &str = "arn:aws:iam::111122223333:user/sample-user";
const MINUTE: Duration = Duration::from_secs(60);

/// A test environment whose profile uses console login.
struct Console {
    env: TestEnv,
}

impl Console {
    fn new(config: &str) -> Self {
        let env = TestEnv::new();
        env.write(".aws/config", config);
        Self { env }
    }

    /// Returns the number of `CreateOAuth2Token` requests.
    fn asked(&self) -> u64 {
        self.env.emulator.count(Operation::CreateOAuth2Token)
    }

    fn vestibule(&self, args: &[&str]) -> crate::support::Invocation<'_> {
        self.env.vestibule(args)
    }

    fn run(&self, args: &[&str]) -> crate::support::Output {
        self.env.run(args)
    }

    fn config(&self) -> String {
        std::fs::read_to_string(self.env.path(".aws/config")).unwrap()
    }

    /// Signs in with a browser on this machine.
    fn sign_in(&self, args: &[&str]) -> crate::support::Output {
        let args = [&["login", "--no-browser", "--json"], args].concat();
        let mut login = self.vestibule(&args).start();
        let page = login.event("open")["url"].as_str().unwrap().to_owned();
        let back = self.env.emulator.authorize(&page).unwrap();
        let shown = visit(&back).unwrap();
        assert!(shown.contains("Signed in"), "{shown}");
        login.wait()
    }
}

#[test]
fn console_login_writes_login_session_to_the_profile() {
    let console = Console::new("# mine\n[profile dev]\nregion = us-east-1\n");
    console.sign_in(&["--console", "--profile", "dev"]).succeeded().stderr_contains("Signed in as");
    let expected = format!("# mine\n[profile dev]\nregion = us-east-1\nlogin_session = {ARN}\n");
    assert_eq!(console.config(), expected);
    let keys = console.run(&["export-credentials", "--profile", "dev"]);
    assert!(keys.succeeded().json()["AccessKeyId"].as_str().unwrap().starts_with("ASIA"));
    let who = console.run(&["whoami", "--profile", "dev"]);
    assert_eq!(who.succeeded().json()["Arn"], ARN);
    console.run(&["status", "--profile", "dev"]).succeeded();
    // `login_session` now selects the console login.
    console.run(&["login", "--profile", "dev"]).succeeded().stderr_contains("Already signed in as");
    assert_eq!(console.asked(), 1);
    console.sign_in(&["--force", "--profile", "dev"]).succeeded();
    assert_eq!(console.asked(), 2);
}

#[test]
fn console_session_is_refreshable_until_the_service_refuses() {
    let console = Console::new("[default]\nregion = us-east-1\n");
    console.sign_in(&["--console"]).succeeded();
    console.env.advance(MINUTE * 16);
    let status = console.run(&["status", "--json"]);
    assert_eq!(status.exits_with(3).json()["state"], "refreshable");
    console.run(&["export-credentials"]).succeeded();
    assert_eq!(console.asked(), 2);
    console.run(&["status", "--prompt"]).succeeded();
    console.env.advance(MINUTE * 60 * 13);
    // The service alone knows the length of the session.
    console.run(&["status"]).exits_with(3);
    console
        .run(&["export-credentials"])
        .exits_with(4)
        .stderr_contains("hint: vestibule login --profile default");
    console
        .run(&["status"])
        .exits_with(4)
        .stderr_contains("hint: vestibule login --profile default");
}

#[test]
fn console_signed_out_error_names_the_login_command() {
    let console = Console::new(&format!(
        "[profile dev]\nregion = us-east-1\nlogin_session = {ARN}\n\
         [profile ops]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/ops\n\
         source_profile = dev\n"
    ));
    for profile in ["dev", "ops"] {
        console
            .run(&["export-credentials", "--profile", profile])
            .exits_with(4)
            .stderr_contains("You are not signed in to console session")
            .stderr_contains("hint: vestibule login --profile dev");
    }
    console.run(&["status", "--profile", "dev"]).exits_with(5);
    let explained = console.run(&["explain", "--profile", "ops"]);
    assert!(
        explained.succeeded().stdout.contains("vestibule login --profile dev"),
        "{explained:?}"
    );
    console.sign_in(&["--profile", "ops"]).succeeded();
    console.run(&["status", "--all"]).succeeded();
    console.run(&["logout", "--profile", "dev"]).succeeded().stderr_contains("Signed out of arn:");
    console.run(&["logout", "--all"]).succeeded().stderr_contains("nothing to do");
    console.run(&["export-credentials", "--profile", "dev"]).exits_with(4);
    assert!(console.config().contains("login_session"));
}

#[test]
fn console_login_remote_accepts_the_pasted_code() {
    let console = Console::new("[default]\nregion = us-east-1\n");
    let args = ["login", "--console", "--remote", "--json"];
    let mut login = console.vestibule(&args).with_keyboard().start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    login.type_line("what does it want?");
    let shown = console.env.emulator.authorize(&page).unwrap();
    let shown = visit(&shown).unwrap();
    let (_, text) = shown.split_once("readonly autofocus>").unwrap();
    login.type_line(text.split_once('<').unwrap().0);
    login
        .wait()
        .succeeded()
        .stderr_contains("paste the code it shows")
        .stderr_contains("Signed in as");
    assert!(console.env.pages_opened().is_empty());
}

#[test]
fn console_login_as_another_user_leaves_the_profile_unchanged() {
    let config = "[default]\nregion = us-east-1\nlogin_session = arn:aws:iam::1:user/bob\n";
    let console = Console::new(config);
    let refused = console.sign_in(&[]);
    let error = &refused.exits_with(6).events()[1]["error"];
    assert_eq!(error["message"], format!("Another user signed in: {ARN}"));
    assert_eq!(error["remedy"], "correct ~/.aws/config:3, then try again");
    assert_eq!(console.config(), config);
    let cache = std::fs::read_dir(console.env.path(".aws/login/cache"));
    assert_eq!(cache.map_or(0, Iterator::count), 0);
}

#[test]
fn console_login_obstacle_is_found_before_the_browser_opens() {
    let console =
        Console::new("[profile keys]\naws_access_key_id = a\naws_secret_access_key = b\n");
    let nowhere = console.vestibule(&["login", "--console"]);
    let nowhere = nowhere.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    nowhere.run().exits_with(6).stderr_contains("--region NAME");
    let keys = console.run(&["login", "--console", "--profile", "keys"]);
    keys.exits_with(6)
        .stderr_contains("Profile \"keys\" already gets credentials from aws_access_key_id.");
    console.env.write(".aws/login/cache", "a file, where a folder should be");
    let args = ["login", "--console", "--region", "us-east-1"];
    console.run(&args).exits_with(1).stderr_contains("hint: make ");
    assert_eq!(console.asked(), 0);
}

/// A profile may be renamed or removed while its credentials stay in the cache.
#[test]
fn logout_all_covers_console_logins_that_no_profile_names() {
    let console = Console::new("[default]\nregion = us-east-1\n");
    console.sign_in(&["--console"]).succeeded();
    let cache = console.env.path(".aws/login/cache");
    let files = || std::fs::read_dir(&cache).unwrap().map(|file| file.unwrap().path());
    let is_json = |path: &std::path::PathBuf| path.extension().is_some_and(|it| it == "json");
    let login = files().find(is_json).unwrap();
    console.env.write(".aws/login/cache/notes.json", "{}");
    console.env.write(".aws/config", "[default]\nregion = us-east-1\n");
    console
        .run(&["logout", "--all"])
        .succeeded()
        .stderr_contains(&format!("Signed out of the console login in {}.", login.display()));
    assert!(!login.exists());
    assert!(cache.join("notes.json").exists(), "a file of another tool stays");
    console.run(&["logout", "--all"]).succeeded();
}

#[cfg(unix)]
#[test]
fn cache_migrate_moves_a_console_login_there_and_back() {
    use std::os::unix::fs::PermissionsExt as _;

    let console = Console::new("[default]\nregion = us-east-1\n");
    console.sign_in(&["--console"]).succeeded();
    let helper = console.env.path("helper");
    console.env.write("helper", crate::keychain::HELPER);
    std::fs::set_permissions(&helper, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run =
        |args: &[&str]| console.vestibule(args).env("VESTIBULE_KEYCHAIN_HELPER", &helper).run();
    let files = || run(&["cache", "list", "--json"]).succeeded().json();
    let listed = files();
    assert_eq!(listed[0]["kind"], "console login", "{listed}");
    assert_eq!(listed[0]["state"], "valid");
    let path = std::path::PathBuf::from(listed[0]["file"].as_str().unwrap());
    let text = std::fs::read_to_string(&path).unwrap();
    // No other tool could use a part of the file, so that a bridge has all of it in the keychain.
    for store in ["bridge", "sealed", "files", "sealed", "files"] {
        let migrate = || run(&["cache", "migrate", "--to", store]);
        let expected = if store == "files" { "files that all AWS tools share" } else { "keychain" };
        let ran = migrate();
        ran.succeeded();
        assert_eq!(path.exists(), store == "files", "{store}");
        if !ran.stderr.contains("no tokens to move") {
            ran.stderr_contains(&format!("{ARN}: the ")).stderr_contains(expected);
        }
        migrate().succeeded().stderr_contains(&format!("{ARN}: no tokens to move."));
        run(&["export-credentials"]).succeeded();
        run(&["status"]).succeeded();
        console.env.advance(MINUTE * 16);
        run(&["export-credentials"]).succeeded();
    }
    assert_ne!(std::fs::read_to_string(&path).unwrap(), text, "refreshed meanwhile");
    assert_eq!(files()[0]["state"], "valid");
    run(&["cache", "verify"]).succeeded();
    run(&["doctor"]);
    assert!(path.exists());
}
