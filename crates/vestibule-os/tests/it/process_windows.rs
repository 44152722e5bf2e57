//! Commands of `cmd.exe`.

use std::io::{ErrorKind, Read as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use vestibule_os::{Limits, Shell, run_command, set_own_process_group};
use vestibule_types::Secret;
use vestibule_world::{Command, Either, Processes as _, block_on, race};

/// Variable with the address that [`helper_connection`] connects to.
const ADDRESS: &str = "TEST_ADDRESS";

fn command(line: &str) -> Command {
    Command::shell(Secret::new(line))
}

/// The name of [`helper_connection`].
const HELPER: &str = "process_windows::helper_connection";

/// Returns a command whose grandchild, which is this test binary again, connects to the listener
/// and waits.
fn connecting_command(listener: &TcpListener) -> Command {
    let binary = std::env::current_exe().unwrap();
    let mut command = command(&format!("\"{}\" --exact {HELPER}", binary.display()));
    command.vars.push((ADDRESS.into(), listener.local_addr().unwrap().to_string()));
    command
}

/// Waits until the process at the other end of a connection is gone.
fn assert_closed(mut connection: TcpStream) {
    // A killed process may reset it.
    if let Ok(length) = connection.read(&mut [0]) {
        assert_eq!(length, 0);
    }
}

/// A program that connects, and waits until it is killed. As a test it does nothing.
#[test]
fn helper_connection() {
    if let Ok(address) = std::env::var(ADDRESS) {
        let mut connection = TcpStream::connect(address).unwrap();
        let _ = connection.read(&mut [0]);
    }
}

#[test]
fn finished_command_returns_status_and_output() {
    let line = "echo out& echo err>&2& exit 3";
    let finished = block_on(Shell::default().run(&command(line))).unwrap();
    assert_eq!((&finished.stdout[..], &finished.stderr[..]), (&b"out\r\n"[..], "err"));
    assert_eq!(finished.code, Some(3));
    let mut with_variable = command("echo %CHAIN%");
    with_variable.vars.push(("CHAIN".into(), "dev".into()));
    assert_eq!(&block_on(Shell::default().run(&with_variable)).unwrap().stdout[..], b"dev\r\n");
}

#[test]
fn timeout_kills_what_the_command_started() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = connecting_command(&listener);
    command.timeout = Duration::from_secs(5);
    assert_eq!(block_on(Shell::default().run(&command)).unwrap_err().kind(), ErrorKind::TimedOut);
    assert_closed(listener.accept().unwrap().0);
}

#[test]
fn program_over_its_time_limit_is_killed_with_its_children() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = std::process::Command::new("cmd.exe");
    command.arg("/C").arg(std::env::current_exe().unwrap()).args(["--exact", HELPER]);
    command.env(ADDRESS, listener.local_addr().unwrap().to_string());
    set_own_process_group(&mut command);
    let limits = Limits { timeout: Duration::from_secs(5), output: 0 };
    let error = run_command(command, b"", limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_closed(listener.accept().unwrap().0);
}

#[tokio::test]
async fn dropped_future_kills_what_the_command_started() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let command = connecting_command(&listener);
    let accepted = tokio::task::spawn_blocking(move || listener.accept().unwrap());
    let Either::Second(accepted) = race(Shell::default().run(&command), accepted).await else {
        unreachable!()
    };
    assert_closed(accepted.unwrap().0);
}
