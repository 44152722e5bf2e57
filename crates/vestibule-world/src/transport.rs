use std::error::Error;
use std::fmt;

use vestibule_wire::{Request, Response};

use crate::BoxFuture;

/// HTTP, reduced to one exchange.
///
/// No redirects, no retries, no cookies; bodies are whole and bounded; an exchange ends in
/// bounded time. Implement it to send through an HTTP client of your own, to which
/// `request.map(Bytes::from)` is what others call a request.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request and reads the answer, whatever its status.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>>;
}

/// No answer came.
#[derive(Debug, thiserror::Error)]
#[error("{kind} ({host})")]
#[non_exhaustive]
pub struct TransportError {
    /// What went wrong.
    pub kind: TransportErrorKind,
    /// Whom we tried to reach: scheme, host and port.
    pub host: String,
    /// The cause, where there is one.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// No answer from this host.
    pub fn new(kind: TransportErrorKind, host: impl Into<String>) -> Self {
        let source = (kind == TransportErrorKind::NoRuntime).then(|| NoRuntime.into());
        Self { kind, host: host.into(), source }
    }

    /// With what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// The ways of getting no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The name does not resolve.
    #[error("the host name could not be resolved")]
    Resolve,
    /// No connection, perhaps none to the proxy.
    #[error("could not connect")]
    Connect,
    /// A proxy refused.
    #[error("the proxy refused")]
    Proxy,
    /// No common ground on encryption, or a certificate nobody here trusts.
    #[error("the TLS handshake failed")]
    Tls,
    /// It took too long.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke, or what came is no HTTP.
    #[error("the connection was lost")]
    Lost,
    /// The body is larger than any answer should be.
    #[error("the answer is too large")]
    TooLarge,
    /// This machine cannot send it: a bad proxy address, an unreadable CA bundle.
    #[error("the request could not be sent from here")]
    Local,
    /// The call was not made from within a tokio runtime, which this transport requires.
    #[error("no tokio runtime")]
    NoRuntime,
}

/// The source of a [`TransportErrorKind::NoRuntime`] error, found at the end of any chain of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("call from within a tokio runtime with IO and time enabled, or use the blocking form")]
#[non_exhaustive]
pub struct NoRuntime;

impl TransportErrorKind {
    /// True if asking again may help.
    pub const fn is_transient(self) -> bool {
        match self {
            Self::Resolve | Self::Connect | Self::Proxy | Self::Timeout | Self::Lost => true,
            Self::Tls | Self::TooLarge | Self::Local | Self::NoRuntime => false,
        }
    }
}
