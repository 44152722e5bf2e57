use std::io::{Read, Write};
use std::net::TcpStream;

use vestibule_emulator::{Emulator, Server};

use crate::server::{connect, exchange, serve, tls};

/// Requests a tunnel, and returns the head of the response.
fn request(server: &Server, authority: &str) -> (TcpStream, String) {
    let mut stream = connect(&server.http());
    write!(stream, "CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n").unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    (stream, String::from_utf8(head).unwrap())
}

/// Sends a request through a tunnel, as a client with `HTTPS_PROXY` does.
fn send_through(server: &Server, host: &'static str, line: &str) -> String {
    let (stream, head) = request(server, &format!("{host}:443"));
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let head = format!("{line} HTTP/1.1\r\nHost: {host}");
    exchange(&mut tls(stream, server.ca_pem(), host), &head, "")
}

#[test]
fn tunnel_to_aws_host_reaches_the_emulated_service() {
    let (emulator, server) = serve();
    for (host, line, expected) in [
        ("oidc.us-east-1.amazonaws.com", "POST /token", "invalid_request"),
        ("oidc.cn-north-1.amazonaws.com.cn", "POST /token", "invalid_request"),
        ("oidc-fips.us-gov-west-1.api.aws", "POST /token", "invalid_request"),
        ("portal.sso.eu-west-1.amazonaws.com", "GET /assignment/accounts", "Unauthorized"),
        ("sts.amazonaws.com", "POST /", "InvalidAction"),
        ("us-east-1.signin.aws.amazon.com", "POST /v1/token", "error"),
        ("device.sso.us-east-1.amazonaws.com", "GET /", "Enter the code"),
        ("provided-domain.awsapps.com", "GET /start", "Enter the code"),
    ] {
        let response = send_through(&server, host, line);
        assert!(response.contains(expected), "{host}: {response}");
    }
    assert_eq!(emulator.requests().len(), 6, "pages are not logged");
}

#[test]
fn request_for_another_host_is_refused_and_logged() {
    let (emulator, server) = serve();
    for host in ["example.com", "s3.us-east-1.amazonaws.com", "oidc.us-east-1.example.com"] {
        let (mut stream, head) = request(&server, &format!("{host}:443"));
        assert!(head.starts_with("HTTP/1.1 403 Not emulated by vestibule-emulator\r\n"), "{head}");
        let mut why = [0; 64];
        stream.read_exact(&mut why).unwrap();
        assert!(why.starts_with(format!("{host}:443 is not emulated").as_bytes()));
    }
    let head = "GET http://example.com/x HTTP/1.1\r\nHost: localhost";
    let response = exchange(&mut connect(&server.http()), head, "");
    assert!(response.contains("provided-domain.awsapps.com"), "{response}");
    let logged = emulator.requests();
    let refused: Vec<_> =
        logged.iter().map(|entry| (entry.line.as_str(), entry.about.as_str())).collect();
    assert_eq!(
        refused,
        [
            ("CONNECT", "example.com:443"),
            ("CONNECT", "s3.us-east-1.amazonaws.com:443"),
            ("CONNECT", "oidc.us-east-1.example.com:443"),
            ("GET /x", "example.com"),
        ]
    );
    assert!(logged.iter().all(|entry| entry.error.as_deref() == Some("NotEmulated")));
}

#[test]
fn plain_http_proxy_request_is_served() {
    let (_, server) = serve();
    let plain = |url: &str| {
        // The URI takes precedence over the header (RFC 9112 §3.2.2).
        let head = format!("GET {url} HTTP/1.1\r\nHost: wrong.example.com");
        exchange(&mut connect(&server.http()), &head, "")
    };
    let accounts = plain("http://portal.sso.us-east-1.amazonaws.com/assignment/accounts");
    assert!(accounts.contains("UnauthorizedException"), "{accounts}");
    let metadata = plain("http://169.254.169.254/latest/meta-data/");
    assert!(!metadata.starts_with("HTTP/1.1 403 Not"), "{metadata}");
    let own = plain(&format!("{}/emulator/time", server.http()));
    assert!(own.contains("{\"now\":\""), "{own}");
    let neighbor = plain("http://127.0.0.1:1/emulator/time");
    assert!(neighbor.starts_with("HTTP/1.1 403 "), "{neighbor}");
}

#[test]
fn host_of_start_url_is_served() {
    let emulator = Emulator::builder().start_url("https://My-Company.example/start").build();
    let server = Server::start(emulator).unwrap();
    let response = send_through(&server, "my-company.example", "GET /start/");
    assert!(response.contains("Enter the code"), "{response}");
    assert!(request(&server, "provided-domain.awsapps.com:443").1.starts_with("HTTP/1.1 403 "));
}
