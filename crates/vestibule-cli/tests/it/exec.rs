//! A command with the credentials in its environment, which takes the program's place.

use std::process::Command;
use std::time::Duration;

use vestibule_emulator::Operation;

use crate::support::{Lab, Ran};

/// The command between signs that nothing but the shell reads.
fn exec(lab: &Lab, script: &str) -> Ran {
    lab.run(["exec", "--", "sh", "-c", script])
}

#[test]
fn nothing_else_in_the_environment_names_credentials() {
    let lab = Lab::signed_in();
    let stale = [
        "AWS_SECURITY_TOKEN",
        "SECRET_ACCESS_KEY",
        "AWS_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_ACCOUNT_ID",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_DEFAULT_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_BEARER_TOKEN_BEDROCK",
    ];
    let mut run = lab.vestibule(["exec", "--profile", "default", "--", "env"]);
    for name in stale {
        run = run.env(name, "stale");
    }
    let ran = run
        .env("AWS_PROFILE", "stale")
        .env("AWS_ACCESS_KEY_ID", "stale")
        .env("AWS_SECRET_ACCESS_KEY", "stale")
        .env("AWS_SESSION_TOKEN", "stale")
        .env("AWS_MAX_ATTEMPTS", "5")
        .run();
    let mut names: Vec<_> = ran
        .succeeded()
        .stdout
        .lines()
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| name.starts_with("AWS_") || *name == "SECRET_ACCESS_KEY")
        .map(|(name, value)| (name, !value.contains("stale")))
        .collect();
    names.sort_unstable();
    let expected = [
        "AWS_ACCESS_KEY_ID",
        "AWS_ACCOUNT_ID",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_MAX_ATTEMPTS",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ];
    assert_eq!(names, expected.map(|name| (name, true)));
}

#[test]
fn its_status_is_ours() {
    let lab = Lab::signed_in();
    exec(&lab, "exit 0").succeeded();
    exec(&lab, "exit 7").ended(7);
    assert_eq!(exec(&lab, "kill -TERM $$").code, None, "a signal ends both");
    let seen_by_shell = |command: &str| {
        let mut shell = Command::new("sh");
        let program = env!("CARGO_BIN_EXE_vestibule");
        shell.args(["-c", &format!("{program} exec -- {command} 2>&-; echo $?")]);
        lab.prepared(shell).run().succeeded().stdout.clone()
    };
    assert_eq!(seen_by_shell("sh -c 'kill -KILL $$'"), "137\n");
    assert_eq!(seen_by_shell("/etc"), "126\n");
    assert_eq!(seen_by_shell("/nowhere"), "127\n");
}

/// Whoever sends a signal, and to whom, and whatever the job control of a shell does: there is one
/// process, and it is the command.
#[test]
fn the_command_takes_our_place() {
    let lab = Lab::signed_in();
    let script = "trap 'echo stopped; exit 3' INT TERM; echo $$; while :; do sleep 0.1; done";
    for signal in ["INT", "TERM"] {
        let mut running = lab.vestibule(["exec", "--", "sh", "-c", script]).start();
        assert_eq!(running.line().unwrap().trim(), running.id().to_string());
        running.gets(signal);
        assert_eq!(running.line().unwrap(), "stopped\n");
        running.ends().ended(3);
    }
}

#[test]
fn the_terminal_is_the_commands() {
    let lab = Lab::signed_in();
    let mut terminal = Command::new("script");
    let program = env!("CARGO_BIN_EXE_vestibule");
    let inside = format!("{program} exec -- sh -c 'test -t 0 && test -t 1 && stty size && tty'");
    terminal.args(["-qec", &inside, "/dev/null"]);
    let ran = lab.prepared(terminal).run();
    assert!(ran.succeeded().stdout.contains("/dev/pts/"), "{ran:?}");
}

#[test]
fn what_ends_too_soon_is_refreshed_first() {
    let lab = Lab::signed_in();
    let calls = || lab.emulator.count(Operation::GetRoleCredentials);
    exec(&lab, ":").succeeded();
    exec(&lab, ":").succeeded();
    assert_eq!(calls(), 1);
    lab.pass(Duration::from_secs(20 * 60));
    lab.run(["exec", "--min-remaining", "30m", "--", "true"]).succeeded();
    assert_eq!(calls(), 1, "40 minutes are left");
    lab.run(["exec", "--min-remaining", "50m", "--", "true"]).succeeded();
    assert_eq!(calls(), 2);
}
