use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use vestibule_os::{TokioClock, vars};
use vestibule_provider::Provider;
use vestibule_serve::{Place, Server};
use vestibule_types::{Credentials, SecretAccessKey, SessionToken, Timestamp, Vars};
use vestibule_world::World;

/// Longer than anything here takes.
const BOUND: Duration = Duration::from_secs(30);

/// This machine, as a program on a runtime sees it.
pub(crate) fn world(vars: Vars) -> World {
    let http = vestibule_hyper::Config::new(vars.clone());
    vestibule_os::world(vars, Arc::new(vestibule_hyper::Blocking::new(http)), Arc::new(TokioClock))
}

pub(crate) fn keys() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("hidden"))
        .with_session_token(SessionToken::new("hidden-too"))
        .with_expiry(Timestamp::EPOCH + Duration::from_secs(4_000_000_000))
}

pub(crate) fn start(place: &Place, provider: impl Provider + 'static) -> Server {
    Server::start(place, Arc::new(provider), world(vars())).unwrap()
}

/// At any free port.
pub(crate) fn at_port(provider: impl Provider + 'static) -> Server {
    start(&Place::Port(0), provider)
}

pub(crate) fn host(server: &Server) -> String {
    let uri = server.uri();
    uri.strip_prefix("http://").unwrap().strip_suffix("/credentials").unwrap().to_owned()
}

pub(crate) fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(host(server)).unwrap();
    stream.set_read_timeout(Some(BOUND)).unwrap();
    stream
}

/// Says this and reads to the end.
pub(crate) fn say(mut stream: impl Read + Write, words: &str) -> String {
    stream.write_all(words.as_bytes()).unwrap();
    let mut answer = String::new();
    // Who is refused in the middle of a word may see the connection reset after the answer.
    let _ = stream.read_to_string(&mut answer);
    answer
}

/// The question that gets credentials.
pub(crate) fn question(server: &Server) -> String {
    format!(
        "GET /credentials HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\n\r\n",
        host(server),
        server.token().expose()
    )
}

pub(crate) fn ask(server: &Server) -> String {
    say(connect(server), &question(server))
}
