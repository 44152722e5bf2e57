//! What is waited for is shown on a terminal, which `script` creates.

use std::time::Duration;

use vestibule_emulator::{Fault, Operation};

use crate::support::{TestEnv, in_terminal};

#[test]
fn ctrl_c_while_waiting_clears_the_line_and_reports_the_cancellation() {
    let env = TestEnv::new();
    for (command, shown) in [
        ("login --use-device-code --no-browser", "code: "),
        ("login --use-pkce --no-browser", "paste the URL"),
    ] {
        let line = format!("{} {command}", env!("CARGO_BIN_EXE_vestibule"));
        let terminal = env.prepared(in_terminal(&line)).env("TERM", "xterm").with_keyboard();
        let mut login = terminal.start();
        while !login.line().unwrap().contains(shown) {}
        login.type_line("\u{3}");
        let ran = login.wait();
        let cancelled = "\r\u{1b}[2Kerror: Cancelled";
        assert!(ran.exits_with(130).stdout.trim_end().ends_with(cancelled), "{ran:?}");
    }
}

#[test]
fn sign_in_without_network_shows_that_it_waits_for_the_service() {
    let env = TestEnv::new();
    let command = "login --use-device-code --no-browser --timeout 2s";
    let terminal = in_terminal(&format!("{} {command}", env!("CARGO_BIN_EXE_vestibule")));
    // Nothing listens on the discard port.
    let endpoint = "http://127.0.0.1:9";
    let ran = env.prepared(terminal).env("TERM", "xterm").env("AWS_ENDPOINT_URL", endpoint).run();
    assert!(ran.exits_with(1).stdout.contains("Waiting for the sign-in service ("), "{ran:?}");
    assert!(!ran.stdout.contains("approval"), "{ran:?}");
    assert!(ran.stdout.contains("; attempt 1 failed: connection refused"), "{ran:?}");
}

#[test]
fn requests_of_roles_show_what_is_waited_for() {
    let env = TestEnv::signed_in();
    let config = format!(
        "{}[profile role]\nrole_arn = arn:aws:iam::111122223333:role/Deploy\n\
         source_profile = default\n",
        crate::support::CONFIG
    );
    env.write(".aws/config", &config);
    let run = |command: &str| {
        let line = format!("{} {command}", env!("CARGO_BIN_EXE_vestibule"));
        env.prepared(in_terminal(&line)).env("TERM", "xterm").run()
    };
    let latency = Duration::from_millis(1_500);
    for (operation, command) in [
        (Operation::GetRoleCredentials, "whoami"),
        (Operation::AssumeRole, "whoami --profile role --region us-east-1"),
        (Operation::ListAccounts, "list-accounts"),
    ] {
        env.emulator.fail(operation).with(Fault::Latency(latency));
        let ran = run(command);
        let shown = format!("Waiting for {operation} at 127.0.0.1:");
        // The role may not be assumed, which takes a request too.
        assert!(ran.stdout.contains(&shown), "{shown}: {ran:?}");
        assert!(ran.stdout.contains("(1s)"), "{ran:?}");
        let quick = run(command);
        assert!(!quick.stdout.contains("Waiting for"), "{quick:?}");
    }
}
