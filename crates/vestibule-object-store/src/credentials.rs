use std::pin::Pin;
use std::sync::Arc;

use object_store::aws::AwsCredential;
use object_store::{CredentialProvider, Error, Result};
use vestibule::{ErrorKind, Session};

/// The credentials of a session as a credential provider of `object_store`.
///
/// A store gets them for every request, including each part of an upload; the session caches and
/// refreshes them. [`vestibule::Error::find_in_chain`] finds the session's error among the sources of
/// a store's.
#[derive(Clone, Debug)]
pub struct SessionCredentials(Session);

impl SessionCredentials {
    /// Creates a provider of the credentials of this session.
    pub fn new(session: Session) -> Self {
        Self(session)
    }

    async fn provide(&self) -> Result<Arc<AwsCredential>> {
        let found = self.0.credentials().await.map_err(store_error)?;
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

/// Converts an error.
///
/// A missing sign-in is `Unauthenticated`, so that the caller can tell the user to sign in.
fn store_error(error: vestibule::Error) -> Error {
    let is_unauthenticated =
        matches!(error.kind(), ErrorKind::SignInNeeded | ErrorKind::NothingConfigured);
    let source = Box::new(error);
    if is_unauthenticated {
        return Error::Unauthenticated { path: "credentials".into(), source };
    }
    Error::Generic { store: "S3", source }
}
