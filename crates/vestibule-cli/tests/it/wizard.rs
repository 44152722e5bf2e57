//! The wizard, in a terminal that `script` creates.

use std::fs;

use vestibule_emulator::Emulator;

use crate::support::{CONFIG, TestEnv, in_terminal};

fn config(env: &TestEnv) -> String {
    fs::read_to_string(env.path(".aws/config")).unwrap()
}

/// Ctrl-C at a prompt, and while the sign-in waits.
#[test]
fn configure_sso_cancelled_shows_the_command_that_goes_on() {
    let env = TestEnv::new();
    env.write(".aws/config", "# mine\n");
    let start = |options: &str| {
        let line = format!("{} configure sso {options}", env!("CARGO_BIN_EXE_vestibule"));
        let terminal = env.prepared(in_terminal(&line)).env("TERM", "xterm").env("NO_COLOR", "1");
        terminal.with_keyboard().start()
    };
    let command = "vestibule configure sso --session-name corp --start-url \
                   https://provided-domain.awsapps.com/start";
    let mut wizard = start("--session-name corp");
    wizard.type_line("https://provided-domain.awsapps.com/start");
    while !wizard.line().unwrap().contains("SSO region:") {}
    wizard.type_line("\u{3}");
    let ran = wizard.wait();
    assert!(ran.exits_with(130).stdout.contains("error: Cancelled\r\n"), "{ran:?}");
    assert!(ran.stdout.contains("nothing was written to ~/.aws/config\r\n"), "{ran:?}");
    assert!(ran.stdout.contains(&format!("hint: {command}\r\n")), "{ran:?}");

    let url = "--start-url https://provided-domain.awsapps.com/start --sso-region us-east-1";
    let mut wizard = start(&format!(
        "--session-name corp {url} --registration-scopes sso:account:access --use-device-code \
         --no-browser"
    ));
    while !wizard.line().unwrap().contains("code: ") {}
    wizard.type_line("\u{3}");
    let ran = wizard.wait();
    ran.exits_with(130);
    let continued =
        format!("hint: {command} --sso-region us-east-1 --registration-scopes sso:account:access");
    let cancelled = "error: Cancelled\r\n  nothing was written to ~/.aws/config\r\n";
    assert!(ran.stdout.contains(cancelled), "{ran:?}");
    assert!(ran.stdout.contains(&continued), "{ran:?}");
    assert_eq!(config(&env), "# mine\n");
}

#[test]
fn configure_sso_cancelled_after_the_sign_in_keeps_the_session() {
    let emulator = Emulator::builder().account("111122223333", "beta").role("111122223333", "One");
    let env = TestEnv::with_emulator(emulator.role("111122223333", "Two"));
    env.write(".aws/config", "# mine\n");
    let url = "--start-url https://provided-domain.awsapps.com/start --sso-region us-east-1";
    let line = format!(
        "{} configure sso --session-name corp {url} --registration-scopes sso:account:access \
         --account-id 111122223333",
        env!("CARGO_BIN_EXE_vestibule")
    );
    let terminal = env.prepared(in_terminal(&line)).env("TERM", "xterm").env("NO_COLOR", "1");
    let mut wizard = terminal.with_keyboard().start();
    while !wizard.line().unwrap().contains("Role:") {}
    wizard.type_line("\u{3}");
    let ran = wizard.wait();
    ran.exits_with(130);
    let saved = "you are signed in, and SSO session `corp` was saved to ~/.aws/config;";
    assert!(ran.stdout.contains(saved), "{ran:?}");
    let config = config(&env);
    assert!(config.starts_with("# mine\n\n[sso-session corp]\nsso_start_url = "), "{config}");
    assert!(!config.contains("[profile"), "{config}");
    env.run(["status", "--sso-session", "corp"]).succeeded();
}

#[test]
fn configure_sso_of_an_account_without_roles_keeps_its_hint() {
    let emulator = Emulator::builder().account("111122223333", "beta");
    let env = TestEnv::with_emulator(emulator.role("000000000042", "Reader"));
    env.run(["login"]).succeeded();
    let line = "configure sso --session-name my-sso --account-id 111122223333 --profile new";
    let wizard = in_terminal(&format!("{} {line}", env!("CARGO_BIN_EXE_vestibule")));
    let ran = env.prepared(wizard).env("TERM", "xterm").env("NO_COLOR", "1").run();
    let hint = "hint: ask the administrator of IAM Identity Center for access\r\n";
    assert!(ran.exits_with(1).stdout.contains(hint), "{ran:?}");
}

