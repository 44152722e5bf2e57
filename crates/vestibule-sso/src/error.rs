use std::fmt;
use std::io;
use std::path::PathBuf;

use vestibule_types::Timestamp;
use vestibule_wire::Unsendable;
use vestibule_world::TransportError;

/// Why there is no live token, or why a sign-out did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A person has to sign in. Nothing else will help.
    #[error("sso-session `{session}`: {why}")]
    SignInNeeded {
        /// The name of the session, or its start URL if it has no name.
        session: String,
        /// Why.
        why: NoTokenReason,
    },
    /// The token is over and no new one can be had right now: asking later may help.
    #[error(
        "sso-session `{session}`: the access token ended at {ended} and could not be refreshed"
    )]
    CannotRefresh {
        /// The name of the session, or its start URL.
        session: String,
        /// When the token ended.
        ended: Timestamp,
        /// What stood in the way.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
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
}

/// Why a person has to sign in.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoTokenReason {
    /// There is no token.
    #[error("nobody has signed in ({} does not exist)", looked_at.display())]
    Never {
        /// The token file that is not there.
        looked_at: PathBuf,
    },
    /// The token ended, and nothing can refresh it.
    #[error("the sign-in ended at {at}{}", Because(reason))]
    Ended {
        /// When the access token ended.
        at: Timestamp,
        /// Why it could not be refreshed, where that is known.
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

impl Error {
    /// True if signing in, and nothing else, helps.
    pub fn needs_sign_in(&self) -> bool {
        matches!(self, Self::SignInNeeded { .. })
    }
}

/// What stands between us and a refreshed token, when it is not a refusal.
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
