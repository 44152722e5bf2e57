//! A sign-in as a state machine.
//!
//! The host asks [`SignIn::step`] what to do, does it, and reports back; between steps it may
//! draw its own screen, wait for keys, or be cancelled. Everything RFC 8628, 7636 and 8252 say
//! about timing and comparing is in here, as a function of what happened and `now`.

mod machine;
mod seed;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_wire::{Request, Unsendable};

use crate::{Error, Registration, Tokens, Verification, WebAddress};

pub use machine::SignIn;
pub use seed::Seed;

/// What the host does next.
#[non_exhaustive]
pub enum Step {
    /// Send this; then [`SignIn::answered`], or [`SignIn::lost`] if no answer came.
    Send(Request),
    /// Store this registration, if there is a place for it.
    StoreRegistration(Registration),
    /// Open this page in a browser, or show its address.
    Open(WebAddress),
    /// Show this code and its page.
    Show(Verification),
    /// Wait for a redirect, and give its address to [`SignIn::redirected`].
    AwaitRedirect {
        /// When to stop waiting and ask for the next step.
        until: Timestamp,
    },
    /// Let this much time pass.
    Wait(Duration),
    /// The person is signed in.
    Done(SignedIn),
    /// It is over without a token.
    Failed(SignInError),
}

/// Of a request only whom it goes to: its body holds secrets.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(request) => write!(f, "Send({} {})", request.method(), request.uri()),
            Self::StoreRegistration(registration) => {
                f.debug_tuple("StoreRegistration").field(registration).finish()
            }
            Self::Open(page) => f.debug_tuple("Open").field(page).finish(),
            Self::Show(verification) => f.debug_tuple("Show").field(verification).finish(),
            Self::AwaitRedirect { until } => {
                f.debug_struct("AwaitRedirect").field("until", until).finish()
            }
            Self::Wait(span) => f.debug_tuple("Wait").field(span).finish(),
            Self::Done(signed_in) => f.debug_tuple("Done").field(signed_in).finish(),
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
        }
    }
}

/// The end of a sign-in that worked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// The tokens.
    pub tokens: Tokens,
    /// When the access token ends, by the clock of this machine.
    pub expires_at: Timestamp,
    /// Whom the tokens were given to; a refresh needs it.
    pub registration: Registration,
}

/// What became of an address that was given to [`SignIn::redirected`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "what a page can tell the person")]
pub enum Redirected {
    /// It brought the code.
    Accepted,
    /// It is not the answer to this sign-in: another state, a second tab, a stray request.
    Ignored,
    /// It says that the person or the service refused.
    Refused,
}

/// Why a sign-in ended without a token.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The person or a policy refused.
    #[error("the sign-in was refused: {reason}")]
    Denied {
        /// In the service's words, on one printable line.
        reason: String,
    },
    /// Nobody approved in time.
    #[error("nobody approved the sign-in in time")]
    Expired,
    /// The service does not go on.
    #[error(transparent)]
    Refused(Error),
    /// No answer came, after asking again.
    #[error("the sign-in service could not be reached")]
    Unreachable,
    /// Something configured cannot be put into a request.
    #[error(transparent)]
    Unsendable(Unsendable),
    /// The host ended it.
    #[error("the sign-in was cancelled")]
    Cancelled,
}
