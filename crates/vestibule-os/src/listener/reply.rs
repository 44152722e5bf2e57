use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};

use super::request::Refusal;

/// The answer that a callback's client waits for. Dropped, it says that nobody cares any more.
pub(super) struct Reply(Option<TcpStream>);

impl Reply {
    pub(super) fn to(stream: TcpStream) -> Self {
        Self(Some(stream))
    }

    pub(super) fn page(mut self, page: &str) {
        if let Some(stream) = self.0.take() {
            let _ = write(&stream, "200 OK", page);
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(stream) = self.0.take() {
            let _ =
                write(&stream, "410 Gone", "<!doctype html><title>This sign-in is over</title>");
        }
    }
}

pub(super) fn refuse(stream: &TcpStream, refusal: Refusal) {
    let status = match refusal {
        Refusal::Malformed => "400 Bad Request",
        Refusal::WrongPath => "404 Not Found",
        Refusal::WrongMethod => "405 Method Not Allowed\r\nAllow: GET",
        Refusal::TooSlow => "408 Request Timeout",
        Refusal::WrongHost => "421 Misdirected Request",
        Refusal::TooLarge => "431 Request Header Fields Too Large",
    };
    let _ = write(stream, status, "<!doctype html><title>There is nothing here</title>");
}

/// The whole answer, after which the connection is over.
///
/// The page may style itself; it cannot load, send, frame or run anything, and no page it leads
/// to learns the address, which holds the authorization code.
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
