use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};

use crate::token::Token;

/// Where the credentials are.
pub(crate) const PATH: &str = "/credentials";

/// Why a request gets no credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Misdirected,
    Denied,
    NotFound,
    NotAllowed,
}

impl Refusal {
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Denied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Misdirected => "Misdirected",
            Self::Denied => "AccessDenied",
            Self::NotFound => "NotFound",
            Self::NotAllowed => "MethodNotAllowed",
        }
    }

    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::Misdirected => "the request was meant for another host",
            Self::Denied => {
                "the header Authorization is missing or wrong: \
                 it is to be the value of AWS_CONTAINER_AUTHORIZATION_TOKEN"
            }
            Self::NotFound => "there is nothing but /credentials here",
            Self::NotAllowed => "credentials are asked for with GET",
        }
    }
}

/// Decides whether a request gets credentials: a client of this machine (which a page of a browser
/// is not, whatever its name points to) that shows the token and asks for them. Who does not show
/// the token learns nothing more.
pub(crate) fn admit(head: &Parts, token: &Token, port: Option<u16>) -> Result<(), Refusal> {
    if port.is_some_and(|port| !is_meant_for(head, port)) {
        return Err(Refusal::Misdirected);
    }
    let mut shown = head.headers.get_all(AUTHORIZATION).iter();
    match (shown.next(), shown.next()) {
        (Some(shown), None) if token.is(shown.as_bytes()) => {}
        _ => return Err(Refusal::Denied),
    }
    if head.uri.path() != PATH {
        return Err(Refusal::NotFound);
    }
    if head.method != Method::GET {
        return Err(Refusal::NotAllowed);
    }
    Ok(())
}

/// A client names the host it believes to ask, whatever address that has turned out to have.
fn is_meant_for(head: &Parts, port: u16) -> bool {
    let mut named = head.headers.get_all(HOST).iter().map(HeaderValue::as_bytes).peekable();
    let in_address = head.uri.authority().map(|authority| authority.as_str().as_bytes());
    named.peek().is_some() && named.chain(in_address).all(|host| is_ours(host, port))
}

fn is_ours(host: &[u8], port: u16) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let (name, given) = host.split_once(':').unwrap_or((host, "80"));
    (name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost")) && given.parse() == Ok(port)
}

#[cfg(test)]
mod tests {
    use vestibule_world::memory;

    use super::*;

    const TOKEN: &str = "the token";

    /// What becomes of a request with these headers; `the token` stands for the right one.
    #[track_caller]
    fn check(
        line: &str,
        headers: &[(&str, &str)],
        port: Option<u16>,
        expected: Result<(), Refusal>,
    ) {
        let token = Token::draw(&*memory::world().entropy);
        let (method, uri) = line.split_once(' ').unwrap();
        let mut request = http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            let value = value.replace(TOKEN, token.secret().expose());
            request = request.header(*name, value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(admit(&head, &token, port), expected, "{line} {headers:?}");
    }

    const HOST: (&str, &str) = ("host", "127.0.0.1:4711");
    const SHOWN: (&str, &str) = ("authorization", TOKEN);

    #[test]
    fn who_shows_the_token_gets_credentials() {
        let here = Some(4711);
        check("GET /credentials", &[HOST, SHOWN], here, Ok(()));
        check("GET /credentials?a=b", &[("host", "LocalHost:4711"), SHOWN], here, Ok(()));
        check("GET http://127.0.0.1:4711/credentials", &[HOST, SHOWN], here, Ok(()));
        check("GET /credentials", &[("host", "localhost"), SHOWN], None, Ok(()));
        check("GET /credentials", &[SHOWN], None, Ok(()));
    }

    #[test]
    fn who_does_not_learns_nothing() {
        let refused = Err(Refusal::Denied);
        for line in ["GET /credentials", "POST /credentials", "GET /", "GET /favicon.ico"] {
            check(line, &[HOST], Some(4711), refused);
            check(line, &[HOST, ("authorization", "guess")], Some(4711), refused);
            check(line, &[HOST, ("authorization", "Bearer the token")], Some(4711), refused);
            check(line, &[HOST, SHOWN, ("authorization", "guess")], Some(4711), refused);
            check(line, &[], None, refused);
        }
    }

    #[test]
    fn another_name_for_this_machine_is_refused() {
        let refused = Err(Refusal::Misdirected);
        check("GET /credentials", &[SHOWN], Some(4711), refused);
        for host in ["evil.example:4711", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.nip.io:4711", ""]
        {
            check("GET /credentials", &[("host", host), SHOWN], Some(4711), refused);
            check("GET /credentials", &[HOST, ("host", host), SHOWN], Some(4711), refused);
        }
        check("GET http://evil.example/credentials", &[HOST, SHOWN], Some(4711), refused);
    }

    #[test]
    fn there_is_one_path_and_one_method() {
        check("GET /", &[HOST, SHOWN], Some(4711), Err(Refusal::NotFound));
        check("GET /credentials/", &[HOST, SHOWN], Some(4711), Err(Refusal::NotFound));
        for line in ["POST /credentials", "HEAD /credentials", "OPTIONS /credentials"] {
            check(line, &[HOST, SHOWN], Some(4711), Err(Refusal::NotAllowed));
        }
    }
}
