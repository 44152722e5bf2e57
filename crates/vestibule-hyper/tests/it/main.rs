//! Exchanges with servers on loopback.
#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

mod blocking;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod certificates;
mod exchange;
mod faults;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod proxies;
mod server;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod tls;

use vestibule_hyper::{Cause, Config, Error, Hyper};
use vestibule_wire::Request;
use vestibule_world::{Transport, TransportError, TransportErrorKind, Vars};

fn get(url: &str) -> Request {
    http::Request::get(url).body("".into()).unwrap()
}

fn post(url: &str, body: &'static str) -> Request {
    http::Request::post(url).body(body.into()).unwrap()
}

/// No proxy, and only the system's certificates.
fn plain() -> Config {
    Config::new(Vars::default())
}

/// Returns status and body of a response.
async fn send(transport: &Hyper, request: Request) -> Result<(u16, String), TransportError> {
    let response = transport.send(request).await?;
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    Ok((response.status().as_u16(), body))
}

/// Checks the kind of an error, and its message with all causes. Returns the cause that has a remedy.
#[track_caller]
fn check(
    result: Result<(u16, String), TransportError>,
    kind: TransportErrorKind,
    expected: &str,
) -> Option<Cause> {
    let error = result.unwrap_err();
    let mut message = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    assert_eq!(error.kind, kind, "{message}");
    assert!(message.contains(expected), "{message}");
    Error::find_in_chain(&error).and_then(Error::cause)
}
