//! `exec`: a command with the credentials in its environment.

use std::process::Command;
use std::time::Duration;

use vestibule_emulator::Operation;

use crate::support::{Output, TestEnv};

/// Runs a shell script by `exec`.
fn exec(env: &TestEnv, script: &str) -> Output {
    env.run(["exec", "--", "sh", "-c", script])
}

#[test]
fn exec_environment_names_no_other_credentials() {
    let env = TestEnv::signed_in();
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
    let mut run = env.vestibule(["exec", "--profile", "default", "--", "env"]);
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
fn exec_exits_with_the_status_of_the_command() {
    let env = TestEnv::signed_in();
    exec(&env, "exit 0").succeeded();
    exec(&env, "exit 7").exits_with(7);
    assert_eq!(exec(&env, "kill -TERM $$").code, None, "a signal ends both");
    let seen_by_shell = |command: &str| {
        let mut shell = Command::new("sh");
        let program = env!("CARGO_BIN_EXE_vestibule");
        shell.args(["-c", &format!("{program} exec -- {command} 2>&-; echo $?")]);
        env.prepared(shell).run().succeeded().stdout.clone()
    };
    assert_eq!(seen_by_shell("sh -c 'kill -KILL $$'"), "137\n");
    assert_eq!(seen_by_shell("/etc"), "126\n");
    assert_eq!(seen_by_shell("/nowhere"), "127\n");
}

/// Signals and job control work as without `exec`, because there is only one process.
#[test]
fn exec_replaces_its_own_process() {
    let env = TestEnv::signed_in();
    let script = "trap 'echo stopped; exit 3' INT TERM; echo $$; while :; do sleep 0.1; done";
    for signal in ["INT", "TERM"] {
        let mut running = env.vestibule(["exec", "--", "sh", "-c", script]).start();
        assert_eq!(running.line().unwrap().trim(), running.id().to_string());
        running.signal(signal);
        assert_eq!(running.line().unwrap(), "stopped\n");
        running.wait().exits_with(3);
    }
}

#[test]
fn exec_passes_the_terminal_on() {
    let env = TestEnv::signed_in();
    let mut terminal = Command::new("script");
    let program = env!("CARGO_BIN_EXE_vestibule");
    let inside = format!("{program} exec -- sh -c 'test -t 0 && test -t 1 && stty size && tty'");
    terminal.args(["-qec", &inside, "/dev/null"]);
    let ran = env.prepared(terminal).run();
    assert!(ran.succeeded().stdout.contains("/dev/pts/"), "{ran:?}");
}

#[test]
fn exec_min_remaining_refreshes_credentials_that_expire_sooner() {
    let env = TestEnv::signed_in();
    let calls = || env.emulator.count(Operation::GetRoleCredentials);
    exec(&env, ":").succeeded();
    exec(&env, ":").succeeded();
    assert_eq!(calls(), 1);
    env.advance(Duration::from_secs(20 * 60));
    env.run(["exec", "--min-remaining", "30m", "--", "true"]).succeeded();
    assert_eq!(calls(), 1, "40 minutes are left");
    env.run(["exec", "--min-remaining", "50m", "--", "true"]).succeeded();
    assert_eq!(calls(), 2);
}