#[test]
fn configure_sso_with_a_revoked_session_signs_in_again() {
    let env = TestEnv::new();
    env.run(["login"]).succeeded();
    env.emulator.revoke_sessions();
    let line =
        "configure sso --session-name my-sso --profile new --region us-east-1 --output-format json";
    let wizard = in_terminal(&format!("{} {line}", env!("CARGO_BIN_EXE_vestibule")));
    let ran = env.prepared(wizard).env("TERM", "xterm").env("NO_COLOR", "1").run();
    assert!(ran.succeeded().stdout.contains("Signed in to "), "{ran:?}");
    env.run(["whoami", "--profile", "new"]).succeeded();
}

#[test]
fn configure_sso_with_a_declined_overwrite_asks_for_another_name() {
    let env = TestEnv::with_emulator(Emulator::builder().role("000000000042", "Reader"));
    let taken = "[profile taken]\nsso_account_id = 111122223333\nsso_role_name = Dev\n";
    env.write(".aws/config", &format!("{CONFIG}{taken}"));
    env.run(["login"]).succeeded();
    let line = "configure sso --session-name my-sso --region us-east-1 --output-format json";
    let wizard = in_terminal(&format!("{} {line}", env!("CARGO_BIN_EXE_vestibule")));
    let mut wizard = env.prepared(wizard).env("TERM", "xterm").with_keyboard().start();
    for answer in ["taken", "maybe", "n", "other"] {
        wizard.type_line(answer);
    }
    let ran = wizard.wait();
    assert!(ran.succeeded().stdout.contains("answer y or n"), "{ran:?}");
    assert!(ran.stdout.contains("Saved profile other to"), "{ran:?}");
    assert!(config(&env).contains(taken));
}

#[test]
fn login_with_a_new_start_url_starts_the_wizard_with_it() {
    let env = TestEnv::new();
    let url = "https://other.awsapps.com/start";
    let login = in_terminal(&format!("{} login {url}", env!("CARGO_BIN_EXE_vestibule")));
    let login = env.prepared(login).env("TERM", "xterm").env("NO_COLOR", "1");
    let mut login = login.with_keyboard().start();
    while !login.line().unwrap().contains("SSO session name:") {}
    login.type_line("\u{3}");
    let ran = login.wait();
    let hint = format!("hint: vestibule configure sso --start-url {url}\r\n");
    assert!(ran.exits_with(130).stdout.contains(&hint), "{ran:?}");
    assert_eq!(config(&env), CONFIG);
}

/// The wizard on a terminal: invalid answers are rejected, and the next command works.
#[test]
fn configure_sso_on_a_terminal_validates_and_saves_a_default_profile() {
    let env = TestEnv::new();
    env.write(".aws/config", "");
    let terminal = in_terminal(&format!("{} configure sso", env!("CARGO_BIN_EXE_vestibule")));
    let mut wizard = env.prepared(terminal).env("TERM", "xterm").with_keyboard().start();
    for answer in [
        "https://provided-domain.awsapps.com/start",
        "corp",
        "provided-domain.awsapps.com/#/",
        "us-esat-1",
        "us-east-1",
        "",
        "",
        "",
        "",
    ] {
        wizard.type_line(answer);
    }
    let shown = wizard.wait();
    assert!(shown.succeeded().stdout.contains("You need the start URL"), "{shown:?}");
    assert!(shown.stdout.contains("is a URL: choose a name"), "{shown:?}");
    assert!(shown.stdout.contains("`us-esat-1` is not a region"), "{shown:?}");
    assert!(shown.stdout.contains("Saved profile default to ~/.aws/config."), "{shown:?}");
    let config = config(&env);
    assert!(
        config.contains("sso_start_url = https://provided-domain.awsapps.com/start\n"),
        "{config}"
    );
    assert!(config.contains("[default]") && config.contains("\nregion = us-east-1\n"), "{config}");
    env.run(["whoami"]).succeeded();
}
