use std::error::Error;
use std::io;
use std::time::Duration;

use vestibule_wire::Origin;
use vestibule_world::{NetworkError, TransportError, TransportErrorKind as ErrorKind, causes};

/// Returns the error of an exchange, which contains no part of the URL but the host. The time limits are
/// for its message.
pub(crate) fn transport_error(
    error: reqwest::Error,
    host: &Origin,
    connect: Duration,
    exchange: Duration,
) -> TransportError {
    let kind = kind(&error);
    let cause: Box<dyn Error + Send + Sync> = match kind {
        ErrorKind::Connect if error.is_timeout() => {
            format!("no connection within {connect:?}").into()
        }
        ErrorKind::Timeout => format!("no response within {exchange:?}").into(),
        ErrorKind::Tls if is_unknown_issuer(&error) => UnknownIssuer.into(),
        ErrorKind::ProxyRefused => ProxyRefused.into(),
        _ => match NetworkError::find_in_chain(&error) {
            Some(network) => network.into(),
            None => error.without_url().into(),
        },
    };
    TransportError::new(kind, host.to_string()).with_source(cause)
}

fn kind(error: &reqwest::Error) -> ErrorKind {
    if error.is_builder() {
        return ErrorKind::Local;
    }
    if is_tls(error) {
        return ErrorKind::Tls;
    }
    if let Some(kind) = causes(error).find_map(|cause| tunnel_kind(&cause.to_string())) {
        return kind;
    }
    if error.is_dns() {
        return ErrorKind::Resolve;
    }
    if error.is_connect() {
        return if is_closed(error) { ErrorKind::Lost } else { ErrorKind::Connect };
    }
    if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Lost }
}

/// Returns the kind of an error of a proxy's tunnel. hyper-util does not export its type, so that its
/// text decides; with another text the error would be one of the connection.
fn tunnel_kind(text: &str) -> Option<ErrorKind> {
    Some(match text.strip_prefix("tunnel error: ")? {
        "proxy authorization required" => ErrorKind::ProxyRefused,
        "unexpected end of file" | "io error establishing tunnel" => ErrorKind::Lost,
        // The status is not known: an unreachable host is more common than a forbidden one, and is
        // tried again.
        _ => ErrorKind::Proxy,
    })
}

/// Returns true if the connection was closed during the TLS handshake.
fn is_closed(error: &reqwest::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let closed = [BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof];
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| closed.contains(&error.kind()))
}

#[cfg(feature = "rustls")]
fn is_tls(error: &reqwest::Error) -> bool {
    vestibule_world::find_in_chain::<rustls::Error>(error).is_some()
}

#[cfg(not(feature = "rustls"))]
fn is_tls(_error: &reqwest::Error) -> bool {
    false
}

#[cfg(feature = "rustls")]
fn is_unknown_issuer(error: &reqwest::Error) -> bool {
    use rustls::{CertificateError::UnknownIssuer, Error::InvalidCertificate};
    let found = vestibule_world::find_in_chain(error);
    matches!(found, Some(InvalidCertificate(UnknownIssuer)))
}

#[cfg(not(feature = "rustls"))]
fn is_unknown_issuer(_error: &reqwest::Error) -> bool {
    false
}

/// Error returned when the certificate of a server leads to no trusted root.
#[derive(Debug, thiserror::Error)]
#[error(
    "the certificate is signed by an unknown authority (UnknownIssuer); if a company proxy inspects \
     TLS, add its root certificate to the system's, or to the builder of the reqwest client"
)]
struct UnknownIssuer;

/// Error returned when a proxy requires a user and password.
#[derive(Debug, thiserror::Error)]
#[error("HTTP 407 Proxy Authentication Required: user or password is missing or wrong")]
struct ProxyRefused;
