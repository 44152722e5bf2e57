use std::io::{self, Read};
use std::net::TcpStream;
use std::time::Instant;

use vestibule_world::wire::is_loopback_host;
use zeroize::Zeroizing;

/// The path that Identity Center redirects to.
const PATH: &str = "/oauth/callback";

/// The size limit for the request line and headers; browsers send about one kibibyte.
const MAX_HEAD: usize = 8 << 10;

/// The limit for the number of headers; browsers send about twenty.
const MAX_HEADERS: usize = 100;

/// Error returned when a request is not a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestError {
    Malformed,
    Timeout,
    TooLarge,
    UnknownHost,
    MethodNotAllowed,
    UnknownPath,
}

/// Reads the head of a request, up to the empty line that ends it.
///
/// The buffer is wiped: it holds the authorization code.
pub(super) fn read_head(
    stream: &TcpStream,
    deadline: Instant,
) -> Result<Zeroizing<Vec<u8>>, RequestError> {
    let mut head = Zeroizing::new(Vec::with_capacity(MAX_HEAD));
    let mut buffer = Zeroizing::new([0; 1024]);
    let mut stream = DeadlineReader { stream, deadline };
    loop {
        let length = match stream.read(&mut buffer[..]) {
            Ok(0) => return Err(RequestError::Malformed),
            Ok(length) => length,
            Err(_) => return Err(RequestError::Timeout),
        };
        if MAX_HEAD < head.len() + length {
            return Err(RequestError::TooLarge);
        }
        head.extend_from_slice(&buffer[..length]);
        if head.windows(4).any(|end| end == b"\r\n\r\n") {
            return Ok(head);
        }
    }
}

/// Returns the path and query of a redirect.
pub(super) fn callback_target(head: &[u8], port: u16) -> Result<String, RequestError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    request.parse(head).map_err(|error| match error {
        httparse::Error::TooManyHeaders => RequestError::TooLarge,
        _ => RequestError::Malformed,
    })?;
    let (Some(method), Some(target)) = (request.method, request.path) else {
        return Err(RequestError::Malformed);
    };
    let mut hosts =
        request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("host"));
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(RequestError::Malformed);
    };
    if !is_loopback_host(host.value, port) {
        return Err(RequestError::UnknownHost);
    }
    if method != "GET" {
        return Err(RequestError::MethodNotAllowed);
    }
    if target.split('?').next() != Some(PATH) {
        return Err(RequestError::UnknownPath);
    }
    Ok(target.to_owned())
}

/// Reads and discards what the client still sends: closing with unread bytes resets the connection,
/// and the client may then not see the response.
pub(super) fn discard_rest(stream: &TcpStream, deadline: Instant) {
    const LIMIT: u64 = 64 << 10;
    let _ = io::copy(&mut DeadlineReader { stream, deadline }.take(LIMIT), &mut io::sink());
}

/// A reader that fails once a deadline has passed.
struct DeadlineReader<'a> {
    stream: &'a TcpStream,
    deadline: Instant,
}

impl Read for DeadlineReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let remaining = self.deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(remaining))?;
        self.stream.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &str, expected: Result<&str, RequestError>) {
        assert_eq!(callback_target(head.as_bytes(), 4711), expected.map(str::to_owned));
    }

    const HOST: &str = "Host: 127.0.0.1:4711\r\n\r\n";

    #[test]
    fn get_of_the_callback_path_is_accepted() {
        let callback = "/oauth/callback?code=a%20b&state=x";
        check(&format!("GET {callback} HTTP/1.1\r\n{HOST}"), Ok(callback));
        check(&format!("GET /oauth/callback HTTP/1.0\r\n{HOST}"), Ok("/oauth/callback"));
        check("GET /oauth/callback HTTP/1.1\r\nhOST:LocalHost:4711\r\n\r\n", Ok("/oauth/callback"));
    }

    #[test]
    fn other_methods_and_paths_are_rejected() {
        check(&format!("POST {PATH} HTTP/1.1\r\n{HOST}"), Err(RequestError::MethodNotAllowed));
        check(&format!("HEAD / HTTP/1.1\r\n{HOST}"), Err(RequestError::MethodNotAllowed));
        let many = "X: y\r\n".repeat(MAX_HEADERS) + HOST;
        check(&format!("GET {PATH} HTTP/1.1\r\n{many}"), Err(RequestError::TooLarge));
        for path in ["/", "/favicon.ico", "/oauth/callback/", "/oauth/callbacks?code=x", "*"] {
            check(&format!("GET {path} HTTP/1.1\r\n{HOST}"), Err(RequestError::UnknownPath));
        }
    }

    #[test]
    fn other_host_names_are_rejected() {
        for host in ["evil.example:4711", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.nip.io:4711", ""]
        {
            check(
                &format!("GET {PATH} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
                Err(RequestError::UnknownHost),
            );
        }
    }

    #[test]
    fn malformed_requests_are_rejected() {
        for head in [
            "\r\n\r\n",
            "GET\r\n\r\n",
            "GET /oauth/callback\r\nHost: 127.0.0.1:4711\r\n\r\n",
            "GET /oauth/callback HTTP/2\r\nHost: 127.0.0.1:4711\r\n\r\n",
            "GET /oauth/callback?\u{7f} HTTP/1.1\r\nHost: 127.0.0.1:4711\r\n\r\n",
            "GET /oauth/callback HTTP/1.1\r\n\r\n",
            "GET /oauth/callback HTTP/1.1\r\nHost: 127.0.0.1:4711\r\nHost: a\r\n\r\n",
        ] {
            check(head, Err(RequestError::Malformed));
        }
        assert_eq!(callback_target(b"GET /\xff HTTP/1.1\r\n\r\n", 1), Err(RequestError::Malformed));
    }
}
