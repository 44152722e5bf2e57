use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use vestibule_wire::RequestTimeout;
use vestibule_world::{TransportErrorKind as Kind, TransportLimits as Limits};

use crate::server::{read_request, responding, serve};
use crate::{Settings, Subject, check, get, post, send};

/// A short timeout, for responses that never arrive.
const TIMEOUT: Duration = Duration::from_millis(200);

fn limited<S: Subject>(limits: Limits) -> S::Transport {
    S::transport(Settings { limits, ..Settings::default() })
}

/// Starts a server that sends these bytes and then waits for the client; returns its URL.
fn stalling(sent: &'static str) -> String {
    let port = serve(move |_, mut stream| {
        read_request(&mut stream);
        stream.write_all(sent.as_bytes()).unwrap();
        // Blocks until the client closes the connection.
        read_request(&mut stream);
    });
    format!("http://127.0.0.1:{port}/")
}

pub async fn unknown_host_is_a_resolve_error<S: Subject>() {
    let result =
        send(&S::transport(Settings::default()), get("http://no-such-host.invalid/")).await;
    check(result, Kind::Resolve, "could not resolve the host name no-such-host.invalid: ");
}

pub async fn closed_port_is_a_connect_error<S: Subject>() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let result =
        send(&S::transport(Settings::default()), get(&format!("http://127.0.0.1:{port}/"))).await;
    check(
        result,
        Kind::Connect,
        &format!("could not connect to 127.0.0.1:{port}: connection refused"),
    );
}

pub async fn unreachable_host_is_a_connect_error<S: Subject>() {
    let limits = Limits { connect: Duration::from_millis(50), ..Limits::default() };
    let transport = limited::<S>(limits);
    // An address for documentation: some networks reject it, others drop the packets.
    check(send(&transport, get("http://192.0.2.1/")).await, Kind::Connect, "");
}

pub async fn reset_before_the_response_is_a_lost_connection<S: Subject>() {
    // Closing with unread bytes resets the connection.
    let port = serve(|_, stream| {
        stream.peek(&mut [0]).unwrap();
    });
    let result =
        send(&S::transport(Settings::default()), get(&format!("http://127.0.0.1:{port}/"))).await;
    check(result, Kind::Lost, "");
}

pub async fn reset_within_the_body_is_a_lost_connection<S: Subject>() {
    let port = serve(|_, mut stream| {
        let mut head = [0; 16];
        stream.read_exact(&mut head).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").unwrap();
    });
    let result = send(
        &S::transport(Settings::default()),
        post(&format!("http://127.0.0.1:{port}/"), "unread"),
    )
    .await;
    check(result, Kind::Lost, "");
}

pub async fn truncated_response_is_a_lost_connection<S: Subject>() {
    for response in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        check(
            send(&S::transport(Settings::default()), get(&responding(response))).await,
            Kind::Lost,
            "",
        );
    }
}

pub async fn non_http_response_is_a_lost_connection<S: Subject>() {
    for response in ["SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\0\0\0\0\0\0\0\0\r\n\r\n"]
    {
        check(
            send(&S::transport(Settings::default()), get(&responding(response))).await,
            Kind::Lost,
            "",
        );
    }
}

pub async fn endless_response_is_an_error<S: Subject>() {
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
        let transport = limited::<S>(limits);
        check(send(&transport, get(&format!("http://127.0.0.1:{port}/"))).await, kind, "");
    }
}

pub async fn missing_response_is_a_timeout<S: Subject>() {
    for sent in ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"] {
        let transport = limited::<S>(Limits { exchange: TIMEOUT, ..Limits::default() });
        let result = send(&transport, get(&stalling(sent))).await;
        check(result, Kind::Timeout, "no response within 200ms");
    }
}

pub async fn timeout_of_the_request_takes_precedence<S: Subject>() {
    let mut request = get(&stalling(""));
    request.extensions_mut().insert(RequestTimeout(TIMEOUT));
    let result = send(&S::transport(Settings::default()), request).await;
    check(result, Kind::Timeout, "no response within 200ms");
}
