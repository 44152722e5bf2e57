//! A command for `exec` and `serve` on every platform: this test binary, started again.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// Variable that says what the command does.
const VARIABLE: &str = "TEST_COMMAND";

/// Returns the words that start the command.
pub(crate) fn words() -> [String; 2] {
    [std::env::current_exe().unwrap().display().to_string(), "helper_command".into()]
}

/// Returns the variable that makes the command print its environment.
pub(crate) fn print_environment() -> (&'static str, String) {
    (VARIABLE, "env".into())
}

/// Returns the variable that makes the command send its arguments and its environment to a loopback
/// port.
pub(crate) fn report_to(listener: &TcpListener) -> (&'static str, String) {
    (VARIABLE, listener.local_addr().unwrap().to_string())
}

/// Returns what the next command of [`report_to`] sends.
pub(crate) fn next_report(listener: &TcpListener) -> String {
    let mut report = String::new();
    listener.accept().unwrap().0.read_to_string(&mut report).unwrap();
    report
}

/// Returns the variable that makes the command exit with a status.
pub(crate) fn exit_with(status: i32) -> (&'static str, String) {
    (VARIABLE, status.to_string())
}

/// Returns the variable that makes the command print `ready`, wait for Ctrl-C, print `stopped`, and
/// exit with 3.
#[cfg(windows)]
pub(crate) fn wait_for_ctrl_c() -> (&'static str, String) {
    (VARIABLE, "wait".into())
}

/// Returns the variable that makes the command connect to a loopback port and wait until it is killed or
/// the connection is closed.
pub(crate) fn connect_to(listener: &TcpListener) -> (&'static str, String) {
    (VARIABLE, format!("connect {}", listener.local_addr().unwrap()))
}

#[cfg(windows)]
fn wait() -> ! {
    let mut events = tokio::signal::windows::ctrl_c().unwrap();
    writeln!(io::stdout(), "ready").unwrap();
    vestibule::world::block_on(events.recv());
    writeln!(io::stdout(), "stopped").unwrap();
    std::process::exit(3)
}

/// The command. As a test it does nothing.
#[test]
fn helper_command() {
    match std::env::var(VARIABLE).as_deref() {
        Ok("env") => {
            for (name, value) in std::env::vars() {
                writeln!(io::stdout(), "{name}={value}").unwrap();
            }
        }
        #[cfg(windows)]
        Ok("wait") => wait(),
        Ok(words) if words.starts_with("connect ") => {
            let mut stream = TcpStream::connect(&words["connect ".len()..]).unwrap();
            let _ = stream.read(&mut [0]);
        }
        Ok(address) if address.contains(':') => {
            let mut stream = TcpStream::connect(address).unwrap();
            let args: Vec<_> = std::env::args().skip(1).collect();
            writeln!(stream, "{args:?}").unwrap();
            for (name, value) in std::env::vars() {
                writeln!(stream, "{name}={value}").unwrap();
            }
        }
        Ok(status) => std::process::exit(status.parse().unwrap()),
        Err(_) => {}
    }
}
