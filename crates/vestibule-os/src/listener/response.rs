use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};

use super::request::RequestError;

/// The connection of a callback, waiting for its response. Dropping it sends `410 Gone`.
pub(super) struct Responder(Option<TcpStream>);

impl Responder {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Some(stream))
    }

    pub(super) fn send_page(mut self, page: &str) {
        if let Some(stream) = self.0.take() {
            let _ = write(&stream, "200 OK", page);
        }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        if let Some(stream) = self.0.take() {
            let page = "<!doctype html><title>This sign-in request is no longer active</title>";
            let _ = write(&stream, "410 Gone", page);
        }
    }
}

pub(super) fn send_error(stream: &TcpStream, error: RequestError) {
    let status = match error {
        RequestError::Malformed => "400 Bad Request",
        RequestError::UnknownPath => "404 Not Found",
        RequestError::MethodNotAllowed => "405 Method Not Allowed\r\nAllow: GET",
        RequestError::Timeout => "408 Request Timeout",
        RequestError::UnknownHost => "421 Misdirected Request",
        RequestError::TooLarge => "431 Request Header Fields Too Large",
    };
    let _ = write(stream, status, "<!doctype html><title>Not a sign-in redirect</title>");
}

/// Writes the whole response and closes the connection for writing.
///
/// The policy lets the page style itself, and keeps it from loading, sending, framing or running
/// anything. No referrer is sent, since the page's address holds the authorization code.
fn write(mut stream: &TcpStream, status: &str, page: &str) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Cache-Control: no-store\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'\r\n\
         Referrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\n\
         Connection: close\r\n\
         \r\n",
        page.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(page.as_bytes())?;
    stream.shutdown(Shutdown::Write)
}
