#![expect(clippy::disallowed_methods, reason = "the program is run, and its file is read")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::server::{connect, exchange, over_tls};

fn start(arguments: &[&str]) -> (Child, Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vestibule-emulator"))
        .args(arguments)
        .arg("--until-eof")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

/// Closes standard input, which stops the program, and returns its stderr.
fn end(mut child: Child) -> String {
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn program_prints_its_addresses_and_exits_with_its_parent() {
    let ca = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ca.pem");
    let (child, ready) = start(&["--ca-file", ca.to_str().unwrap()]);
    assert!(ready["http"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert_eq!(ready["ca"], ca.to_str().unwrap());
    let ca_pem = std::fs::read_to_string(&ca).unwrap();
    let head = "GET / HTTP/1.1\r\nHost: localhost";
    let page = over_tls(ready["https"].as_str().unwrap(), &ca_pem, "localhost", head);
    assert!(page.contains("https://provided-domain.awsapps.com/start"), "{page}");
    end(child);
}

/// In a container the program is the first process, for which these signals have no default action.
#[cfg(unix)]
#[test]
fn program_exits_after_ctrl_c_or_sigterm() {
    for signal in ["-INT", "-TERM"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vestibule-emulator"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut String::new()).unwrap();
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn violation_is_printed_on_stderr() {
    let (child, ready) = start(&[]);
    get(&ready, "/token");
    get(&ready, "/favicon.ico");
    assert_eq!(end(child), "violation: GET /token: CreateToken has the method POST, not GET\n");
}

#[test]
fn accounts_and_roles_options_set_their_number() {
    let arguments =
        ["--accounts", "3", "--roles", "2", "--start-url", "https://a.awsapps.com/start"];
    let (child, ready) = start(&[&arguments[..], &["--region", "eu-west-1"]].concat());
    assert_eq!(ready["ca"], Value::Null);
    let page = get(&ready, "/");
    for part in [
        "<dt>Accounts</dt><dd>3</dd>",
        "<dt>Roles</dt><dd>6</dd>",
        "https://a.awsapps.com/start<",
        "eu-west-1",
    ] {
        assert!(page.contains(part), "{page}");
    }
    end(child);
}

#[test]
fn config_option_reads_a_toml_file() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emulator.toml");
    let text = r#"
        users = ["ann"]
        faults = ["fail RegisterClient with 503"]
        [[account]]
        id = "000000000042"
        [[session]]
        user = "ann"
        access-token = "token-of-ann"
        [clock]
        start = "2030-01-01T00:00:00Z"
        stands-still = true
    "#;
    std::fs::write(&file, text).unwrap();
    let (child, ready) = start(&["--config", file.to_str().unwrap()]);
    let page = get(&ready, "/");
    for part in ["<dd>ann</dd>", "<td>ann</td>", "<dt>Accounts</dt><dd>1</dd>"] {
        assert!(page.contains(part), "{page}");
    }
    assert!(get(&ready, "/emulator/time").contains("2030-01-01T00:00:00Z"));
    end(child);
}

fn get(ready: &Value, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost");
    exchange(&mut connect(ready["http"].as_str().unwrap()), &head, "")
}

#[track_caller]
fn fails(arguments: &[&str], expected: &str) {
    let failed =
        Command::new(env!("CARGO_BIN_EXE_vestibule-emulator")).args(arguments).output().unwrap();
    assert_eq!(failed.status.code(), Some(1));
    assert!(failed.stdout.is_empty());
    let message = String::from_utf8(failed.stderr).unwrap();
    assert!(message.starts_with("error: ") && message.contains(expected), "{message}");
}

#[test]
fn invalid_argument_or_file_is_an_error() {
    fails(&["--ca-file", "/nonexistent/ca.pem"], "/nonexistent/ca.pem: ");
    fails(&["--config", "/nonexistent/emulator.toml"], "/nonexistent/emulator.toml: ");
    fails(
        &["--fault", "fail Logout with slowdown"],
        "`slowdown` is not a fault; did you mean `slow_down`?",
    );
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wrong.toml");
    std::fs::write(&file, "users = []\nregion = 'us east'\n").unwrap();
    let place = format!("{}:2:10: `us east` is not a region; write one as", file.display());
    fails(&["--config", file.to_str().unwrap()], &place);
}
