//! Real exchanges with real servers on loopback, good ones and bad ones.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

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

use vestibule_hyper::{Config, Hyper};
use vestibule_wire::Request;
use vestibule_world::{Transport, TransportError, TransportErrorKind, Vars};

fn get(url: &str) -> Request {
    http::Request::get(url).body("".into()).unwrap()
}

fn post(url: &str, body: &'static str) -> Request {
    http::Request::post(url).body(body.into()).unwrap()
}

/// Without a proxy, and trusting nobody but the system.
fn plain() -> Config {
    Config::new(Vars::default())
}

/// Status and body of the answer to one request.
async fn send(transport: &Hyper, request: Request) -> Result<(u16, String), TransportError> {
    let answer = transport.send(request).await?;
    let body = String::from_utf8(answer.body().to_vec()).unwrap();
    Ok((answer.status().as_u16(), body))
}

/// What went wrong, and all that is said about it.
#[track_caller]
fn check(result: Result<(u16, String), TransportError>, kind: TransportErrorKind, says: &str) {
    let error = result.unwrap_err();
    let mut said = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        said = format!("{said}: {cause}");
        source = cause.source();
    }
    assert_eq!(error.kind, kind, "{said}");
    assert!(said.contains(says), "{said}");
}
