use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result, future};
use vestibule::{ErrorKind, Session};

/// The credentials of a session as a credentials provider of the AWS SDK.
///
/// The session caches and refreshes them, so no other cache is needed.
/// [`vestibule::Error::find_in_chain`] finds the session's error among the sources of a client's.
#[derive(Clone, Debug)]
pub struct SessionCredentials(Session);

impl SessionCredentials {
    /// Creates a provider of the credentials of this session.
    pub fn new(session: Session) -> Self {
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
        credentials.set_expiry(found.expires_at().map(Into::into));
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
