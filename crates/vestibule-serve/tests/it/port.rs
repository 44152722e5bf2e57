use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::time::{Duration, Instant};

use vestibule_provider::{Cached, Error as ProviderError, Lookup, Provider};
use vestibule_serve::{ErrorKind, ListenAddress, Server};
use vestibule_world::{BoxFuture, World};

use vestibule_os::vars;

use crate::support::{
    connect, exchange, get_credentials, host, keys, request, start, start_on_port, world,
};

#[test]
fn credentials_require_the_token() {
    let server = start_on_port(keys());
    let response = get_credentials(&server);
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.contains("cache-control: no-store\r\n"), "{response}");
    assert!(response.contains(r#""SecretAccessKey":"hidden""#), "{response}");

    let host = host(&server);
    for (request, status) in [
        (format!("GET /credentials HTTP/1.1\r\nHost: {host}\r\n\r\n"), "403 "),
        (request(&server).replace("GET", "POST"), "405 "),
        (request(&server).replace("/credentials", "/"), "404 "),
        (request(&server).replace(&host, "evil.example"), "421 "),
        (format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(9 << 10)), "431 "),
        ("\r\n\r\nwhat?\r\n\r\n".to_owned(), "400 "),
    ] {
        let response = exchange(connect(&server), &request);
        assert!(response.starts_with(&format!("HTTP/1.1 {status}")), "{request}{response}");
        assert!(!response.contains("hidden") && !response.contains(server.token().expose()));
    }
}

#[test]
fn each_server_has_its_own_token() {
    let (one, other) = (start_on_port(keys()), start_on_port(keys()));
    assert_ne!(one.token().expose(), other.token().expose());
    assert!(!format!("{one:?}").contains(one.token().expose()));
}

#[test]
fn idle_connections_do_not_block_requests() {
    let server = start_on_port(keys());
    let idle: Vec<_> = (0..100).map(|_| connect(&server)).collect();
    connect(&server).write_all(b"GET /cred").unwrap();
    let began = Instant::now();
    assert!(get_credentials(&server).starts_with("HTTP/1.1 200"));
    // SDKs wait for one or two seconds.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    drop(idle);
}

#[test]
fn port_in_use_is_named() {
    let server = start_on_port(keys());
    let port = host(&server).split_once(':').unwrap().1.parse().unwrap();
    let started = Server::start(&ListenAddress::Port(port), Arc::new(keys()), world(vars()));
    let error = started.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Port(port));
    assert_eq!(error.to_string(), format!("port {port} is already in use"));
}

#[test]
fn dropped_server_closes_port_and_connections() {
    let server = start_on_port(keys());
    let (host, open) = (host(&server), connect(&server));
    drop(server);
    assert!(TcpStream::connect(host).is_err());
    assert_eq!(exchange(open, ""), "");
}

/// A provider that waits for a signal, and counts its calls.
#[derive(Debug)]
struct Slow {
    calls: Arc<AtomicU32>,
    started: mpsc::Sender<()>,
    release: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl Provider for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async {
            self.calls.fetch_add(1, Ordering::SeqCst);
            self.started.send(()).unwrap();
            std::future::poll_fn(|context| {
                if self.release.lock().unwrap().try_recv().is_ok() {
                    return Poll::Ready(());
                }
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
            Ok(Lookup::Credentials(keys()))
        })
    }
}

/// botocore disconnects after two seconds and sends a new request, which finds the result.
#[test]
fn refresh_continues_after_its_client_disconnects() {
    let calls = Arc::new(AtomicU32::new(0));
    let (started, has_started) = mpsc::channel();
    let (release, gate) = mpsc::channel();
    let slow = Slow { calls: calls.clone(), started, release: Arc::new(Mutex::new(gate)) };
    let server = start(&ListenAddress::Port(0), Cached::new(slow));
    let mut impatient = connect(&server);
    impatient.write_all(request(&server).as_bytes()).unwrap();
    has_started.recv().unwrap();
    drop(impatient);
    // Once this response arrives, the server has seen that the first client disconnected.
    assert!(exchange(connect(&server), "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 421"));
    release.send(()).unwrap();
    assert!(get_credentials(&server).starts_with("HTTP/1.1 200"));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
