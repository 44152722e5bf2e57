use std::fmt;
use std::sync::Arc;

use vestibule_types::Credentials;
use vestibule_world::{BoxFuture, World};

use crate::{Error, Lookup};

/// A source of credentials: plain data, with one async method against a [`World`].
///
/// A chain skips a provider that returns [`Lookup::NotConfigured`]. An `Err` ends the chain: a
/// source that was configured and failed is never skipped.
pub trait Provider: fmt::Debug + Send + Sync {
    /// Returns a short name for messages, such as `sso` or `environment`.
    fn name(&self) -> &str;

    /// Gets credentials. Providers cache nothing; [`Cached`](crate::Cached) does.
    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>>;
}

/// Static credentials.
impl Provider for Credentials {
    fn name(&self) -> &'static str {
        "static"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move { Ok(Lookup::Credentials(self.clone())) })
    }
}

impl<P: Provider + ?Sized> Provider for Arc<P> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        (**self).provide(world)
    }
}

impl<P: Provider + ?Sized> Provider for Box<P> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        (**self).provide(world)
    }
}
