//! A sign-in as a state machine.
//!
//! The host calls [`SignIn::step`], performs the step, and reports the result; between steps it may draw
//! a screen, wait for keys, or be cancelled. The rules of RFC 8628, 7636 and 8252 about timing and
//! comparison are part of the machine, as a function of events and `now`.

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

/// The next action of the host.
#[non_exhaustive]
pub enum Step {
    /// Send this request; then call [`SignIn::answered`], or [`SignIn::lost`] without a response.
    Send(Request),
    /// Store this registration, if possible.
    StoreRegistration(Registration),
    /// Open this page in a browser, or show its address.
    Open(WebAddress),
    /// Show this code and its page to the user.
    Show(Verification),
    /// Wait for a redirect, and pass its address to [`SignIn::redirected`].
    AwaitRedirect {
        /// The time at which to call [`SignIn::step`] again.
        until: Timestamp,
    },
    /// Wait for this period.
    Wait(Duration),
    /// The user is signed in.
    Done(SignedIn),
    /// The sign-in failed.
    Failed(SignInError),
}

/// Shows method and URI of a request: its body contains secrets.
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

/// The result of a sign-in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// The tokens.
    pub tokens: Tokens,
    /// The time at which the access token expires, by the clock of this machine.
    pub expires_at: Timestamp,
    /// The client registration, which a refresh needs.
    pub registration: Registration,
}

/// The outcome of [`SignIn::redirected`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the page for the user depends on it")]
pub enum Redirected {
    /// The redirect has the code.
    Accepted,
    /// The redirect does not belong to this sign-in: another state, a second tab, another request.
    Ignored,
    /// The user or the service denied the request.
    Refused,
}

/// Error returned when a sign-in failed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The user or a policy denied the request.
    #[error("the sign-in request was denied: {reason}")]
    Denied {
        /// The message of the service, on one printable line.
        reason: String,
    },
    /// The request expired before the user approved it.
    #[error("the sign-in request expired before it was approved")]
    Expired,
    /// The service returned an error.
    #[error(transparent)]
    Refused(Error),
    /// There was no response, after retries.
    #[error("the sign-in service could not be reached")]
    Unreachable,
    /// A configured value cannot be sent in a request.
    #[error(transparent)]
    Unsendable(Unsendable),
    /// The host cancelled the sign-in.
    #[error("the sign-in was cancelled")]
    Cancelled,
}
