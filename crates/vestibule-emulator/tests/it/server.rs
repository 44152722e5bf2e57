use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use vestibule_emulator::{Clock, Emulator, Fault, Operation, Server};
use vestibule_types::Timestamp;
use vestibule_world::Clock as _;

use crate::client::{Client, START_URL, portal, seconds};

pub(crate) fn serve() -> (Emulator, Server) {
    let emulator = Emulator::default();
    let server = Server::start(emulator.clone()).unwrap();
    (emulator, server)
}

pub(crate) fn connect(url: &str) -> TcpStream {
    let port = url.rsplit_once(':').unwrap().1;
    TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap()
}

/// Sends a request, and reads until the server closes or resets the connection.
pub(crate) fn exchange(stream: &mut (impl Read + Write), head: &str, body: &str) -> String {
    let size = body.len();
    let request = format!("{head}\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    let result = stream.read_to_end(&mut response);
    let text = String::from_utf8_lossy(&response).into_owned();
    match result.map_err(|error| error.kind()) {
        Ok(_) | Err(ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof) => text,
        Err(kind) => format!("{kind}: {text}"),
    }
}

fn post(server: &Server, path: &str, body: &Value) -> String {
    let mut stream = connect(&server.http());
    let host = server.http().replace("http://", "");
    let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json");
    exchange(&mut stream, &head, &body.to_string())
}

fn body_of(response: &str) -> Value {
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn sign_in_works_over_http() {
    let (emulator, server) = serve();
    let client = Client::with_scope(&emulator);
    let start = json!({
        "clientId": client.id, "clientSecret": client.secret, "startUrl": START_URL,
    });
    let response = post(&server, "/device_authorization", &start);
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    let started = body_of(&response);
    assert_eq!(started["verificationUri"], format!("{}/device", server.http()));
    emulator.approve(started["userCode"].as_str().unwrap()).unwrap();
    assert_eq!(client.poll(&started).0, 200);
}

/// Decodes a PEM with one certificate.
fn certificate(pem: &str) -> CertificateDer<'static> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    CertificateDer::from(STANDARD.decode(text).unwrap())
}

pub(crate) fn over_tls(url: &str, ca_pem: &str, name: &'static str, head: &str) -> String {
    exchange(&mut tls(connect(url), ca_pem, name), head, "")
}

/// Opens TLS to a host, with the CA as the only root.
pub(crate) fn tls(
    stream: TcpStream,
    ca_pem: &str,
    name: &'static str,
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate(ca_pem)).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name).unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream)
}

#[test]
fn client_that_trusts_the_ca_connects_over_tls() {
    let (_, server) = serve();
    let head = "GET /emulator/time HTTP/1.1\r\nHost: localhost:1";
    for name in ["localhost", "127.0.0.1"] {
        let response = over_tls(&server.https(), server.ca_pem(), name, head);
        assert!(response.contains("{\"now\":\""), "{response}");
    }
    let head = "GET / HTTP/1.1\r\nHost: device.sso.us-east-1.amazonaws.com";
    let name = "device.sso.us-east-1.amazonaws.com";
    let response = over_tls(&server.https(), server.ca_pem(), name, head);
    assert!(response.contains("Enter the code"), "{response}");
}

/// Returns the seconds since 1970, by the operating system.
fn real_seconds() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    since.as_secs().try_into().unwrap()
}

#[test]
fn server_runs_on_real_time_by_default() {
    let emulator = Emulator::builder().session("sample-user", "known-token").build();
    let client = Client::with_scope(&emulator);
    let tokens = client.sign_in();
    let server = Server::start(emulator.clone()).unwrap();
    let start = json!({
        "clientId": client.id, "clientSecret": client.secret, "startUrl": START_URL,
    });
    let response = post(&server, "/device_authorization", &start);
    assert!(response.starts_with("HTTP/1.1 200 "), "the registration is still valid: {response}");
    let away = emulator.clock().now().unix_seconds() - real_seconds();
    assert!(away.abs() < 60, "{away} s from the real time");
    assert_eq!(portal(&emulator, "/assignment/accounts", "known-token").0, 200);
    assert_eq!(client.refresh(&tokens).0, 200, "the session is still active");
    emulator.clock().advance(seconds(8 * 3600));
    assert_eq!(portal(&emulator, "/assignment/accounts", "known-token").0, 401);
}

#[test]
fn chosen_clock_is_kept_by_the_server() {
    let start = Timestamp::from_unix(1_900_000_000, 0).unwrap();
    let emulator = Emulator::builder().clock(Clock::manual(start)).build();
    let server = Server::start(emulator.clone()).unwrap();
    let head = "GET /emulator/time HTTP/1.1\r\nHost: localhost";
    let response = exchange(&mut connect(&server.http()), head, "");
    assert!(response.contains(&start.to_string()), "{response}");
}

#[test]
fn malformed_http_is_refused() {
    let (emulator, server) = serve();
    let mut stream = connect(&server.http());
    let response = exchange(&mut stream, "POST /token HTTP/1.1", "{}");
    assert!(response.starts_with("HTTP/1.1 400 "), "without a host: {response}");
    let mut stream = connect(&server.http());
    stream.write_all(b"\x16\x03\x01 this is not HTTP\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(emulator.requests().is_empty());
}

#[test]
fn body_longer_than_a_mebibyte_is_not_read() {
    let (_, server) = serve();
    let mut stream = connect(&server.http());
    let head = "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&vec![b' '; (1 << 20) + 1]).unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
}

#[test]
fn scripted_resets_close_the_connection() {
    let (emulator, server) = serve();
    let register = json!({ "clientName": "x", "clientType": "public" });
    emulator.fail(Operation::RegisterClient).with(Fault::Reset);
    assert_eq!(post(&server, "/client/register", &register), "");

    emulator.fail(Operation::RegisterClient).with(Fault::ResetMidBody);
    let response = post(&server, "/client/register", &register);
    let (head, half) = response.split_once("\r\n\r\n").unwrap();
    let (_, size) = head.split_once("content-length: ").unwrap();
    let size: usize = size.split("\r\n").next().unwrap().parse().unwrap();
    assert!(half.starts_with("{\"client") && half.len() < size, "{response}");
    assert_eq!(emulator.secrets().len(), 1, "the service handled the request");

    emulator.fail(Operation::RegisterClient).with(Fault::Endless);
    let mut stream = connect(&server.http());
    let body = register.to_string();
    let size = body.len();
    write!(
        stream,
        "POST /client/register HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n{body}"
    )
    .unwrap();
    let mut much = vec![0; 4 << 20];
    stream.read_exact(&mut much).unwrap();
    assert!(much.starts_with(b"HTTP/1.1 200 OK"));
}

#[test]
fn dropped_server_closes_its_sockets() {
    let (_, server) = serve();
    let (http, mut open) = (server.http(), connect(&server.http()));
    drop(server);
    let address = http.replace("http://", "");
    assert!(TcpStream::connect(address).is_err());
    assert_eq!(open.read(&mut [0; 1]).unwrap_or(0), 0);
}

#[test]
fn port_in_use_is_an_error() {
    let (emulator, server) = serve();
    let port = server.http().rsplit_once(':').unwrap().1.parse().unwrap();
    let error = Server::start_at(emulator, port, 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert_eq!(error.to_string(), format!("port {port} is already in use"));
}
