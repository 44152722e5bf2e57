use std::sync::Arc;

use vestibule::world::{BoxFuture, World};
use vestibule::{Error, ErrorKind, Lookup, Provider, ProviderError, ProviderErrorKind, Session};

use crate::advice::Failure;

/// A session whose errors say what to type: who asks it over HTTP sees nothing else of us.
#[derive(Debug)]
pub(super) struct Advised(Arc<Session>);

impl Advised {
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self(session)
    }
}

impl Provider for Advised {
    fn name(&self) -> &'static str {
        "session"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        Box::pin(async {
            match self.0.credentials().await {
                Ok(keys) => Ok(Lookup::Credentials((*keys).clone())),
                Err(error) => Err(advised(error)),
            }
        })
    }
}

fn advised(error: Error) -> ProviderError {
    let kind = match error.kind() {
        ErrorKind::SignInNeeded => ProviderErrorKind::SignInNeeded,
        ErrorKind::Configuration | ErrorKind::NothingConfigured => ProviderErrorKind::Configuration,
        ErrorKind::Refused => ProviderErrorKind::Refused,
        _ => ProviderErrorKind::Transient,
    };
    ProviderError::new("session", kind, Failure::from(error).in_one_line())
}
