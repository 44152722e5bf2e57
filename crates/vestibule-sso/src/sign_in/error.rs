use std::error::Error;
use std::io;

use vestibule_types::{Region, StartUrl};
use vestibule_wire::sign_in::FlowError;
use vestibule_world::TransportError;

use crate::{Mismatch, StoreError};

/// Error returned when a sign-in to an SSO session fails.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The token store cannot be written. The sign-in was not started.
    #[error("The sign-in cannot be stored, so it was not started.")]
    NotStorable(#[source] StoreError),
    /// A token of another tool has the same name, and must not be overwritten.
    #[error("Cannot sign in to SSO session \"{session}\": {mismatch} ({location}).")]
    OtherTool {
        /// The name of the session, or its start URL.
        session: String,
        /// The location of that token.
        location: String,
        /// The difference.
        mismatch: Mismatch,
    },
    /// The start URL does not begin with `https://`.
    #[error("sso_start_url \"{start_url}\" does not begin with https://.")]
    NotHttps {
        /// The configured start URL.
        start_url: StartUrl,
    },
    /// The portal is in another region than configured.
    #[error(
        "sso_region of SSO session \"{session}\" is {configured}, but its portal is in {portal}."
    )]
    OtherRegion {
        /// The name of the session, or its start URL.
        session: String,
        /// The configured region.
        configured: Region,
        /// The region in the host name of the portal.
        portal: Region,
    },
    /// The port for the redirect cannot be opened.
    #[error("Port {port} cannot be opened for the redirect.")]
    Listen {
        /// The port; 0 for any.
        port: u16,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// The sign-in failed.
    #[error("Could not sign in to SSO session \"{session}\".")]
    Failed {
        /// The name of the session, or its start URL.
        session: String,
        /// The cause.
        #[source]
        source: SignInCause<vestibule_oidc::Error>,
    },
}

/// The cause of a failed sign-in; `E` is the error of the service.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "the flow failed, or one of the effects it uses")]
pub enum SignInCause<E: Error + 'static> {
    /// The service or the user denied the request, or it expired.
    #[error(transparent)]
    Flow(FlowError<E>),
    /// The service sent no response, after retries.
    #[error(transparent)]
    Transport(TransportError),
    /// The redirect could not be received.
    #[error("the redirect could not be received")]
    Redirect(#[source] io::Error),
    /// The token could not be stored.
    #[error("the token could not be stored")]
    Store(#[source] StoreError),
}
