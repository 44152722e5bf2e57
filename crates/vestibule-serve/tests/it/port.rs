use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::time::{Duration, Instant};

use vestibule_provider::{Cached, Error as ProviderError, Lookup, Provider};
use vestibule_serve::{Error, Place, Server};
use vestibule_world::{BoxFuture, World};

use vestibule_os::vars;

use crate::support::{ask, at_port, connect, host, keys, question, say, start, world};

#[test]
fn credentials_for_the_token_and_not_without() {
    let server = at_port(keys());
    let answer = ask(&server);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("cache-control: no-store\r\n"), "{answer}");
    assert!(answer.contains(r#""SecretAccessKey":"hidden""#), "{answer}");

    let host = host(&server);
    for (request, status) in [
        (format!("GET /credentials HTTP/1.1\r\nHost: {host}\r\n\r\n"), "403 "),
        (question(&server).replace("GET", "POST"), "405 "),
        (question(&server).replace("/credentials", "/"), "404 "),
        (question(&server).replace(&host, "evil.example"), "421 "),
        (format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(9 << 10)), "431 "),
        ("\r\n\r\nwhat?\r\n\r\n".to_owned(), "400 "),
    ] {
        let answer = say(connect(&server), &request);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request}{answer}");
        assert!(!answer.contains("hidden") && !answer.contains(server.token().expose()));
    }
}

#[test]
fn each_server_has_a_token_of_its_own() {
    let (one, other) = (at_port(keys()), at_port(keys()));
    assert_ne!(one.token().expose(), other.token().expose());
    assert!(!format!("{one:?}").contains(one.token().expose()));
}

#[test]
fn who_says_nothing_keeps_nobody_waiting() {
    let server = at_port(keys());
    let began = Instant::now();
    let idle: Vec<_> = (0..100).map(|_| connect(&server)).collect();
    connect(&server).write_all(b"GET /cred").unwrap();
    assert!(ask(&server).starts_with("HTTP/1.1 200"));
    // An SDK would wait for a second or two.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    drop(idle);
}

#[test]
fn a_port_in_use_is_named() {
    let server = at_port(keys());
    let port = host(&server).split_once(':').unwrap().1.parse().unwrap();
    let taken = Server::start(&Place::Port(port), Arc::new(keys()), world(vars()));
    let Err(Error::Port { port: named, .. }) = taken else { panic!("{taken:?}") };
    assert_eq!(named, port);
}

#[test]
fn nobody_listens_any_more_when_it_is_dropped() {
    let server = at_port(keys());
    let (host, open) = (host(&server), connect(&server));
    drop(server);
    assert!(TcpStream::connect(host).is_err());
    assert_eq!(say(open, ""), "");
}

/// Gives its keys when it is told to, and counts how often it was asked.
#[derive(Debug)]
struct Slow {
    asked: Arc<AtomicU32>,
    began: mpsc::Sender<()>,
    go: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl Provider for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async {
            self.asked.fetch_add(1, Ordering::SeqCst);
            self.began.send(()).unwrap();
            std::future::poll_fn(|context| {
                if self.go.lock().unwrap().try_recv().is_ok() {
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

/// botocore waits for two seconds and then asks anew: what it no longer waits for is there by then.
#[test]
fn a_refresh_outlives_the_client_that_began_it() {
    let asked = Arc::new(AtomicU32::new(0));
    let (began, has_begun) = mpsc::channel();
    let (go, gate) = mpsc::channel();
    let slow = Slow { asked: asked.clone(), began, go: Arc::new(Mutex::new(gate)) };
    let server = start(&Place::Port(0), Cached::new(slow));
    let mut impatient = connect(&server);
    impatient.write_all(question(&server).as_bytes()).unwrap();
    has_begun.recv().unwrap();
    drop(impatient);
    // Once this is answered, the server has seen that the other one left.
    assert!(say(connect(&server), "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 421"));
    go.send(()).unwrap();
    assert!(ask(&server).starts_with("HTTP/1.1 200"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
