use std::io;

use vestibule_oidc::SignInError as MachineError;
use vestibule_types::{Region, StartUrl};
use vestibule_world::TransportError;

use crate::{Mismatch, StoreError};

/// Error returned when a sign-in brought no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The store cannot be written, found out before the user was asked.
    #[error("The sign-in cannot be stored, so it was not started.")]
    NotStorable(#[source] StoreError),
    /// The name of the token is taken by another tool's, which must not be overwritten.
    #[error("Cannot sign in to SSO session \"{session}\": {mismatch} ({location}).")]
    OtherTool {
        /// The name of the session, or its start URL.
        session: String,
        /// Where that token is.
        location: String,
        /// What differs.
        mismatch: Mismatch,
    },
    /// The start URL does not begin with `https://`.
    #[error("sso_start_url \"{start_url}\" does not begin with https://.")]
    NotHttps {
        /// As configured.
        start_url: StartUrl,
    },
    /// The portal is in another region than configured.
    #[error(
        "sso_region of SSO session \"{session}\" is {configured}, but its portal is in {portal}."
    )]
    OtherRegion {
        /// The name of the session, or its start URL.
        session: String,
        /// As configured.
        configured: Region,
        /// As the host name of the portal says.
        portal: Region,
    },
    /// The port for the redirect cannot be opened.
    #[error("Port {port} cannot be opened for the redirect.")]
    Listen {
        /// The port; 0 for any.
        port: u16,
        /// The error of the machine.
        #[source]
        source: io::Error,
    },
    /// The sign-in brought no token.
    #[error("Could not sign in to SSO session \"{session}\".")]
    Failed {
        /// The name of the session, or its start URL.
        session: String,
        /// How it failed.
        #[source]
        source: SignInFailure,
    },
}

/// How a sign-in failed.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "the machine failed, or one of the effects it uses")]
pub enum SignInFailure {
    /// The service or the user refused, or the time was up.
    #[error(transparent)]
    Machine(MachineError),
    /// The service sent no response, after retries.
    #[error(transparent)]
    Transport(TransportError),
    /// The redirect could not be received.
    #[error("the redirect could not be received")]
    Redirect(#[source] io::Error),
    /// The token arrived, and could not be stored.
    #[error("the token could not be stored")]
    Store(#[source] StoreError),
}
