//! `exec`: a command with the credentials in its environment.

#[cfg(unix)]
use std::process::Command;
use std::time::Duration;

use vestibule_emulator::Operation;

#[cfg(unix)]
use crate::support::Output;
#[cfg(unix)]
use crate::support::in_terminal;
use crate::support::{TestEnv, command};

/// Runs a shell script by `exec`.
#[cfg(unix)]
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
    let words = command::words();
    let args = ["exec", "--profile", "default", "--"];
    let mut run = env.vestibule(args.into_iter().chain(words.iter().map(String::as_str)));
    for name in stale {
        run = run.env(name, "stale");
    }
    let ran = run
        .env("AWS_PROFILE", "stale")
        .env("AWS_ACCESS_KEY_ID", "stale")
        .env("AWS_SECRET_ACCESS_KEY", "stale")
        .env("AWS_SESSION_TOKEN", "stale")
        .env("AWS_MAX_ATTEMPTS", "5")
        .env(command::print_environment().0, command::print_environment().1)
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

#[cfg(unix)]
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

/// As for any program: 141 is 128 and SIGPIPE.
#[cfg(unix)]
#[test]
fn exec_in_a_pipeline_whose_reader_exits_ends_by_the_signal() {
    let env = TestEnv::signed_in();
    let program = env!("CARGO_BIN_EXE_vestibule");
    let status = |line: &str| {
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("{line} | head -1 >/dev/null; echo \"${{PIPESTATUS[0]}}\"")]);
        let ran = env.prepared(shell).run();
        assert!(!ran.stderr.contains("vestibule") && !ran.stderr.contains("error:"), "{ran:?}");
        ran.succeeded().stdout.clone()
    };
    assert_eq!(status("yes"), "141\n");
    assert_eq!(status(&format!("{program} exec -- yes")), "141\n");
    assert_eq!(status(&format!("{program} serve -- yes")), "141\n");
    assert_eq!(status(&format!("(echo yes | SHELL=/bin/sh {program} exec)")), "141\n");
    // Of our own commands a closed pipe is no failure.
    assert_eq!(status(&format!("{program} explain")), "0\n");
}

/// `npm`, `cdk`, `sam` and `az` are such files.
#[cfg(windows)]
#[test]
fn exec_finds_a_batch_file_by_its_name_alone() {
    let env = TestEnv::signed_in();
    env.write("bin/tool.cmd", "@echo off\r\necho key %AWS_ACCESS_KEY_ID% %1\r\nexit /b 3\r\n");
    let path = format!("{};{}", env.path("bin").display(), std::env::var("PATH").unwrap());
    let run = env.vestibule(["exec", "--", "tool", "a b"]).env("PATH", path).run();
    let stdout = run.exits_with(3).stdout.clone();
    assert!(stdout.starts_with("key ASIA") && stdout.contains("a b"), "{stdout}");
    env.run(["exec", "--", "no-such-tool"]).exits_with(127);
}

/// Names of variables have no case there.
#[cfg(windows)]
#[test]
fn exec_removes_variables_in_another_case() {
    let env = TestEnv::signed_in();
    let words = command::words();
    let args = ["exec", "--profile", "default", "--"];
    let run = env.vestibule(args.into_iter().chain(words.iter().map(String::as_str)));
    let (name, value) = command::print_environment();
    let ran = run.env("aws_profile", "stale").env(name, value).run();
    assert!(!ran.succeeded().stdout.contains("stale"), "{ran:?}");
}

#[test]
fn exec_exits_with_the_status_of_a_program() {
    let env = TestEnv::signed_in();
    let run = |status: i32| {
        let (name, value) = command::exit_with(status);
        let words = command::words();
        let args = ["exec", "--"].into_iter().chain(words.iter().map(String::as_str));
        env.vestibule(args).env(name, value).run()
    };
    run(0).succeeded();
    run(7).exits_with(7);
}

/// Signals and job control work as without `exec`, because there is only one process.
#[cfg(unix)]
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

#[cfg(unix)]
#[test]
fn exec_passes_the_terminal_on() {
    let env = TestEnv::signed_in();
    let program = env!("CARGO_BIN_EXE_vestibule");
    let inside = format!("{program} exec -- sh -c 'test -t 0 && test -t 1 && stty size && tty'");
    let ran = env.prepared(in_terminal(&inside)).run();
    assert!(ran.succeeded().stdout.contains("/dev/"), "{ran:?}");
}

#[test]
fn exec_min_remaining_refreshes_credentials_that_expire_sooner() {
    let env = TestEnv::signed_in();
    let calls = || env.emulator.count(Operation::GetRoleCredentials);
    env.run(["exec", "--", "hostname"]).succeeded();
    env.run(["exec", "--", "hostname"]).succeeded();
    assert_eq!(calls(), 1);
    env.advance(Duration::from_secs(20 * 60));
    env.run(["exec", "--min-remaining", "30m", "--", "hostname"]).succeeded();
    assert_eq!(calls(), 1, "40 minutes are left");
    env.run(["exec", "--min-remaining", "50m", "--", "hostname"]).succeeded();
    assert_eq!(calls(), 2);
}
