use std::sync::Arc;

use vestibule::world::{BoxFuture, World};
use vestibule::{Answer, Error, ErrorKind, ProvideError, ProvideErrorKind, Provider, Session};

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

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async {
            match self.0.credentials().await {
                Ok(keys) => Ok(Answer::Credentials((*keys).clone())),
                Err(error) => Err(advised(error)),
            }
        })
    }
}

fn advised(error: Error) -> ProvideError {
    let kind = match error.kind() {
        ErrorKind::SignInNeeded => ProvideErrorKind::SignInNeeded,
        ErrorKind::Configuration | ErrorKind::NothingConfigured => ProvideErrorKind::Configuration,
        ErrorKind::Refused => ProvideErrorKind::Refused,
        _ => ProvideErrorKind::Transient,
    };
    ProvideError::new("session", kind, Failure::from(error).in_one_line())
}
