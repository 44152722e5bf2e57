//! Servers whose behavior is given by each test.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A response with the body `ok`.
pub const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Handles each connection on a thread of its own; returns the port. Connections are numbered.
pub fn serve(handle: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (handle, count) = (Arc::new(handle), AtomicUsize::new(0));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (handle, number) = (handle.clone(), count.fetch_add(1, Ordering::SeqCst));
            thread::spawn(move || handle(number, stream.unwrap()));
        }
    });
    port
}

/// Sends these bytes in response to the first request of each connection, and closes it.
pub fn responding(response: impl Into<Vec<u8>>) -> String {
    let response = response.into();
    let port = serve(move |_, mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(&response);
    });
    format!("http://127.0.0.1:{port}/")
}

/// Reads the head of a request, and its body if it has a length; empty at the end of the stream.
pub fn read_request(stream: &mut impl Read) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => request.push(byte[0]),
            _ => return String::new(),
        }
    }
    let head = String::from_utf8(request).unwrap();
    let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    head + std::str::from_utf8(&body).unwrap()
}

/// Returns the value of a header in the head of a message.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    })
}
