use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use vestibule_hyper::{Hyper, Limits};
use vestibule_world::TransportErrorKind as Kind;

use crate::server::{read_request, responding, serve};
use crate::{check, get, plain, post, send};

/// Returns a transport with a short timeout, for responses that never arrive.
fn impatient() -> Hyper {
    let exchange = Duration::from_millis(200);
    Hyper::new(plain().with_limits(Limits { exchange, ..Limits::default() }))
}

#[tokio::test]
async fn unknown_host_is_a_resolve_error() {
    let result = send(&Hyper::new(plain()), get("http://no-such-host.invalid/")).await;
    check(result, Kind::Resolve, "could not resolve the host name no-such-host.invalid: ");
}

#[tokio::test]
async fn closed_port_is_a_connect_error() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let result = send(&Hyper::new(plain()), get(&format!("http://127.0.0.1:{port}/"))).await;
    check(
        result,
        Kind::Connect,
        &format!("could not connect to 127.0.0.1:{port}: connection refused"),
    );
}

#[tokio::test]
async fn unreachable_host_is_a_connect_error() {
    let limits = Limits { connect: Duration::from_millis(50), ..Limits::default() };
    let transport = Hyper::new(plain().with_limits(limits));
    // An address for documentation: some networks reject it, others drop the packets.
    check(send(&transport, get("http://192.0.2.1/")).await, Kind::Connect, "");
}

#[tokio::test]
async fn reset_before_the_response_is_a_lost_connection() {
    // Closing with unread bytes resets the connection.
    let port = serve(|_, stream| {
        stream.peek(&mut [0]).unwrap();
    });
    let result = send(&Hyper::new(plain()), get(&format!("http://127.0.0.1:{port}/"))).await;
    check(result, Kind::Lost, "");
}

#[tokio::test]
async fn reset_within_the_body_is_a_lost_connection() {
    let port = serve(|_, mut stream| {
        let mut head = [0; 16];
        stream.read_exact(&mut head).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").unwrap();
    });
    let result =
        send(&Hyper::new(plain()), post(&format!("http://127.0.0.1:{port}/"), "unread")).await;
    check(result, Kind::Lost, "");
}

#[tokio::test]
async fn truncated_response_is_a_lost_connection() {
    for response in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        check(send(&Hyper::new(plain()), get(&responding(response))).await, Kind::Lost, "");
    }
}

#[tokio::test]
async fn non_http_response_is_a_lost_connection() {
    for response in ["SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\0\0\0\0\0\0\0\0\r\n\r\n"]
    {
        check(send(&Hyper::new(plain()), get(&responding(response))).await, Kind::Lost, "");
    }
}

#[tokio::test]
async fn endless_response_is_an_error() {
    let chunks = "400\r\n".to_owned() + &"x".repeat(0x400) + "\r\n";
    for (head, rest, kind) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n", "x", Kind::TooLarge),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", &chunks, Kind::TooLarge),
        ("HTTP/1.1 200 OK\r\n\r\n", "x", Kind::TooLarge),
        ("HTTP/1.1 200 OK\r\n", "Header: x\r\n", Kind::Lost),
        ("HTTP/1.1 200 OK\r\nHeader: ", "x", Kind::Lost),
    ] {
        // Large pieces: the whole head is parsed again after each read.
        let (head, rest) = (head.to_owned(), rest.repeat((16 << 10) / rest.len()));
        let port = serve(move |_, mut stream| {
            read_request(&mut stream);
            let mut written = stream.write_all(head.as_bytes());
            while written.is_ok() {
                written = stream.write_all(rest.as_bytes());
            }
        });
        let limits = Limits { body: 1 << 10, ..Limits::default() };
        let transport = Hyper::new(plain().with_limits(limits));
        check(send(&transport, get(&format!("http://127.0.0.1:{port}/"))).await, kind, "");
    }
}

#[tokio::test]
async fn missing_response_is_a_timeout() {
    for sent in ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"] {
        let port = serve(|_, mut stream| {
            read_request(&mut stream);
            stream.write_all(sent.as_bytes()).unwrap();
            // Blocks until the client closes the connection.
            read_request(&mut stream);
        });
        let result = send(&impatient(), get(&format!("http://127.0.0.1:{port}/"))).await;
        check(result, Kind::Timeout, "no response within 200ms");
    }
}
