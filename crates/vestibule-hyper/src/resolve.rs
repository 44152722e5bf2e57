use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiAddrs, GaiResolver, Name};
use tower_service::Service;
use vestibule_world::BoxFuture;

use crate::failure::{Failure, Kind, Result};

/// The system's resolver, whose failures can be told from those of connecting.
#[derive(Clone, Debug)]
pub(crate) struct Resolve(pub(crate) GaiResolver);

impl Service<Name> for Resolve {
    type Response = GaiAddrs;
    type Error = Failure;
    type Future = BoxFuture<'static, Result<GaiAddrs>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let addresses = self.0.call(name);
        Box::pin(async { addresses.await.map_err(|error| Failure::new(Kind::Resolve, error)) })
    }
}
