#![expect(clippy::disallowed_methods, reason = "the program is run, and its file is read")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::server::over_tls;

fn start(arguments: &[&str]) -> (Child, Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vestibule-emulator"))
        .args(arguments)
        .arg("--until-eof")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

/// Closes its standard input, which ends it.
fn end(mut child: Child) {
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn it_says_where_it_is_and_ends_with_its_parent() {
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

#[test]
fn accounts_and_roles_are_as_many_as_asked_for() {
    let arguments =
        ["--accounts", "3", "--roles", "2", "--start-url", "https://a.awsapps.com/start"];
    let (child, ready) = start(&[&arguments[..], &["--region", "eu-west-1"]].concat());
    assert_eq!(ready["ca"], Value::Null);
    let http = ready["http"].as_str().unwrap().replace("http://", "");
    let mut stream = std::net::TcpStream::connect(http).unwrap();
    std::io::Write::write_all(
        &mut stream,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    )
    .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
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
fn what_it_cannot_do_it_says() {
    let failed = Command::new(env!("CARGO_BIN_EXE_vestibule-emulator"))
        .args(["--ca-file", "/nonexistent/ca.pem"])
        .output()
        .unwrap();
    assert_eq!(failed.status.code(), Some(1));
    assert!(failed.stdout.is_empty());
    let message = String::from_utf8(failed.stderr).unwrap();
    assert!(message.starts_with("error: ") && message.contains("/nonexistent/ca.pem"), "{message}");
}
