use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use tower_service::Service;
use vestibule_world::BoxFuture;

use crate::error::{Error, ErrorKind, Result};

/// The system's resolver, with an error that can be told from a failed connection.
#[derive(Clone, Debug)]
pub(crate) struct SystemResolver(pub(crate) GaiResolver);

impl Service<Name> for SystemResolver {
    type Response = GaiAddrs;
    type Error = Error;
    type Future = BoxFuture<'static, Result<GaiAddrs>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let addresses = self.0.call(name);
        Box::pin(async { addresses.await.map_err(|error| Error::new(ErrorKind::Resolve, error)) })
    }
}
