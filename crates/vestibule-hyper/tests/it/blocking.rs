use std::io::Write;
use std::thread;

use vestibule_hyper::Blocking;
use vestibule_world::{Transport, TransportErrorKind, block_on};

use crate::server::{OK, read_request, serve};
use crate::{get, plain};

/// A server that answers every request; its address.
fn good() -> String {
    let port = serve(|_, mut stream| {
        while !read_request(&mut stream).is_empty() {
            stream.write_all(OK.as_bytes()).unwrap();
        }
    });
    format!("http://127.0.0.1:{port}/")
}

fn asks(transport: &Blocking, url: &str) {
    let answer = block_on(transport.send(get(url))).unwrap();
    assert_eq!(&answer.body()[..], b"ok");
}

#[test]
fn no_runtime_is_needed() {
    let (transport, url) = (Blocking::new(plain()), good());
    for _ in 0..3 {
        asks(&transport, &url);
    }
    let refused = block_on(transport.send(get("http://127.0.0.1:1/"))).unwrap_err();
    assert_eq!(refused.kind, TransportErrorKind::Connect);
}

#[test]
fn many_threads_share_it() {
    let (transport, url) = (Blocking::new(plain()), good());
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| (0..10).for_each(|_| asks(&transport, &url)));
        }
    });
}

#[tokio::test]
async fn a_runtime_around_it_does_no_harm() {
    let (transport, url) = (Blocking::new(plain()), good());
    asks(&transport, &url);
    assert_eq!(&transport.send(get(&url)).await.unwrap().body()[..], b"ok");
    drop(transport);
}
