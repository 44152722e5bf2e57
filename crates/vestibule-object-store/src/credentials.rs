use std::pin::Pin;
use std::sync::Arc;

use object_store::aws::AwsCredential;
use object_store::{CredentialProvider, Error, Result};
use vestibule::{ErrorKind, Session};

/// The credentials of a session, as `object_store` asks for them.
///
/// It asks for every request, each part of an upload included; the session keeps and refreshes them.
/// Behind an error that a store returns is the session's own: [`vestibule::Error::find_in_chain`] finds it.
#[derive(Clone, Debug)]
pub struct SessionCredentials(Arc<Session>);

impl SessionCredentials {
    /// Those of this session.
    pub fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn provide(&self) -> Result<Arc<AwsCredential>> {
        let found = self.0.credentials().await.map_err(refused)?;
        Ok(Arc::new(AwsCredential {
            key_id: found.access_key_id().to_owned(),
            secret_key: found.secret_access_key().expose().to_owned(),
            token: found.session_token().map(|token| token.expose().to_owned()),
        }))
    }
}

impl CredentialProvider for SessionCredentials {
    type Credential = AwsCredential;

    fn get_credential<'a, 'b>(
        &'a self,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<AwsCredential>>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(self.provide())
    }
}

/// A sign-in is what the caller may ask a person for; anything else is trouble.
fn refused(error: vestibule::Error) -> Error {
    let unauthenticated =
        matches!(error.kind(), ErrorKind::SignInNeeded | ErrorKind::NothingConfigured);
    let source = Box::new(error);
    if unauthenticated {
        return Error::Unauthenticated { path: "credentials".into(), source };
    }
    Error::Generic { store: "S3", source }
}
