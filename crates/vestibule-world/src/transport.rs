use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::Uri;
use vestibule_wire::{Request, Response};

use crate::{BoxFuture, find_in_chain};

/// A transport, which sends one HTTP request and returns its response.
///
/// It follows no redirects, retries nothing and keeps no cookies; bodies are whole and bounded, and
/// an exchange takes bounded time. Implement it to send through another HTTP client, which takes
/// `request.map(Bytes::from)`.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request and returns the response, whatever its status.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>>;
}

/// The limits of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a new limit is a breaking change")]
pub struct TransportLimits {
    /// Time to resolve and connect to the host or the proxy. 3.1 s, as in the SDKs: a lost packet
    /// is sent again after 3 s.
    pub connect: Duration,
    /// Time for the whole exchange, to the last byte of the response. 15 s.
    pub exchange: Duration,
    /// Size of the response body in bytes. 4 MiB.
    pub body: usize,
}

impl Default for TransportLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_millis(3100),
            exchange: Duration::from_secs(15),
            body: 4 << 20,
        }
    }
}

/// Error returned when there is no response to a request.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportError {
    /// The kind of error.
    pub kind: TransportErrorKind,
    /// The host of the request: scheme, name and port.
    pub host: String,
    /// The number of times that the request was sent.
    pub attempts: u32,
    /// The cause, if it is known.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = vestibule_types::host_of(&self.host);
        match self.kind {
            TransportErrorKind::Resolve => write!(f, "could not resolve the host name {host}"),
            TransportErrorKind::Connect => write!(f, "could not connect to {host}"),
            TransportErrorKind::Proxy | TransportErrorKind::ProxyRefused => {
                write!(f, "could not connect to {host} through the proxy")
            }
            TransportErrorKind::Tls => write!(f, "could not open a TLS connection to {host}"),
            TransportErrorKind::Timeout => write!(f, "{host} did not respond"),
            TransportErrorKind::Lost => write!(f, "the connection to {host} was lost"),
            TransportErrorKind::TooLarge => write!(f, "the response of {host} is too large"),
            TransportErrorKind::Local => write!(f, "could not send the request to {host}"),
            TransportErrorKind::NoRuntime => f.write_str("no tokio runtime"),
        }?;
        if 1 < self.attempts { write!(f, " ({} attempts)", self.attempts) } else { Ok(()) }
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}

impl TransportError {
    /// Returns an error for a host, after one attempt.
    pub fn new(kind: TransportErrorKind, host: impl Into<String>) -> Self {
        let source = (kind == TransportErrorKind::NoRuntime).then(|| NoRuntime.into());
        Self { kind, host: host.into(), attempts: 1, source }
    }

    /// Returns the error for a URL that cannot be requested.
    pub fn not_http(url: &Uri) -> Self {
        Self::new(TransportErrorKind::Local, url.host().unwrap_or("a URL without a host"))
            .with_source("not an absolute http or https URL")
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(Box::new(TransportCause { kind: self.kind, error: source.into() }));
        self
    }

    /// Sets the number of times that the request was sent.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }
}

/// The cause of a [`TransportError`], with its kind: an error that is transparent hides the error
/// itself from a chain of sources, but not its source.
pub(crate) struct TransportCause {
    kind: TransportErrorKind,
    pub(crate) error: Box<dyn Error + Send + Sync>,
}

impl fmt::Debug for TransportCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl fmt::Display for TransportCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl Error for TransportCause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

/// The kinds of [`TransportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The host name could not be resolved.
    Resolve,
    /// No connection could be opened.
    Connect,
    /// The proxy could not be reached, or could not reach the host.
    Proxy,
    /// The proxy refused the request, or requires another user and password.
    ProxyRefused,
    /// The TLS handshake failed, or the certificate is not trusted.
    Tls,
    /// There was no complete response before the timeout.
    Timeout,
    /// The connection was closed early, or the response is not HTTP.
    Lost,
    /// The response body exceeds the limit.
    TooLarge,
    /// The request could not be sent: an invalid proxy address, an unreadable CA bundle.
    Local,
    /// The call was not made from within a tokio runtime, which this transport requires.
    NoRuntime,
}

/// The source of a [`TransportErrorKind::NoRuntime`] error, found at the end of any chain of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("call from within a tokio runtime with IO and time enabled, or use the blocking form")]
#[non_exhaustive]
pub struct NoRuntime;

impl TransportErrorKind {
    /// Returns the kind of the [`TransportError`] in a chain of causes, if its cause is known.
    pub fn find_in_chain(error: &(dyn Error + 'static)) -> Option<Self> {
        find_in_chain(error).map(|cause: &TransportCause| cause.kind)
    }

    /// Returns true if another attempt may succeed, as after a change of network.
    pub const fn is_transient(self) -> bool {
        match self {
            Self::Resolve | Self::Connect | Self::Proxy | Self::Timeout | Self::Lost => true,
            Self::ProxyRefused | Self::Tls | Self::TooLarge | Self::Local | Self::NoRuntime => {
                false
            }
        }
    }

    /// Returns true for a disturbance that passes by itself. A host name that does not resolve and a
    /// refused connection are more often mistakes in the configuration.
    pub const fn passes_by_itself(self) -> bool {
        matches!(self, Self::Timeout | Self::Lost)
    }

    /// Returns whether the service may have received and processed the request.
    pub const fn may_have_been_processed(self) -> bool {
        matches!(self, Self::Timeout | Self::Lost | Self::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::CallError;

    #[test]
    fn kind_and_cause_are_found_behind_a_transparent_error() {
        let kind = TransportErrorKind::Resolve;
        let error = TransportError::new(kind, "https://x.test").with_source(io::Error::other("no"));
        let error = CallError::<io::Error>::Transport(error);
        assert_eq!(error.source().unwrap().to_string(), "no");
        assert_eq!(TransportErrorKind::find_in_chain(&error), Some(kind));
        assert!(find_in_chain::<io::Error>(&error).is_some());
        assert_eq!(TransportErrorKind::find_in_chain(&io::Error::other("no")), None);
    }
}
