use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use vestibule_world::wire::is_loopback_host;

use crate::token::Token;

/// The path of the credentials.
pub(crate) const PATH: &str = "/credentials";

/// Error returned when a request is not authorized to get credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestError {
    Misdirected,
    AccessDenied,
    NotFound,
    MethodNotAllowed,
}

impl RequestError {
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::AccessDenied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Misdirected => "Misdirected",
            Self::AccessDenied => "AccessDenied",
            Self::NotFound => "NotFound",
            Self::MethodNotAllowed => "MethodNotAllowed",
        }
    }

    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::Misdirected => "the request names another host",
            Self::AccessDenied => {
                "the header Authorization is missing or wrong: \
                 it must be the value of AWS_CONTAINER_AUTHORIZATION_TOKEN"
            }
            Self::NotFound => "not found: the only path is /credentials",
            Self::MethodNotAllowed => "method not allowed: use GET",
        }
    }
}

/// Checks that a request may get credentials.
///
/// It must name this machine as its host, so that a web page that rebinds its own name to 127.0.0.1
/// is rejected, and send the token. Path and method are checked last, so that a client without the
/// token cannot find out about them.
pub(crate) fn authorize(
    head: &Parts,
    token: &Token,
    port: Option<u16>,
) -> Result<(), RequestError> {
    if port.is_some_and(|port| !names_this_server(head, port)) {
        return Err(RequestError::Misdirected);
    }
    let mut tokens = head.headers.get_all(AUTHORIZATION).iter();
    match (tokens.next(), tokens.next()) {
        (Some(given), None) if token.matches(given.as_bytes()) => {}
        _ => return Err(RequestError::AccessDenied),
    }
    if head.uri.path() != PATH {
        return Err(RequestError::NotFound);
    }
    if head.method != Method::GET {
        return Err(RequestError::MethodNotAllowed);
    }
    Ok(())
}

/// Returns true if every host named in the request is this server.
fn names_this_server(head: &Parts, port: u16) -> bool {
    let mut hosts = head.headers.get_all(HOST).iter().map(HeaderValue::as_bytes).peekable();
    let in_target = head.uri.authority().map(|authority| authority.as_str().as_bytes());
    hosts.peek().is_some() && hosts.chain(in_target).all(|host| is_loopback_host(host, port))
}

#[cfg(test)]
mod tests {
    use vestibule_world::memory;

    use super::*;

    const TOKEN: &str = "the token";

    /// Checks the result for a request with these headers, in which `the token` is replaced by the
    /// server's.
    #[track_caller]
    fn check(
        line: &str,
        headers: &[(&str, &str)],
        port: Option<u16>,
        expected: Result<(), RequestError>,
    ) {
        let token = Token::generate(&*memory::world().entropy);
        let (method, uri) = line.split_once(' ').unwrap();
        let mut request = http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            let value = value.replace(TOKEN, token.secret().expose());
            request = request.header(*name, value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(authorize(&head, &token, port), expected, "{line} {headers:?}");
    }

    const HOST: (&str, &str) = ("host", "127.0.0.1:4711");
    const AUTHORIZED: (&str, &str) = ("authorization", TOKEN);

    #[test]
    fn request_with_the_token_is_authorized() {
        let port = Some(4711);
        check("GET /credentials", &[HOST, AUTHORIZED], port, Ok(()));
        check("GET /credentials?a=b", &[("host", "LocalHost:4711"), AUTHORIZED], port, Ok(()));
        check("GET http://127.0.0.1:4711/credentials", &[HOST, AUTHORIZED], port, Ok(()));
        check("GET /credentials", &[("host", "localhost"), AUTHORIZED], None, Ok(()));
        check("GET /credentials", &[AUTHORIZED], None, Ok(()));
    }

    #[test]
    fn request_without_the_token_is_denied() {
        let error = Err(RequestError::AccessDenied);
        for line in ["GET /credentials", "POST /credentials", "GET /", "GET /favicon.ico"] {
            check(line, &[HOST], Some(4711), error);
            check(line, &[HOST, ("authorization", "guess")], Some(4711), error);
            check(line, &[HOST, ("authorization", "Bearer the token")], Some(4711), error);
            check(line, &[HOST, AUTHORIZED, ("authorization", "guess")], Some(4711), error);
            check(line, &[], None, error);
        }
    }

    #[test]
    fn request_for_another_host_is_misdirected() {
        let error = Err(RequestError::Misdirected);
        check("GET /credentials", &[AUTHORIZED], Some(4711), error);
        for host in ["evil.example:4711", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.nip.io:4711", ""]
        {
            check("GET /credentials", &[("host", host), AUTHORIZED], Some(4711), error);
            check("GET /credentials", &[HOST, ("host", host), AUTHORIZED], Some(4711), error);
        }
        check("GET http://evil.example/credentials", &[HOST, AUTHORIZED], Some(4711), error);
    }

    #[test]
    fn other_paths_and_methods_are_rejected() {
        check("GET /", &[HOST, AUTHORIZED], Some(4711), Err(RequestError::NotFound));
        check("GET /credentials/", &[HOST, AUTHORIZED], Some(4711), Err(RequestError::NotFound));
        for line in ["POST /credentials", "HEAD /credentials", "OPTIONS /credentials"] {
            check(line, &[HOST, AUTHORIZED], Some(4711), Err(RequestError::MethodNotAllowed));
        }
    }
}
