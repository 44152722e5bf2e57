use std::sync::Arc;
use std::{error, fmt, io};

use http::Uri;
use vestibule_world::TransportError;
pub(crate) use vestibule_world::TransportErrorKind as ErrorKind;

use crate::origin::Origin;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Error of an exchange, without the name of its host.
///
/// `Clone`, since hyper's client only lends out the error of a connector.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    kind: ErrorKind,
    cause: Arc<dyn error::Error + Send + Sync>,
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        cause: impl Into<Box<dyn error::Error + Send + Sync>>,
    ) -> Self {
        Self { kind, cause: cause.into().into() }
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        self.kind
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
        let found = find_in_chain::<io::Error>(&*error).map(io::Error::kind);
        match found.and_then(NetworkError::from_io) {
            Some(network) => Self::new(kind, network),
            None => Self::new(kind, error),
        }
    }

    pub(crate) fn for_host(self, host: &Origin) -> TransportError {
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

/// Returns the kind of the failed exchange in a chain of causes, if an error of this crate is in it.
///
/// Errors that are transparent hide the [`TransportError`] itself, but not its cause.
pub fn kind_in_chain(error: &(dyn error::Error + 'static)) -> Option<ErrorKind> {
    find_in_chain::<Error>(error).map(|error| error.kind)
}

/// Returns the error for a URL that cannot be requested.
pub(crate) fn not_http(url: &Uri) -> TransportError {
    TransportError::new(ErrorKind::Local, url.host().unwrap_or("a URL without a host"))
        .with_source("not an absolute http or https URL")
}

/// An error of the network that has a plain name.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum NetworkError {
    #[error("connection refused")]
    Refused,
    #[error("connection reset")]
    Reset,
    #[error("the host is unreachable")]
    HostUnreachable,
    #[error("the network is unreachable")]
    NetworkUnreachable,
    #[error("no response to the connection attempt")]
    TimedOut,
}

impl NetworkError {
    fn from_io(kind: io::ErrorKind) -> Option<Self> {
        match kind {
            io::ErrorKind::ConnectionRefused => Some(Self::Refused),
            io::ErrorKind::ConnectionReset => Some(Self::Reset),
            io::ErrorKind::HostUnreachable => Some(Self::HostUnreachable),
            io::ErrorKind::NetworkUnreachable => Some(Self::NetworkUnreachable),
            io::ErrorKind::TimedOut => Some(Self::TimedOut),
            _ => None,
        }
    }
}

/// Returns the first error of a type in a chain of causes, including those inside IO errors.
pub(crate) fn find_in_chain<'e, E: error::Error + 'static>(
    error: &'e (dyn error::Error + 'static),
) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // An IO error's source is the source of the error inside it, which would be skipped.
        next = match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
