use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result, future};
use vestibule::{ErrorKind, Session};

/// The credentials of a session, as the AWS SDK asks for them.
///
/// The session keeps and refreshes them: asking is cheap, and no cache above this is needed. Behind
/// an error that a client returns is the session's own: [`vestibule::Error::find_in_chain`] finds it.
#[derive(Clone, Debug)]
pub struct SessionCredentials(Arc<Session>);

impl SessionCredentials {
    /// Those of this session.
    pub fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn provide(&self) -> Result {
        let found = self.0.credentials().await.map_err(|error| match error.kind() {
            ErrorKind::NothingConfigured => CredentialsError::not_loaded(error),
            ErrorKind::Configuration => CredentialsError::invalid_configuration(error),
            _ => CredentialsError::provider_error(error),
        })?;
        let mut credentials = Credentials::builder()
            .access_key_id(found.access_key_id())
            .secret_access_key(found.secret_access_key().expose())
            .provider_name("vestibule");
        credentials.set_session_token(found.session_token().map(|token| token.expose().to_owned()));
        credentials.set_expiry(found.expires().map(Into::into));
        credentials.set_account_id(found.account_id().map(|id| id.as_str().into()));
        Ok(credentials.build())
    }
}

impl ProvideCredentials for SessionCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.provide())
    }
}
