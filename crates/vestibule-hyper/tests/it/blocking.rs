use std::io::Write;
use std::thread;

use vestibule_hyper::Blocking;
use vestibule_transport_tests::get;
use vestibule_transport_tests::server::{OK, read_request, serve};
use vestibule_world::{Transport, TransportErrorKind, block_on};

use crate::plain;

/// Starts a server that responds to every request; returns its URL.
fn start_server() -> String {
    let port = serve(|_, mut stream| {
        while !read_request(&mut stream).is_empty() {
            stream.write_all(OK.as_bytes()).unwrap();
        }
    });
    format!("http://127.0.0.1:{port}/")
}

fn check_get(transport: &Blocking, url: &str) {
    let response = block_on(transport.send(get(url))).unwrap();
    assert_eq!(&response.body()[..], b"ok");
}

#[test]
fn transport_works_without_a_runtime() {
    let (transport, url) = (Blocking::new(plain()), start_server());
    for _ in 0..3 {
        check_get(&transport, &url);
    }
    let refused = block_on(transport.send(get("http://127.0.0.1:1/"))).unwrap_err();
    assert_eq!(refused.kind, TransportErrorKind::Connect);
}

#[test]
fn transport_is_shared_by_many_threads() {
    let (transport, url) = (Blocking::new(plain()), start_server());
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| (0..10).for_each(|_| check_get(&transport, &url)));
        }
    });
}

#[tokio::test]
async fn transport_works_inside_another_runtime() {
    let (transport, url) = (Blocking::new(plain()), start_server());
    check_get(&transport, &url);
    assert_eq!(&transport.send(get(&url)).await.unwrap().body()[..], b"ok");
    drop(transport);
}
