use std::path::PathBuf;

use vestibule_types::with_causes;
use vestibule_world::{
    Request, Transport, TransportError, TransportErrorKind, TransportLimits as Limits,
};

/// A transport that is tested.
pub trait Subject {
    /// The type of the transport.
    type Transport: Transport + 'static;

    /// Returns a transport with these settings.
    fn transport(settings: Settings) -> Self::Transport;
}

/// The settings that every transport has.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "tests set them all")]
pub struct Settings {
    /// The limits of an exchange.
    pub limits: Limits,
    /// A PEM file with a trusted certificate, besides those of the system.
    pub ca_bundle: Option<PathBuf>,
    /// The URL of the proxy for all requests; without it, requests are sent directly.
    pub proxy: Option<String>,
}

/// Returns a request without a body.
pub fn get(url: &str) -> Request {
    http::Request::get(url).body("".into()).unwrap()
}

/// Returns a request with a body.
pub fn post(url: &str, body: &'static str) -> Request {
    http::Request::post(url).body(body.into()).unwrap()
}

/// Sends a request; returns status and body of the response.
///
/// # Errors
/// There is no response.
pub async fn send(
    transport: &impl Transport,
    request: Request,
) -> Result<(u16, String), TransportError> {
    let response = transport.send(request).await?;
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    Ok((response.status().as_u16(), body))
}

/// Checks the kind of an error, and a part of its message with all causes. Returns the error.
#[track_caller]
pub fn check(
    result: Result<(u16, String), TransportError>,
    kind: TransportErrorKind,
    expected: &str,
) -> TransportError {
    let error = result.unwrap_err();
    let message = with_causes(&error);
    assert_eq!(error.kind, kind, "{message}");
    assert!(message.contains(expected), "{message}");
    error
}
