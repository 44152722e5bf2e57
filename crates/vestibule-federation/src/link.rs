use vestibule_types::{Credentials, Secret};
use vestibule_wire::{Anonymous, ResponseError, percent_encode};
use vestibule_world::{CallError, World};

use crate::{Destination, GetSigninToken, Site};

/// Error returned by [`sign_in_link`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The credentials are long-lived access keys of a user; the console requires temporary ones.
    #[error("the console requires temporary credentials, not long-lived access keys")]
    LongLived,
    /// The call to the federation endpoint failed.
    #[error("could not get a sign-in token for these credentials")]
    Call(#[source] CallError<ResponseError>),
}

impl Error {
    /// Returns whether a retry may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::LongLived => false,
            Self::Call(error) => error.is_transient(ResponseError::is_transient),
        }
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
    let session_token = credentials.session_token().ok_or(Error::LongLived)?;
    let operation = GetSigninToken {
        access_key_id: credentials.access_key_id(),
        secret_access_key: credentials.secret_access_key(),
        session_token,
    };
    let token = world.call(&site.federation, &Anonymous, &operation).await.map_err(Error::Call)?;
    let issuer = issuer.map(|issuer| format!("&Issuer={}", percent_encode(issuer)));
    Ok(Secret::new(format!(
        "{}/federation?Action=login{}&Destination={}&SigninToken={}",
        site.federation.url(),
        issuer.unwrap_or_default(),
        percent_encode(destination.as_str()),
        percent_encode(token.expose()),
    )))
}
