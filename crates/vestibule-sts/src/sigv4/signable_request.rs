use std::fmt;

use vestibule_wire::{Request, RequestError};

/// The parts of a request that a signature covers.
///
/// `Debug` shows no header values, which may be secrets.
#[derive(Clone)]
pub struct SignableRequest<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    /// Names in lower case.
    pub(super) headers: Vec<(String, &'a str)>,
    pub(super) body: &'a [u8],
}

impl<'a> SignableRequest<'a> {
    /// Creates a request without headers; `target` is path and query, percent-encoded as sent.
    pub fn new(method: &'a str, target: &'a str, body: &'a [u8]) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method, path, query, headers: Vec::new(), body }
    }

    /// Adds a header; names may repeat.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &'a str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value));
        self
    }

    /// Returns the signable parts of an HTTP request.
    ///
    /// Without a `Host` header the host is that of the URI. Default ports are left out, as HTTP
    /// clients do.
    ///
    /// # Errors
    /// A header that is not UTF-8, or a URI without a host.
    pub fn from_request(request: &'a Request) -> Result<Self, RequestError> {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let mut message = Self::new(request.method().as_str(), target, request.body());
        if !request.headers().contains_key(http::header::HOST) {
            let host = host(request.uri()).ok_or_else(|| RequestError::new("the URI"))?;
            message = message.with_header("host", host);
        }
        for (name, value) in request.headers() {
            let value = std::str::from_utf8(value.as_bytes())
                .map_err(|_| RequestError::new(format!("header {name}")))?;
            message = message.with_header(name.as_str(), value);
        }
        Ok(message)
    }
}

impl fmt::Debug for SignableRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignableRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn host(uri: &http::Uri) -> Option<&str> {
    let is_default_port = matches!((uri.scheme_str(), uri.port_u16()), (Some("http"), Some(80)))
        || matches!((uri.scheme_str(), uri.port_u16()), (Some("https"), Some(443)));
    if is_default_port { uri.host() } else { uri.authority().map(http::uri::Authority::as_str) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, expected: &str) {
        let request = http::Request::get(uri).body("".into()).unwrap();
        assert_eq!(
            SignableRequest::from_request(&request).unwrap().headers,
            [("host".to_owned(), expected)]
        );
    }

    #[test]
    fn default_port_is_left_out() {
        check("https://sts.amazonaws.com/", "sts.amazonaws.com");
        check("https://sts.amazonaws.com:443/", "sts.amazonaws.com");
        check("http://127.0.0.1:80/", "127.0.0.1");
        check("http://127.0.0.1:443/", "127.0.0.1:443");
        check("https://[::1]:8443/", "[::1]:8443");
    }

    #[test]
    fn request_without_host_or_with_binary_header_is_an_error() {
        let request = http::Request::get("/").body("".into()).unwrap();
        assert!(SignableRequest::from_request(&request).is_err());
        let latin = http::HeaderValue::from_bytes(b"caf\xe9").unwrap();
        let request = http::Request::get("https://x.test/").header("x-name", latin);
        let error =
            SignableRequest::from_request(&request.body("".into()).unwrap()).map(drop).unwrap_err();
        assert_eq!(error.part, "header x-name");
    }
}
