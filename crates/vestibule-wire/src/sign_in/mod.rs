//! Sign-ins with a browser as state machines: what those of all services share.
//!
//! The host calls [`SignInMachine::step`], performs the step, and reports the result. Between steps it
//! may draw a screen, wait for keys, or be cancelled.

mod pkce;
mod redirect;
mod seed;
mod web_address;

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::{Request, RequestError, Response};

pub use pkce::Pkce;
pub use redirect::Redirect;
pub use seed::Seed;
pub use web_address::WebAddress;
pub use zeroize::Zeroizing;

/// A sign-in in progress: plain data, driven by the host program.
pub trait SignInMachine {
    /// The result of a successful sign-in.
    type SignedIn: fmt::Debug;
    /// The error of the service.
    type Error: Error + 'static;
    /// A client registration, which the next sign-in can use. [`Infallible`] without registrations.
    ///
    /// [`Infallible`]: std::convert::Infallible
    type Registration: fmt::Debug;
    /// A code that the user compares, with its page. [`Infallible`] without a device flow.
    ///
    /// [`Infallible`]: std::convert::Infallible
    type Verification: fmt::Debug;

    /// Returns the next step. The same step is returned until its result is reported, except for
    /// [`Step::StoreRegistration`], [`Step::Open`] and [`Step::Show`], which are returned once.
    fn step(&mut self, now: Timestamp) -> Step<Self>;

    /// Reports the response to the request of the last [`Step::Send`].
    fn handle_response(&mut self, response: &Response, now: Timestamp);

    /// Reports that there was no response to the request of the last [`Step::Send`].
    fn handle_failure(&mut self, now: Timestamp);

    /// Reports the address of a redirect, or a text that the user pasted.
    ///
    /// Texts without the `state` of this sign-in, compared in constant time, are ignored.
    fn handle_redirect(&mut self, text: &str) -> Redirected;

    /// Cancels the sign-in.
    fn cancel(&mut self);
}

/// The next action of the host.
#[expect(clippy::exhaustive_enums, reason = "a host must perform every step")]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is performed at once"
)]
pub enum Step<M: SignInMachine + ?Sized> {
    /// Send this request; then call [`SignInMachine::handle_response`], or [`SignInMachine::handle_failure`] without a
    /// response.
    Send(Request),
    /// Store this registration, if possible.
    StoreRegistration(M::Registration),
    /// Open this page in a browser, or show its address.
    Open(WebAddress),
    /// Show this code and its page to the user.
    Show(M::Verification),
    /// Wait for a redirect or for pasted text, and pass it to [`SignInMachine::handle_redirect`].
    AwaitRedirect {
        /// The time at which to call [`SignInMachine::step`] again.
        until: Timestamp,
    },
    /// Wait for this period.
    Wait(Duration),
    /// The user is signed in.
    Done(M::SignedIn),
    /// The sign-in failed.
    Failed(FlowError<M::Error>),
}

/// Shows method and URI of a request: its body contains secrets.
impl<M: SignInMachine + ?Sized> fmt::Debug for Step<M> {
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

/// The outcome of [`SignInMachine::handle_redirect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the page for the user depends on it")]
pub enum Redirected {
    /// The redirect has the code.
    Accepted,
    /// The redirect does not belong to this sign-in: another state, a second tab, another request.
    Ignored,
    /// The user or the service denied the request.
    Denied,
}

/// Error returned when a sign-in flow failed; `E` is the error of the service.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FlowError<E: Error + 'static> {
    /// The user or a policy denied the request.
    #[error("the sign-in request was denied")]
    Denied(#[source] Arc<dyn Error + Send + Sync>),
    /// The request expired before the user approved it.
    #[error("the sign-in request expired before it was approved")]
    Expired,
    /// The service returned an error.
    #[error(transparent)]
    Service(E),
    /// There was no response, after retries.
    #[error("the sign-in service could not be reached")]
    Unreachable,
    /// A configured value cannot be sent in a request.
    #[error(transparent)]
    Request(RequestError),
    /// The host cancelled the sign-in.
    #[error("the sign-in was cancelled")]
    Cancelled,
}

impl<E: Error + 'static> FlowError<E> {
    /// Creates the error of a request that was denied for this reason: an error of the service, or its
    /// message on one printable line.
    pub fn denied(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Denied(Arc::from(reason.into()))
    }
}
