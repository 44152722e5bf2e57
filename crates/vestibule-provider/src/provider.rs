use std::fmt;
use std::sync::Arc;

use vestibule_types::Credentials;
use vestibule_world::{BoxFuture, World};

use crate::{Answer, ProvideError};

/// One way of getting credentials: plain data, with one method against a world.
///
/// An `Err` is final for a chain: a source that was chosen and failed is never stepped over.
/// Who is not set up answers [`Answer::NotConfigured`].
pub trait Provider: fmt::Debug + Send + Sync {
    /// A short name for messages: `sso`, `environment`.
    fn name(&self) -> &'static str;

    /// Gets credentials. Nothing is cached here; see `Cached`.
    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>>;
}

/// Keys in hand.
impl Provider for Credentials {
    fn name(&self) -> &'static str {
        "static"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move { Ok(Answer::Credentials(self.clone())) })
    }
}

impl<P: Provider + ?Sized> Provider for Arc<P> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        (**self).provide(world)
    }
}

impl<P: Provider + ?Sized> Provider for Box<P> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        (**self).provide(world)
    }
}
