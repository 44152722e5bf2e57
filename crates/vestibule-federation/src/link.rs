use vestibule_types::{Credentials, Secret};
use vestibule_wire::{Anonymous, AnswerError, percent_encode};
use vestibule_world::{CallError, World};

use crate::{Destination, GetSigninToken, Site};

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Keys of a user: the console takes no others than temporary ones.
    #[error("long-lived keys open no console, the credentials of a role do")]
    LongLived,
    /// The federation endpoint said no, or nothing.
    #[error("no sign-in token was given for these credentials")]
    Call(#[source] CallError<AnswerError>),
}

impl Error {
    /// Whether asking again later may help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Call(CallError::Transport(error)) => error.kind.is_transient(),
            Self::Call(CallError::Answer(AnswerError::Service(error))) => {
                error.status.is_server_error() || error.status.as_u16() == 429
            }
            _ => false,
        }
    }
}

/// A link that opens a page of the console, signed in with these credentials.
///
/// It works for fifteen minutes, for whoever has it; the console stays open for as long as the
/// credentials last, and leads to the `issuer` after that, if there is one.
///
/// # Errors
/// The credentials are no role's, or the endpoint does not take them; see [`Error`].
pub async fn sign_in_link(
    world: &World,
    site: &Site,
    credentials: &Credentials,
    destination: &Destination,
    issuer: Option<&str>,
) -> Result<Secret, Error> {
    let session_token = credentials.session_token().ok_or(Error::LongLived)?;
    let ask = GetSigninToken {
        access_key_id: credentials.access_key_id(),
        secret_access_key: credentials.secret_access_key(),
        session_token,
    };
    let token = world.call(&site.federation, &Anonymous, &ask).await.map_err(Error::Call)?;
    let issuer = issuer.map(|issuer| format!("&Issuer={}", percent_encode(issuer)));
    Ok(Secret::new(format!(
        "{}/federation?Action=login{}&Destination={}&SigninToken={}",
        site.federation.url(),
        issuer.unwrap_or_default(),
        percent_encode(destination.as_str()),
        percent_encode(token.expose()),
    )))
}
