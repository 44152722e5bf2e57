use std::io::{self, Read};
use std::net::TcpStream;
use std::time::Instant;

use zeroize::Zeroizing;

/// The path that Identity Center redirects to.
const PATH: &str = "/oauth/callback";

/// The largest request line and headers; browsers send about one kibibyte.
const LARGEST: usize = 8 << 10;

/// Why a request is no callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Malformed,
    TooSlow,
    TooLarge,
    WrongHost,
    WrongMethod,
    WrongPath,
}

/// Reads up to the empty line that ends the headers. It holds the authorization code.
pub(super) fn head(stream: &TcpStream, deadline: Instant) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let mut head = Zeroizing::new(Vec::with_capacity(LARGEST));
    let mut part = Zeroizing::new([0; 1024]);
    let mut stream = Patient { stream, deadline };
    loop {
        let length = match stream.read(&mut part[..]) {
            Ok(0) => return Err(Refusal::Malformed),
            Ok(length) => length,
            Err(_) => return Err(Refusal::TooSlow),
        };
        if LARGEST < head.len() + length {
            return Err(Refusal::TooLarge);
        }
        head.extend_from_slice(&part[..length]);
        if head.windows(4).any(|end| end == b"\r\n\r\n") {
            return Ok(head);
        }
    }
}

/// Path and query of a callback.
pub(super) fn target(head: &[u8], port: u16) -> Result<String, Refusal> {
    let head = std::str::from_utf8(head).map_err(|_| Refusal::Malformed)?;
    let (line, headers) = head.split_once("\r\n").ok_or(Refusal::Malformed)?;
    let words: Vec<_> = line.split(' ').collect();
    let [method, target, version] = words[..] else { return Err(Refusal::Malformed) };
    if !version.starts_with("HTTP/1.") || !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::Malformed);
    }
    let mut hosts = headers.lines().filter_map(|header| {
        let (name, value) = header.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(Refusal::Malformed) };
    if !is_ours(host, port) {
        return Err(Refusal::WrongHost);
    }
    if method != "GET" {
        return Err(Refusal::WrongMethod);
    }
    if target.split('?').next() != Some(PATH) {
        return Err(Refusal::WrongPath);
    }
    Ok(target.to_owned())
}

/// A browser names the host it was sent to, whatever address that has turned out to have.
fn is_ours(host: &str, port: u16) -> bool {
    let (name, given) = host.split_once(':').unwrap_or((host, "80"));
    (name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost")) && given.parse() == Ok(port)
}

/// Takes what the client still sends: to close with bytes unread may cost it our answer.
pub(super) fn finish(stream: &TcpStream, deadline: Instant) {
    const MOST: u64 = 64 << 10;
    let _ = io::copy(&mut Patient { stream, deadline }.take(MOST), &mut io::sink());
}

/// Reads, but not for ever.
struct Patient<'a> {
    stream: &'a TcpStream,
    deadline: Instant,
}

impl Read for Patient<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &str, expected: Result<&str, Refusal>) {
        assert_eq!(target(head.as_bytes(), 4711), expected.map(str::to_owned));
    }

    const HOST: &str = "Host: 127.0.0.1:4711\r\n\r\n";

    #[test]
    fn a_callback_is_a_get_of_one_path() {
        let callback = "/oauth/callback?code=a%20b&state=x";
        check(&format!("GET {callback} HTTP/1.1\r\n{HOST}"), Ok(callback));
        check(&format!("GET /oauth/callback HTTP/1.0\r\n{HOST}"), Ok("/oauth/callback"));
        check("GET /oauth/callback HTTP/1.1\r\nhOST:LocalHost:4711\r\n\r\n", Ok("/oauth/callback"));
    }

    #[test]
    fn what_is_no_callback_is_refused() {
        check(&format!("POST {PATH} HTTP/1.1\r\n{HOST}"), Err(Refusal::WrongMethod));
        check(&format!("HEAD / HTTP/1.1\r\n{HOST}"), Err(Refusal::WrongMethod));
        for path in ["/", "/favicon.ico", "/oauth/callback/", "/oauth/callbacks?code=x", "*"] {
            check(&format!("GET {path} HTTP/1.1\r\n{HOST}"), Err(Refusal::WrongPath));
        }
    }

    #[test]
    fn another_name_for_this_machine_is_refused() {
        for host in ["evil.example:4711", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.nip.io:4711", ""]
        {
            check(&format!("GET {PATH} HTTP/1.1\r\nHost: {host}\r\n\r\n"), Err(Refusal::WrongHost));
        }
    }

    #[test]
    fn what_is_no_http_is_refused() {
        for head in [
            "\r\n\r\n",
            "GET\r\n\r\n",
            "GET /oauth/callback\r\nHost: 127.0.0.1:4711\r\n\r\n",
            "GET /oauth/callback HTTP/2\r\nHost: 127.0.0.1:4711\r\n\r\n",
            "GET /oauth/callback?\u{7f} HTTP/1.1\r\nHost: 127.0.0.1:4711\r\n\r\n",
            "GET /oauth/callback HTTP/1.1\r\n\r\n",
            "GET /oauth/callback HTTP/1.1\r\nHost: 127.0.0.1:4711\r\nHost: a\r\n\r\n",
        ] {
            check(head, Err(Refusal::Malformed));
        }
        assert_eq!(target(b"GET /\xff HTTP/1.1\r\n\r\n", 1), Err(Refusal::Malformed));
    }
}
