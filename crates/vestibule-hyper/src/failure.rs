use std::error::Error;

use vestibule_world::TransportError;
pub(crate) use vestibule_world::TransportErrorKind as Kind;

use crate::origin::Origin;

pub(crate) type Result<T> = std::result::Result<T, TransportError>;

/// A failure; whom it concerns is added where the exchange ends.
pub(crate) fn failure(
    kind: Kind,
    cause: impl Into<Box<dyn Error + Send + Sync>>,
) -> TransportError {
    TransportError::new(kind, "").with_source(cause)
}

/// Says that the way there led through a proxy.
pub(crate) fn at_proxy(mut failure: TransportError, proxy: &Origin) -> TransportError {
    let source = failure.source.take();
    failure.with_source(AtProxy { proxy: proxy.to_string(), source })
}

#[derive(Debug, thiserror::Error)]
#[error("at the proxy {proxy}")]
struct AtProxy {
    proxy: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}
