use std::io::Write;
use std::sync::Arc;
use std::thread;

use vestibule_os::Blocking;
use vestibule_world::{Transport, TransportErrorKind, block_on};

use crate::server::{OK, read_request, serve};
use crate::{Settings, Subject, get};

/// Starts a server that responds to every request; returns its URL.
fn start_server() -> String {
    let port = serve(|_, mut stream| {
        while !read_request(&mut stream).is_empty() {
            stream.write_all(OK.as_bytes()).unwrap();
        }
    });
    format!("http://127.0.0.1:{port}/")
}

fn blocking<S: Subject>() -> Blocking {
    Blocking::new(Arc::new(S::transport(Settings::default())))
}

fn check_get(transport: &Blocking, url: &str) {
    let response = block_on(transport.send(get(url))).unwrap();
    assert_eq!(&response.body()[..], b"ok");
}

pub fn transport_works_without_a_runtime<S: Subject>() {
    let (transport, url) = (blocking::<S>(), start_server());
    for _ in 0..3 {
        check_get(&transport, &url);
    }
    let refused = block_on(transport.send(get("http://127.0.0.1:1/"))).unwrap_err();
    assert_eq!(refused.kind, TransportErrorKind::Connect);
}

pub fn transport_is_shared_by_many_threads<S: Subject>() {
    let (transport, url) = (blocking::<S>(), start_server());
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| (0..10).for_each(|_| check_get(&transport, &url)));
        }
    });
}

pub async fn transport_works_inside_another_runtime<S: Subject>() {
    let (transport, url) = (blocking::<S>(), start_server());
    check_get(&transport, &url);
    assert_eq!(&transport.send(get(&url)).await.unwrap().body()[..], b"ok");
    drop(transport);
}
