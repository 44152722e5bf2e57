use std::sync::Arc;
use std::{error, fmt, io};

use vestibule_world::TransportError;
pub(crate) use vestibule_world::TransportErrorKind as ErrorKind;

use crate::origin::Origin;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// A failed exchange, before it is known for which host.
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

    /// Returns the [`Error`] in the chain of an error of hyper, or a new one of this kind.
    pub(crate) fn find_or_new(
        error: Box<dyn error::Error + Send + Sync>,
        default: ErrorKind,
    ) -> Self {
        match find_in_chain::<Self>(&*error) {
            Some(found) => found.clone(),
            None => Self::new(default, error),
        }
    }

    /// Adds the proxy on whose connection this happened.
    pub(crate) fn through_proxy(self, proxy: &Origin) -> Self {
        let cause = ThroughProxy { proxy: proxy.clone(), source: self.clone() };
        Self { kind: self.kind, cause: Arc::new(cause) }
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

#[derive(Debug, thiserror::Error)]
#[error("through the proxy {proxy}")]
struct ThroughProxy {
    proxy: Origin,
    source: Error,
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
