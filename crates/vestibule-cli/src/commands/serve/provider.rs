use std::sync::Arc;

use vestibule::world::{BoxFuture, World};
use vestibule::{ErrorKind, Lookup, Provider, ProviderError, ProviderErrorKind, Session};

use crate::error::Error;

/// A provider over a session, whose errors contain the hint, because clients of the endpoint see
/// nothing else.
#[derive(Debug)]
pub(super) struct SessionProvider(Arc<Session>);

impl SessionProvider {
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self(session)
    }
}

impl Provider for SessionProvider {
    fn name(&self) -> &'static str {
        "session"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async {
            match self.0.credentials().await {
                Ok(keys) => Ok(Lookup::Credentials((*keys).clone())),
                Err(error) => Err(with_hint(error)),
            }
        })
    }
}

fn with_hint(error: vestibule::Error) -> ProviderError {
    let kind = match error.kind() {
        ErrorKind::SignInNeeded => ProviderErrorKind::SignInNeeded,
        ErrorKind::Configuration | ErrorKind::NothingConfigured => ProviderErrorKind::Configuration,
        ErrorKind::Refused => ProviderErrorKind::Refused,
        _ => ProviderErrorKind::Transient,
    };
    ProviderError::new("session", kind, Error::from(error).one_line())
}
