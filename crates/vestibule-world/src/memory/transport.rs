use std::fmt;

use vestibule_wire::{Request, Response};

use crate::{BoxFuture, TransportError, TransportErrorKind};

type Respond = dyn Fn(Request) -> Result<Response, TransportError> + Send + Sync;

/// A transport as a function from a request to its response.
pub struct Transport(Box<Respond>);

impl Transport {
    /// Creates a transport whose responses are returned by a function.
    #[inline]
    pub fn new(
        respond: impl Fn(Request) -> Result<Response, TransportError> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(respond))
    }

    /// Creates a transport without a network.
    #[inline]
    pub fn unreachable() -> Self {
        Self::new(|request| {
            let host = request.uri().authority().map_or("", |host| host.as_str());
            Err(TransportError::new(TransportErrorKind::Connect, host))
        })
    }
}

impl fmt::Debug for Transport {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memory::Transport(..)")
    }
}

impl crate::Transport for Transport {
    #[inline]
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move { (self.0)(request) })
    }
}
