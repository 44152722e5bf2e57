use std::fmt;

use vestibule_wire::{Request, Unsendable};

/// A request as far as a signature covers it: texts as they stand on the request line and below.
///
/// `Debug` shows no header values: they may be secrets.
#[derive(Clone)]
pub struct Message<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    /// Names in lower case.
    pub(super) headers: Vec<(String, &'a str)>,
    pub(super) body: &'a [u8],
}

impl<'a> Message<'a> {
    /// A request without headers; `target` is path and query, encoded as they are sent.
    pub fn new(method: &'a str, target: &'a str, body: &'a [u8]) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method, path, query, headers: Vec::new(), body }
    }

    /// With one more header; a name may repeat.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &'a str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value));
        self
    }

    /// What a signature covers of a request about to be sent.
    ///
    /// The host is that of the address unless there is a `Host` header; like every HTTP client
    /// it leaves out a port that goes without saying.
    ///
    /// # Errors
    /// A header that is not UTF-8, or an address without a host.
    pub fn of(request: &'a Request) -> Result<Self, Unsendable> {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let mut message = Self::new(request.method().as_str(), target, request.body());
        if !request.headers().contains_key(http::header::HOST) {
            let host = host(request.uri()).ok_or_else(|| Unsendable::new("the address"))?;
            message = message.with_header("host", host);
        }
        for (name, value) in request.headers() {
            let value = std::str::from_utf8(value.as_bytes())
                .map_err(|_| Unsendable::new(format!("header {name}")))?;
            message = message.with_header(name.as_str(), value);
        }
        Ok(message)
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn host(uri: &http::Uri) -> Option<&str> {
    let implied = matches!((uri.scheme_str(), uri.port_u16()), (Some("http"), Some(80)))
        || matches!((uri.scheme_str(), uri.port_u16()), (Some("https"), Some(443)));
    if implied { uri.host() } else { uri.authority().map(http::uri::Authority::as_str) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: &str) {
        let request = http::Request::get(address).body("".into()).unwrap();
        assert_eq!(Message::of(&request).unwrap().headers, [("host".to_owned(), expected)]);
    }

    #[test]
    fn a_port_that_goes_without_saying_is_left_out() {
        check("https://sts.amazonaws.com/", "sts.amazonaws.com");
        check("https://sts.amazonaws.com:443/", "sts.amazonaws.com");
        check("http://127.0.0.1:80/", "127.0.0.1");
        check("http://127.0.0.1:443/", "127.0.0.1:443");
        check("https://[::1]:8443/", "[::1]:8443");
    }

    #[test]
    fn what_cannot_be_signed_is_named() {
        let request = http::Request::get("/").body("".into()).unwrap();
        assert!(Message::of(&request).is_err());
        let latin = http::HeaderValue::from_bytes(b"caf\xe9").unwrap();
        let request = http::Request::get("https://x.test/").header("x-name", latin);
        let error = Message::of(&request.body("".into()).unwrap()).map(drop).unwrap_err();
        assert_eq!(error.what, "header x-name");
    }
}
