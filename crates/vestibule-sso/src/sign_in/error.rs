use std::io;
use std::path::PathBuf;

use vestibule_oidc::SignInError as MachineError;
use vestibule_types::{Region, StartUrl};
use vestibule_world::TransportError;

/// Why nobody signed in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The cache cannot be written, found out before anybody was asked to approve.
    #[error("a sign-in could not be stored in {}", folder.display())]
    NotStorable {
        /// The folder of the cache.
        folder: PathBuf,
        /// What the machine says.
        #[source]
        source: io::Error,
    },
    /// The start URL is none that a sign-in may begin with.
    #[error("start URL `{start_url}` does not begin with https://")]
    NotHttps {
        /// As configured.
        start_url: StartUrl,
    },
    /// The portal is in another region than configured, where a sign-in would not be known.
    #[error(
        "sso-session `{session}`: sso_region is `{configured}`, and the portal is in `{portal}`"
    )]
    OtherRegion {
        /// The name of the session, or its start URL.
        session: String,
        /// As configured.
        configured: Region,
        /// As the host of the portal says.
        portal: Region,
    },
    /// No port for the redirect.
    #[error("cannot listen for the redirect on 127.0.0.1 port {port}")]
    Listen {
        /// The port asked for; 0 for any.
        port: u16,
        /// What the machine says.
        #[source]
        source: io::Error,
    },
    /// The sign-in ended without a token.
    #[error("could not sign in to sso-session `{session}`")]
    Failed {
        /// The name of the session, or its start URL.
        session: String,
        /// How it ended.
        #[source]
        source: SignInFailure,
    },
}

/// How a sign-in ended without a token.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "the machine stopped, or what it stands on did")]
pub enum SignInFailure {
    /// The machine says so.
    #[error(transparent)]
    Machine(MachineError),
    /// No answer came from the service, after asking again.
    #[error(transparent)]
    Transport(TransportError),
    /// The place for redirects closed.
    #[error("the redirect could not be received")]
    Redirect(#[source] io::Error),
    /// The token came, and could not be stored.
    #[error("the token could not be stored")]
    Store(#[source] io::Error),
}
