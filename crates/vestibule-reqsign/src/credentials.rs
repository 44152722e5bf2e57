use reqsign_aws_v4::Credential;
use reqsign_core::time::Timestamp;
use reqsign_core::{Context, Error, ErrorKind, ProvideCredential, Result};
use vestibule::{ErrorKind as Kind, Session};

/// The credentials of a session as a credential provider of reqsign.
///
/// Reqsign caches them until shortly before they expire, and the session refreshes them.
/// [`vestibule::Error::find_in_chain`] finds the session's error among the sources.
///
/// Put it into a chain alone: reqsign's chain skips a provider that fails, and would sign with another
/// identity where this one only requires a sign-in. The chain also drops the error;
/// [`Session::credentials`] returns it again.
#[derive(Clone, Debug)]
pub struct SessionCredentials(Session);

impl SessionCredentials {
    /// Creates a provider of the credentials of this session.
    pub fn new(session: Session) -> Self {
        Self(session)
    }
}

impl ProvideCredential for SessionCredentials {
    type Credential = Credential;

    async fn provide_credential(&self, _: &Context) -> Result<Option<Credential>> {
        let found = match self.0.credentials().await {
            Ok(found) => found,
            Err(error) if error.kind() == Kind::NothingConfigured => return Ok(None),
            Err(error) => return Err(reqsign_error(error)),
        };
        let expires = found.expires_at().map(|at| Timestamp::from_second(at.unix_seconds()));
        Ok(Some(Credential {
            access_key_id: found.access_key_id().to_owned(),
            secret_access_key: found.secret_access_key().expose().to_owned(),
            session_token: found.session_token().map(|token| token.expose().to_owned()),
            expires_in: expires.transpose()?,
        }))
    }
}

fn reqsign_error(error: vestibule::Error) -> Error {
    let kind = match error.kind() {
        Kind::SignInNeeded => ErrorKind::CredentialInvalid,
        Kind::Configuration => ErrorKind::ConfigInvalid,
        Kind::Refused => ErrorKind::PermissionDenied,
        _ => ErrorKind::Unexpected,
    };
    let is_transient = error.kind() == Kind::Unavailable;
    Error::new(kind, "no credentials from the session")
        .with_source(error)
        .set_retryable(is_transient)
}
