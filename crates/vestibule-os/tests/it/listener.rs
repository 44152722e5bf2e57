use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;

use vestibule_os::Loopback;
use vestibule_world::{Callbacks, Listener, block_on};

/// Sends a request and returns the whole response.
fn exchange(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

fn get(port: u16, target: &str) -> String {
    exchange(port, &format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"))
}

fn open() -> Box<dyn Callbacks> {
    Loopback.bind(0).unwrap()
}

#[test]
fn redirect_becomes_a_callback_with_a_page() {
    let mut callbacks = open();
    let port = callbacks.port();
    let browser = thread::spawn(move || get(port, "/oauth/callback?code=c&state=s"));
    let callback = block_on(callbacks.next()).unwrap();
    assert_eq!(callback.target.expose(), "/oauth/callback?code=c&state=s");
    callback.respond("<!doctype html><p>Grüße");
    let response = browser.join().unwrap();
    let (head, page) = response.split_once("\r\n\r\n").unwrap();
    assert_eq!(page, "<!doctype html><p>Grüße");
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("HTTP/1.1 200 OK"));
    for header in [
        "Content-Type: text/html; charset=utf-8",
        "Content-Length: 25",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Connection: close",
    ] {
        assert!(head.lines().any(|line| line == header), "{header}\n{head}");
    }
    assert!(head.contains("Content-Security-Policy: default-src 'none';"));
}

#[tokio::test]
async fn listener_works_under_tokio() {
    let mut callbacks = open();
    let port = callbacks.port();
    let browser = thread::spawn(move || get(port, "/oauth/callback?error=access_denied"));
    callbacks.next().await.unwrap().respond("");
    browser.join().unwrap();
}

#[track_caller]
fn check(request: &str, expected: &str) {
    let callbacks = open();
    let request = request.replace("HOST", &format!("Host: 127.0.0.1:{}", callbacks.port()));
    let response = exchange(callbacks.port(), &request);
    assert_eq!(response.lines().next(), Some(&*format!("HTTP/1.1 {expected}")), "{request}");
}

#[test]
fn other_requests_are_rejected_at_once() {
    check("GET /favicon.ico HTTP/1.1\r\nHOST\r\n\r\n", "404 Not Found");
    check(
        "POST /oauth/callback HTTP/1.1\r\nHOST\r\nContent-Length: 9\r\n\r\ncode=abcd",
        "405 Method Not Allowed",
    );
    let rebound = "GET /oauth/callback?code=c HTTP/1.1\r\nHost: evil.test\r\n\r\n";
    check(rebound, "421 Misdirected Request");
    check("\u{16}\u{3}\u{1}tls\r\n\r\n", "400 Bad Request");
    let long = format!("GET /oauth/callback?{} HTTP/1.1\r\nHOST\r\n\r\n", "x".repeat(9000));
    check(&long, "431 Request Header Fields Too Large");
}

#[test]
fn dropped_callback_sends_410() {
    let mut callbacks = open();
    let port = callbacks.port();
    let browser = thread::spawn(move || get(port, "/oauth/callback"));
    drop(block_on(callbacks.next()).unwrap());
    assert!(browser.join().unwrap().starts_with("HTTP/1.1 410 Gone\r\n"));
}

#[test]
fn silent_clients_do_not_block_the_redirect() {
    let mut callbacks = open();
    let port = callbacks.port();
    let silent: Vec<_> =
        (0..50).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    let browser = thread::spawn(move || get(port, "/oauth/callback"));
    block_on(callbacks.next()).unwrap().respond("page");
    assert!(browser.join().unwrap().ends_with("page"));

    drop(callbacks);
    for mut stream in silent {
        assert!(!matches!(stream.read(&mut [0]), Ok(1..)));
    }
}

#[test]
fn port_is_open_on_127_0_0_1_until_the_listener_is_dropped() {
    let callbacks = open();
    let port = callbacks.port();
    assert!(TcpStream::connect(("127.0.0.2", port)).is_err());
    assert_eq!(Loopback.bind(port).unwrap_err().kind(), ErrorKind::AddrInUse);
    drop(callbacks);
    let refused = TcpStream::connect(("127.0.0.1", port)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(Loopback.bind(port).unwrap().port(), port);
}
