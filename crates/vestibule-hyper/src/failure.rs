use std::error::Error;
use std::sync::Arc;
use std::{fmt, io};

use vestibule_world::TransportError;
pub(crate) use vestibule_world::TransportErrorKind as Kind;

use crate::origin::Origin;

pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// What went wrong, before it is said for whom.
///
/// Clones, since hyper's client lends what a connector has told it and gives nothing back.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    kind: Kind,
    cause: Arc<dyn Error + Send + Sync>,
}

impl Failure {
    pub(crate) fn new(kind: Kind, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, cause: cause.into().into() }
    }

    /// The failure inside an error of the client or of a connector, or else one of this kind.
    pub(crate) fn inside(error: Box<dyn Error + Send + Sync>, or_else: Kind) -> Self {
        match find::<Self>(&*error) {
            Some(failure) => failure.clone(),
            None => Self::new(or_else, error),
        }
    }

    /// Says which way it was that failed.
    pub(crate) fn through(self, proxy: &Origin) -> Self {
        Self { kind: self.kind, cause: Arc::new(Through { proxy: proxy.clone(), source: self }) }
    }

    pub(crate) fn to(self, host: &Origin) -> TransportError {
        TransportError::new(self.kind, host.to_string()).with_source(self)
    }
}

/// Speaks as its cause; the kind is told by [`TransportError`].
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.source()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("through the proxy {proxy}")]
struct Through {
    proxy: Origin,
    source: Failure,
}

/// The first error of this type in a chain of causes, also where IO errors hide it.
pub(crate) fn find<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // The source of an IO error is that of the error it carries, not that error.
        next = match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(carried) => Some(carried),
            None => error.source(),
        };
    }
    None
}
