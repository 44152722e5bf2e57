//! Commands of `cmd.exe`.

use std::io::{ErrorKind, Read as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use vestibule_os::{Limits, Shell, Terminal, run_command};
use vestibule_types::Secret;
use vestibule_world::{Command, Either, Finished, Processes as _, block_on, race};

/// Variable with the address that [`helper_connection`] connects to.
const ADDRESS: &str = "TEST_ADDRESS";

/// Longer than programs take to start under Wine, which is the time that a test with it takes.
const TIMEOUT: Duration = Duration::from_secs(5);

fn command(line: &str) -> Command {
    Command::shell(Secret::new(line))
}

/// The name of [`helper_connection`].
const HELPER: &str = "process_windows::helper_connection";

/// The name of [`process_with_a_command`].
const HOST: &str = "process_windows::process_with_a_command";

/// Returns the command line of this test binary for one test.
fn this_binary(test: &str) -> String {
    format!("\"{}\" --exact {test}", std::env::current_exe().unwrap().display())
}

/// Returns a command whose processes connect to the listener and wait.
fn connecting_command(line: &str, listener: &TcpListener) -> Command {
    let mut command = command(line);
    command.vars.push((ADDRESS.into(), listener.local_addr().unwrap().to_string()));
    command.timeout = TIMEOUT;
    command
}

fn accept(listener: &TcpListener) -> TcpStream {
    listener.accept().unwrap().0
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

/// A program that waits for a helper. As a test it does nothing.
#[test]
fn process_with_a_command() {
    if std::env::var_os(ADDRESS).is_some() {
        let mut command = command(&this_binary(HELPER));
        command.timeout = Duration::MAX;
        let _ = block_on(Shell::default().run(&command));
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
    let command = connecting_command(&this_binary(HELPER), &listener);
    assert_eq!(block_on(Shell::default().run(&command)).unwrap_err().kind(), ErrorKind::TimedOut);
    assert_closed(accept(&listener));
}

#[test]
fn timeout_kills_a_process_whose_parent_has_exited() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let helper = this_binary(HELPER);
    // The shell between starts one in the background and exits.
    let line = format!("cmd /C \"start /B \"\" {helper}\" & {helper}");
    let command = connecting_command(&line, &listener);
    assert_eq!(block_on(Shell::default().run(&command)).unwrap_err().kind(), ErrorKind::TimedOut);
    assert_closed(accept(&listener));
    assert_closed(accept(&listener));
}

#[test]
fn killed_process_takes_its_command_with_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut host = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", HOST])
        .env(ADDRESS, listener.local_addr().unwrap().to_string())
        .spawn()
        .unwrap();
    let connection = accept(&listener);
    host.kill().unwrap();
    assert_closed(connection);
    host.wait().unwrap();
}

#[test]
fn program_over_its_time_limit_is_killed_with_its_children() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = std::process::Command::new("cmd.exe");
    command.arg("/C").arg(std::env::current_exe().unwrap()).args(["--exact", HELPER]);
    command.env(ADDRESS, listener.local_addr().unwrap().to_string());
    let limits = Limits { timeout: TIMEOUT, output: 0 };
    let error = run_command(command, Terminal::None, b"", limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_closed(accept(&listener));
}

#[test]
fn batch_file_gets_each_argument_and_changed_variables() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("my hook.cmd");
    std::fs::write(&script, "@echo %1 %2 [%CHAIN%] [%TEST_REMOVED%]\r\n").unwrap();
    let mut command = std::process::Command::new(script);
    command.args(["a b", "c&d"]).env("CHAIN", "dev").env_remove("TEST_REMOVED");
    let limits = Limits { timeout: Duration::from_secs(60), output: 1 << 10 };
    let Finished { code, stdout, .. } = run_command(command, Terminal::None, b"", limits).unwrap();
    assert_eq!((code, &stdout[..]), (Some(0), &b"\"a b\" \"c&d\" [dev] []\r\n"[..]));
}

#[tokio::test]
async fn dropped_future_kills_what_the_command_started() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = connecting_command(&this_binary(HELPER), &listener);
    command.timeout = Duration::MAX;
    let accepted = tokio::task::spawn_blocking(move || accept(&listener));
    let Either::Second(accepted) = race(Shell::default().run(&command), accepted).await else {
        unreachable!()
    };
    assert_closed(accepted.unwrap());
}
