use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use vestibule_hyper::Hyper;
use vestibule_os::{Blocking, TokioClock, vars};
use vestibule_provider::Provider;
use vestibule_serve::{ListenAddress, Server};
use vestibule_types::{Credentials, SecretAccessKey, SessionToken, Timestamp, Vars};
use vestibule_world::World;

/// The read timeout of a test's connection.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Returns this machine, with a clock for tokio.
pub(crate) fn world(vars: Vars) -> World {
    let http = vestibule_hyper::Config::new(vars.clone());
    vestibule_os::world(
        vars,
        Arc::new(Blocking::new(Arc::new(Hyper::new(http)))),
        Arc::new(TokioClock),
    )
}

pub(crate) fn keys() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("hidden"))
        .with_session_token(SessionToken::new("hidden-too"))
        .with_expires_at(Timestamp::EPOCH + Duration::from_secs(4_000_000_000))
}

pub(crate) fn start(address: &ListenAddress, provider: impl Provider + 'static) -> Server {
    Server::start(address, Arc::new(provider), world(vars())).unwrap()
}

/// Starts a server on any free port.
pub(crate) fn start_on_port(provider: impl Provider + 'static) -> Server {
    start(&ListenAddress::Port(0), provider)
}

pub(crate) fn host(server: &Server) -> String {
    let uri = server.uri();
    uri.strip_prefix("http://").unwrap().strip_suffix("/credentials").unwrap().to_owned()
}

pub(crate) fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(host(server)).unwrap();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    stream
}

/// Sends a request and reads the response to its end.
pub(crate) fn exchange(mut stream: impl Read + Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    // A client that is rejected while sending may see the connection reset after the response.
    let _ = stream.read_to_string(&mut response);
    response
}

/// Returns a request with the token.
pub(crate) fn request(server: &Server) -> String {
    format!(
        "GET /credentials HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\n\r\n",
        host(server),
        server.token().expose()
    )
}

pub(crate) fn get_credentials(server: &Server) -> String {
    exchange(connect(server), &request(server))
}
