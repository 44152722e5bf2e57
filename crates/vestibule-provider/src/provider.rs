use std::fmt;
use std::sync::Arc;

use vestibule_types::Credentials;
use vestibule_world::{BoxFuture, World};

use crate::{Error, Lookup, RefreshPolicy};

/// A source of credentials: plain data, with one async method against a [`World`].
///
/// A chain skips a provider that returns [`Lookup::NotConfigured`]. An `Err` ends the chain: a
/// source that was configured and failed is never skipped.
pub trait Provider: fmt::Debug + Send + Sync {
    /// Returns a short name for messages, such as `sso` or `environment`.
    fn name(&self) -> &str;

    /// Gets credentials. Providers cache nothing; [`Cached`](crate::Cached) does.
    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>>;

    /// Returns how a cache refreshes these credentials. Default: [`RefreshPolicy::Strict`].
    ///
    /// For a chain it is the policy of the provider that was used last.
    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::Strict
    }

    /// Returns where the credentials come from, for messages: a variable, a program, an address.
    /// Default: the name.
    fn location(&self, _world: &World) -> String {
        self.name().to_owned()
    }
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

/// Implements [`Provider`] for a pointer to one.
macro_rules! forward_provider {
    ($pointer:ident) => {
        impl<P: Provider + ?Sized> Provider for $pointer<P> {
            fn name(&self) -> &str {
                (**self).name()
            }

            fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
                (**self).provide(world)
            }

            fn refresh_policy(&self) -> RefreshPolicy {
                (**self).refresh_policy()
            }

            fn location(&self, world: &World) -> String {
                (**self).location(world)
            }
        }
    };
}

forward_provider!(Arc);
forward_provider!(Box);
