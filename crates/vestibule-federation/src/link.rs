use vestibule_types::{Credentials, Secret};
use vestibule_wire::{Anonymous, ResponseError, percent_encode};
use vestibule_world::{CallError, Skew, SkewObserver, World};

use crate::{Destination, GetSigninToken, Site};

/// Error returned by [`sign_in_link`].
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    kind: ErrorKind,
    skew: Option<Skew>,
    source: Option<CallError<ResponseError>>,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The credentials are long-lived access keys of a user; the console requires temporary ones.
    #[error("the console requires temporary credentials, not long-lived access keys")]
    LongLived,
    /// The call to the federation endpoint failed.
    #[error("could not get a sign-in token for these credentials")]
    Call,
}

impl Error {
    fn long_lived() -> Self {
        Self { kind: ErrorKind::LongLived, skew: None, source: None }
    }

    fn call(source: CallError<ResponseError>, skew: Option<Skew>) -> Self {
        Self { kind: ErrorKind::Call, skew, source: Some(source) }
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns whether a retry may succeed.
    pub fn is_transient(&self) -> bool {
        self.source.as_ref().is_some_and(|error| error.is_transient(ResponseError::is_transient))
    }

    /// Returns the difference of the clocks if it is large, so that expired credentials may be taken
    /// for valid ones.
    pub fn skew(&self) -> Option<Skew> {
        self.skew
    }
}

/// Returns a link that opens a page of the console, signed in with these credentials.
///
/// The link is valid for fifteen minutes and signs in anyone who has it. The console session expires
/// with the credentials and then links to the `issuer`, if there is one.
///
/// # Errors
/// The credentials are long-lived, or the endpoint does not accept them; see [`Error`].
pub async fn sign_in_link(
    world: &World,
    site: &Site,
    credentials: &Credentials,
    destination: &Destination,
    issuer: Option<&str>,
) -> Result<Secret, Error> {
    let session_token = credentials.session_token().ok_or_else(Error::long_lived)?;
    let operation = GetSigninToken {
        access_key_id: credentials.access_key_id(),
        secret_access_key: credentials.secret_access_key(),
        session_token,
    };
    let authorize = SkewObserver::new(&Anonymous);
    let token = world.call(&site.federation, &authorize, &operation).await;
    let token = token.map_err(|error| Error::call(error, authorize.skew()))?;
    let issuer = issuer.map(|issuer| format!("&Issuer={}", percent_encode(issuer)));
    Ok(Secret::new(format!(
        "{}/federation?Action=login{}&Destination={}&SigninToken={}",
        site.federation.url(),
        issuer.unwrap_or_default(),
        percent_encode(destination.as_str()),
        percent_encode(token.expose()),
    )))
}
