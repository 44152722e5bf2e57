//! Servers of ours on 127.0.0.1, which read whatever a program of this machine sends them.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use vestibule_os::{Loopback, TokioClock};
use vestibule_serve::{ListenAddress, Server};
use vestibule_types::{Credentials, SecretAccessKey, Timestamp};
use vestibule_world::{Listener as _, World, block_on, memory};

use crate::SECRET;

/// The time limit for the response to a complete request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Checks that `vestibule serve` rejects every request without its token, and goes on.
pub fn serve_request(bytes: &[u8]) {
    static SERVER: LazyLock<Server> = LazyLock::new(|| {
        let expires_at = Timestamp::EPOCH + Duration::from_secs(4_000_000_000);
        let keys = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new(SECRET));
        let keys = Arc::new(keys.with_expires_at(expires_at));
        let world = World { clock: Arc::new(TokioClock), ..memory::world() };
        Server::start(&ListenAddress::Port(0), keys, world).expect("a free port")
    });
    let port = SERVER.uri().split([':', '/']).nth(4).and_then(|port| port.parse().ok());
    let response = exchange(port.expect("a port"), bytes);
    assert!(!response.contains(SECRET), "credentials without the token: {response}");
    assert_rejected(&response);
}

/// Checks that the listener for redirects takes nothing but a `GET` of its path from this machine.
#[expect(clippy::disallowed_methods, reason = "redirects are taken on a thread")]
pub fn callback_request(bytes: &[u8]) {
    static PORT: LazyLock<u16> = LazyLock::new(|| {
        let mut callbacks = Loopback.bind(0).expect("a free port");
        let port = callbacks.port();
        std::thread::spawn(move || {
            while let Ok(callback) = block_on(callbacks.next()) {
                callback.respond("taken");
            }
        });
        port
    });
    let response = exchange(*PORT, bytes);
    if response.starts_with("HTTP/1.1 200") {
        let request = String::from_utf8_lossy(bytes);
        let request = request.trim_start_matches(['\r', '\n']);
        assert!(request.starts_with("GET /oauth/callback"), "taken: {request:?}");
        assert!(request.to_ascii_lowercase().contains("\nhost:"), "taken: {request:?}");
    } else {
        assert_rejected(&response);
    }
}

/// Checks that a response is an error of the client, or that the connection was closed without one.
fn assert_rejected(response: &str) {
    let status = response.strip_prefix("HTTP/1.").and_then(|rest| rest.get(1..3));
    assert!(response.is_empty() || status == Some(" 4"), "{response}");
}

/// Sends the bytes of a request that ends there, and returns the response.
fn exchange(port: u16, request: &[u8]) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the server goes on");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout");
    // A server may close the connection before it has read all of it.
    let _ = stream.write_all(request).and_then(|()| stream.shutdown(Shutdown::Write));
    let mut response = Vec::new();
    if let Err(error) = stream.read_to_end(&mut response) {
        let is_timeout =
            matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
        assert!(!is_timeout, "no response within {TIMEOUT:?}");
    }
    String::from_utf8_lossy(&response).into_owned()
}
