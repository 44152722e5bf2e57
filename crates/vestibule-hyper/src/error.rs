use std::sync::Arc;
use std::{error, fmt};

use rustls::CertificateError;
use vestibule_wire::Origin;
use vestibule_world::{NetworkError, TransportError};
pub(crate) use vestibule_world::{TransportErrorKind as ErrorKind, find_in_chain};

use crate::connector::UnknownIssuer;
use crate::proxy::{InvalidVariable, ProxyError};
use crate::tls::TlsConfigError;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Error of an exchange: the source of each [`TransportError`] of this crate.
// `Clone`, since hyper's client only lends out the error of a connector.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    host: Option<String>,
    cause: Arc<dyn error::Error + Send + Sync>,
}

/// A cause of an [`Error`] that a setting or the network of this machine can resolve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// This machine has no network that leads to the host or to the proxy.
    NetworkUnreachable,
    /// The variable does not contain the URL of a proxy, or no connection to its proxy can be used.
    Proxy {
        /// The name of the variable.
        variable: &'static str,
    },
    /// The host name of the proxy cannot be resolved.
    ProxyName {
        /// The variable that names the proxy.
        variable: &'static str,
    },
    /// The CA bundle cannot be used.
    CaBundle {
        /// The variable that names it, or "`ca_bundle` of the profile".
        setting: &'static str,
    },
    /// The certificate of the host leads to no trusted root.
    UnknownAuthority,
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        cause: impl Into<Box<dyn error::Error + Send + Sync>>,
    ) -> Self {
        Self { kind, host: None, cause: cause.into().into() }
    }

    /// Finds the error of this crate in a chain of sources.
    ///
    /// Errors that are transparent hide the [`TransportError`] itself, but not its source.
    pub fn find_in_chain<'e>(error: &'e (dyn error::Error + 'static)) -> Option<&'e Self> {
        find_in_chain(error)
    }

    /// Returns the kind of the [`TransportError`].
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the host of the request as in a URL: the name, and a port that is not the default.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Returns the cause that a setting or the network can resolve, if there is one.
    pub fn cause(&self) -> Option<Cause> {
        let cause: &(dyn error::Error + 'static) = &*self.cause;
        if let Some(ProxyError { variable, source, .. }) = cause.downcast_ref() {
            return Some(match source.cause() {
                Some(Cause::NetworkUnreachable) => Cause::NetworkUnreachable,
                _ if source.kind == ErrorKind::Resolve => Cause::ProxyName { variable },
                _ => Cause::Proxy { variable },
            });
        }
        if let Some(InvalidVariable { variable, .. }) = cause.downcast_ref() {
            return Some(Cause::Proxy { variable });
        }
        if let Some(NetworkError::NetworkUnreachable) = cause.downcast_ref() {
            return Some(Cause::NetworkUnreachable);
        }
        if let Some(TlsConfigError::Bundle { bundle, .. }) = cause.downcast_ref() {
            return Some(Cause::CaBundle { setting: bundle.setting });
        }
        let is_untrusted = match cause.downcast_ref() {
            // A root certificate of the same name has another key.
            Some(rustls::Error::InvalidCertificate(CertificateError::BadSignature)) => true,
            _ => cause.is::<UnknownIssuer>(),
        };
        is_untrusted.then_some(Cause::UnknownAuthority)
    }

    /// Returns the error of a connection that was closed early, or does not carry HTTP.
    pub(crate) fn connection_lost(error: hyper::Error) -> Self {
        match find_in_chain::<Self>(&error) {
            Some(found) => found.clone(),
            None => Self::network(ErrorKind::Lost, error.into()),
        }
    }

    /// Returns an error of the network in the words of this crate, which are the same on every
    /// platform.
    pub(crate) fn network(kind: ErrorKind, error: Box<dyn error::Error + Send + Sync>) -> Self {
        match NetworkError::find_in_chain(&*error) {
            Some(network) => Self::new(kind, network),
            None => Self::new(kind, error),
        }
    }

    pub(crate) fn for_host(mut self, host: &Origin) -> TransportError {
        self.host = Some(host.authority());
        TransportError::new(self.kind, host.to_string()).with_source(self)
    }
}

/// Shows the cause; [`TransportError`] shows the kind.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.cause.source()
    }
}
