//! `--timeout`: a command waits at most this long for services, sign-in and other programs.

use std::time::{Duration, Instant};

use vestibule_emulator::{Fault, Operation};

use crate::support::TestEnv;

const HOUR: Duration = Duration::from_secs(3600);
/// Longer than any timeout here.
const LATENCY: Duration = Duration::from_secs(20);

#[test]
fn timeout_names_the_request_that_was_waited_for() {
    let env = TestEnv::signed_in();
    env.emulator.fail(Operation::GetRoleCredentials).always().with(Fault::Latency(LATENCY));
    let host = env.server.http();
    let host = host.trim_start_matches("http://");
    for command in [&["export-credentials"][..], &["serve"], &["exec", "--", "hostname"]] {
        let began = Instant::now();
        let ran = env.run([&["--timeout", "1s"], command].concat());
        assert!(began.elapsed() < LATENCY, "{:?}", began.elapsed());
        assert_eq!(
            ran.exits_with(1).stderr,
            format!(
                "error: Timed out after 1s (--timeout), waiting for GetRoleCredentials at {host}\n\
                 hint: vestibule doctor\n"
            )
        );
        assert_eq!(ran.stdout, "");
    }
    let error = env.run(["whoami", "--timeout", "1s", "--json"]).exits_with(1).json();
    assert_eq!(error["error"]["kind"], "unavailable");
    assert_eq!(error["error"]["remedy"], "vestibule doctor");
}

#[test]
fn timeout_of_a_sign_in_exits_with_4() {
    let env = TestEnv::new();
    let login = ["login", "--use-device-code", "--no-browser", "--timeout", "1s"];
    env.run(login)
        .exits_with(4)
        .stderr_contains("error: Timed out after 1s (--timeout): the sign-in was not approved\n")
        .stderr_contains("hint: set a longer --timeout, and approve the sign-in meanwhile\n");
    env.run(["login"]).succeeded();
}

#[test]
fn timeout_of_a_sign_in_without_network_names_the_failure() {
    let env = TestEnv::new();
    for flow in ["--use-device-code", "--use-pkce"] {
        // Nothing listens on the discard port.
        let ran = env
            .vestibule(["login", flow, "--no-browser", "--timeout", "1s"])
            .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
            .run();
        assert_eq!(
            ran.exits_with(1).stderr,
            "error: Timed out after 1s (--timeout), waiting for RegisterClient at 127.0.0.1:9\n  \
             could not connect to 127.0.0.1:9: connection refused\nhint: vestibule doctor\n"
        );
    }
}

#[test]
fn timeout_during_a_refresh_loses_no_session() {
    let env = TestEnv::signed_in();
    env.advance(HOUR);
    let latency = Duration::from_secs(3);
    env.emulator.fail(Operation::CreateToken).with(Fault::Latency(latency));
    let began = Instant::now();
    let ran = env.run(["export-credentials", "--timeout", "1s"]);
    // On Windows the process that refreshes inherits the output, whose end this test waits for.
    assert!(cfg!(windows) || began.elapsed() < latency, "{:?}", began.elapsed());
    ran.exits_with(1).stderr_contains("waiting for the refresh of the access token\n");
    env.run(["export-credentials"]).succeeded();
    assert_eq!(env.emulator.count(Operation::CreateToken), 2, "refreshed once");
    assert_eq!(env.pages_opened().len(), 1, "no second sign-in was needed");
}

#[cfg(unix)]
#[test]
fn timeout_kills_the_program_that_was_waited_for() {
    let env = TestEnv::new();
    let helper = "sh -c 'echo $$ > helper-id; exec sleep 60' helper";
    let id = env.path("helper-id");
    let helper = helper.replace("helper-id", &id.display().to_string());
    env.write(".aws/config", &format!("[default]\ncredential_process = {helper}\n"));
    let ran = env.run(["export-credentials", "--timeout", "1s"]);
    ran.exits_with(1)
        .stderr_contains("error: Timed out after 1s (--timeout), waiting for `sh`\n")
        .stderr_contains("hint: set a longer --timeout, or check why `sh` takes so long\n");
    let id = std::fs::read_to_string(id).unwrap();
    let is_gone = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.trim()));
        // Killed, and perhaps not yet reaped by its new parent.
        stat.map_or(true, |stat| stat.contains(") Z "))
    };
    let began = Instant::now();
    while !is_gone() {
        assert!(began.elapsed() < LATENCY, "{id} still runs");
        std::thread::yield_now();
    }
}

#[cfg(unix)]
#[test]
fn timeout_does_not_end_the_command_of_exec_and_serve() {
    let env = TestEnv::signed_in();
    for command in ["exec", "serve"] {
        let began = Instant::now();
        let sleep = [command, "--timeout", "1s", "--", "sleep", "2"];
        env.run(sleep).succeeded();
        assert!(Duration::from_secs(2) <= began.elapsed());
    }
}

#[test]
fn timeout_of_zero_is_no_limit() {
    let env = TestEnv::signed_in();
    env.run(["export-credentials", "--timeout", "0"]).succeeded();
    env.run(["export-credentials", "--timeout", "soon"])
        .exits_with(2)
        .stderr_contains("`soon` is not a duration; write `90s`, `15m`, `1h30m` or `2d`");
}
