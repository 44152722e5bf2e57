use std::fmt;
use std::sync::Arc;

use vestibule_types::Timestamp;

use crate::{NotRefreshable, SessionState, StoreError};

/// Error returned when there is no access token that works.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The user has to sign in.
    #[error(transparent)]
    SignInNeeded(Box<SignInNeeded>),
    /// The access token expired and could not be refreshed now. Trying again later may help.
    #[error("{}", cannot_refresh(what, session, &expired_at.to_string()))]
    CannotRefresh {
        /// The noun for the session in messages: `SSO session`.
        what: &'static str,
        /// The name of the session, or its start URL.
        session: String,
        /// When the access token expired.
        expired_at: Timestamp,
        /// Whether a later attempt may succeed.
        is_transient: bool,
        /// The error of the refresh.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The token store cannot be read or written: a fault of the machine.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SignInNeeded> for Error {
    fn from(needed: SignInNeeded) -> Self {
        Self::SignInNeeded(Box::new(needed))
    }
}

impl Error {
    /// Returns `true` if the user has to sign in.
    pub fn needs_sign_in(&self) -> bool {
        matches!(self, Self::SignInNeeded(_))
    }

    /// Returns the message with times in the format of the caller; `Display` has them in UTC.
    pub fn message(&self, time: fn(Timestamp) -> String) -> String {
        match self {
            Self::CannotRefresh { what, session, expired_at, .. } => {
                cannot_refresh(what, session, &time(*expired_at))
            }
            other => other.to_string(),
        }
    }
}

fn cannot_refresh(what: &str, session: &str, expired_at: &str) -> String {
    format!("The token of {what} \"{session}\" expired at {expired_at} and could not be refreshed.")
}

/// The session of [`Error::SignInNeeded`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignInNeeded {
    /// The noun for the session in messages: `SSO session`.
    pub what: &'static str,
    /// The name of the session, or its start URL.
    pub session: String,
    /// Where its token is stored, or would be.
    pub location: String,
    /// The state of the session; never valid.
    pub state: SessionState,
}

impl fmt::Display for SignInNeeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, session, location, state } = self;
        match state {
            SessionState::NeverSignedIn => {
                write!(f, "You are not signed in to {what} \"{session}\".")
            }
            // The portal rejects the tokens of both alike.
            SessionState::Revoked => {
                write!(f, "Your {what} \"{session}\" has expired or was revoked.")
            }
            SessionState::NotOurs(mismatch) => {
                write!(f, "You are not signed in to {what} \"{session}\": {mismatch} ({location}).")
            }
            SessionState::Corrupt { problem } => write!(
                f,
                "You are not signed in to {what} \"{session}\": \
                 the cached token is corrupt ({problem}; {location})."
            ),
            _ => write!(f, "Your {what} \"{session}\" has expired."),
        }
    }
}

impl std::error::Error for SignInNeeded {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.state {
            SessionState::Expired { reason, .. } => Some(reason as &NotRefreshable),
            _ => None,
        }
    }
}

/// Error returned instead of an attempt, shortly after one that failed.
#[derive(Debug, thiserror::Error)]
#[error("the last attempt failed {seconds} seconds ago")]
pub(crate) struct RetryDelayed {
    pub(crate) seconds: u64,
    #[source]
    pub(crate) source: Arc<dyn std::error::Error + Send + Sync>,
}
