use std::fmt;
use std::io;
use std::path::PathBuf;

use vestibule_oidc::SignInError;
use vestibule_types::{Region, StartUrl, Timestamp};
use vestibule_wire::Unsendable;
use vestibule_world::TransportError;

/// Why there is no live token, or why a sign-in or sign-out did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A person has to sign in. Nothing else will help.
    #[error("sso-session `{session}`: {why}")]
    SignInNeeded {
        /// The name of the session, or its start URL if it has no name.
        session: String,
        /// Why.
        why: Why,
    },
    /// The token is over and no new one can be had right now: asking later may help.
    #[error("sso-session `{session}`: the access token ended at {ended} and could not be renewed")]
    CannotRenew {
        /// The name of the session, or its start URL.
        session: String,
        /// When the token ended.
        ended: Timestamp,
        /// What stood in the way.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The cache cannot be written, found out before anybody was asked to approve.
    #[error("a sign-in could not be stored in {}", folder.display())]
    NotStorable {
        /// The folder of the cache.
        folder: PathBuf,
        /// What the machine says.
        #[source]
        source: io::Error,
    },
    /// The token could not be removed.
    #[error("{} could not be removed", file.display())]
    NotRemovable {
        /// The token file.
        file: PathBuf,
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
    SignIn {
        /// The name of the session, or its start URL.
        session: String,
        /// How it ended.
        #[source]
        source: SignInFailure,
    },
}

/// Why a person has to sign in.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// There is no token.
    #[error("nobody has signed in ({} does not exist)", looked_at.display())]
    Never {
        /// The token file that is not there.
        looked_at: PathBuf,
    },
    /// The token ended, and nothing can renew it.
    #[error("the sign-in ended at {at}{}", Because(reason))]
    Ended {
        /// When the access token ended.
        at: Timestamp,
        /// Why it could not be renewed, where that is known.
        reason: Option<String>,
    },
    /// The file is no token.
    #[error("{} is not a readable token: {problem}", file.display())]
    Unreadable {
        /// The token file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The token belongs to another portal or region.
    #[error("{} belongs to another sign-in: {mismatch}", file.display())]
    OtherSignIn {
        /// The token file.
        file: PathBuf,
        /// Both values.
        mismatch: String,
    },
    /// The portal no longer takes a token that looks live.
    #[error("the service no longer accepts the sign-in: it was revoked or replaced")]
    Revoked,
}

/// How a sign-in ended without a token.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "the machine stopped, or what it stands on did")]
pub enum SignInFailure {
    /// The machine says so.
    #[error(transparent)]
    Machine(SignInError),
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

impl Error {
    /// True if signing in, and nothing else, helps.
    pub fn needs_sign_in(&self) -> bool {
        matches!(self, Self::SignInNeeded { .. })
    }
}

/// What stands between us and a renewed token, when it is not a refusal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Transport(TransportError),
    #[error(transparent)]
    Service(vestibule_oidc::Error),
    #[error(transparent)]
    Unsendable(Unsendable),
    #[error("the last attempt failed {} seconds ago: {reason}", .seconds)]
    HeldOff { seconds: u64, reason: String },
}

/// `, because …` where there is a reason.
struct Because<'a>(&'a Option<String>);

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}
