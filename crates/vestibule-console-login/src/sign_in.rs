//! A sign-in as a state machine, driven by the host as `vestibule_oidc::SignIn` is.

use std::fmt;
use std::time::Duration;

use vestibule_types::{AuthorizationCode, CodeVerifier, Timestamp};
use vestibule_wire::{Endpoint, Malformed, Operation, Request, Response, Unsendable};

use crate::authorize_url::authorize_url;
use crate::dpop::put_proof;
use crate::redirect::{self, Returned};
use crate::{CreateOAuth2Token, Device, DpopKey, Entry, Error, Grant, Seed, Tokens, account};

/// How long the person has, as in the AWS CLI.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often the code is offered, faults included.
const ATTEMPTS: u32 = 3;

/// A console sign-in under way: plain data, driven by the host. See [`Step`].
pub struct SignIn {
    at: Endpoint,
    device: Device,
    seed: Seed,
    verifier: CodeVerifier,
    state: String,
    key: DpopKey,
    stage: Stage,
    attempts: u32,
    not_before: Timestamp,
}

#[derive(Debug)]
enum Stage {
    Open,
    Await { until: Timestamp },
    Exchange(AuthorizationCode),
    Done(Box<SignedIn>),
    Failed(SignInError),
}

/// What the host does next.
#[non_exhaustive]
pub enum Step {
    /// Open this page in a browser, or show its address. It is `http` or `https`.
    Open(String),
    /// Wait for a redirect, or for what the person pastes, and give it to [`SignIn::redirected`].
    AwaitRedirect {
        /// When to stop waiting and ask for the next step.
        until: Timestamp,
    },
    /// Send this; then [`SignIn::answered`], or [`SignIn::lost`] if no answer came.
    Send(Request),
    /// Let this much time pass.
    Wait(Duration),
    /// The person is signed in.
    Done(Box<SignedIn>),
    /// It is over without credentials.
    Failed(SignInError),
}

/// Of a request only the address, of an address no query: both hold secrets.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(page) => {
                f.debug_tuple("Open").field(&page.split('?').next().unwrap_or_default()).finish()
            }
            Self::AwaitRedirect { until } => {
                f.debug_struct("AwaitRedirect").field("until", until).finish()
            }
            Self::Send(request) => f.debug_tuple("Send").field(request.uri()).finish(),
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
    /// The signed-in identity, as an ARN: the value of `login_session`, and the name of the file.
    pub login_session: String,
    /// The file's contents.
    pub entry: Entry,
}

/// What became of a text that was given to [`SignIn::redirected`].
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

/// Why a sign-in ended without credentials.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The person or a policy refused.
    #[error("the sign-in was refused: {reason}")]
    Denied {
        /// In the service's words, on one printable line.
        reason: String,
    },
    /// The sign-in request expired before it was approved.
    #[error("the sign-in request expired before it was approved")]
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

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("at", &self.at)
            .field("device", &self.device)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

impl SignIn {
    /// A sign-in with a browser on this device or another. The region of the endpoint becomes the
    /// one in which credentials are refreshed.
    pub fn new(at: Endpoint, device: Device, seed: Seed) -> Self {
        Self {
            at,
            device,
            verifier: seed.verifier(),
            state: seed.state(),
            key: seed.dpop_key(),
            seed,
            stage: Stage::Open,
            attempts: 0,
            not_before: Timestamp::EPOCH,
        }
    }

    /// What to do now. Asking twice without reporting gives the same step again, but for
    /// [`Step::Open`], which is said once.
    pub fn step(&mut self, now: Timestamp) -> Step {
        match &self.stage {
            Stage::Open => {
                self.stage = Stage::Await { until: now + PATIENCE };
                Step::Open(authorize_url(&self.at, self.device, &self.state, &self.verifier))
            }
            Stage::Await { until } if now < *until => Step::AwaitRedirect { until: *until },
            Stage::Await { .. } => self.fail(SignInError::Expired),
            Stage::Exchange(_) if now < self.not_before => {
                Step::Wait(self.not_before.saturating_since(now))
            }
            Stage::Exchange(code) => match self.request(code, now) {
                Ok(request) => Step::Send(request),
                Err(error) => self.fail(SignInError::Unsendable(error)),
            },
            Stage::Done(signed_in) => Step::Done(signed_in.clone()),
            Stage::Failed(error) => Step::Failed(error.clone()),
        }
    }

    /// A redirect that arrived, or a text that the person pasted: the whole address, or what the
    /// page on the other device shows.
    ///
    /// Only one with this sign-in's `state`, compared in constant time, has any effect.
    pub fn redirected(&mut self, text: &str) -> Redirected {
        if !matches!(self.stage, Stage::Await { .. }) {
            return Redirected::Ignored;
        }
        match redirect::read(text, self.device, &self.state) {
            Returned::Stray => Redirected::Ignored,
            Returned::Code(code) => {
                self.stage = Stage::Exchange(code);
                Redirected::Accepted
            }
            Returned::Refusal(reason) => {
                self.fail(SignInError::Denied {
                    reason: vestibule_types::printable_line(&reason, 300),
                });
                Redirected::Refused
            }
        }
    }

    /// The answer to the request of the last [`Step::Send`].
    pub fn answered(&mut self, response: &Response, now: Timestamp) {
        // Otherwise nothing was asked: an answer to an earlier question, too late.
        let Stage::Exchange(code) = &self.stage else { return };
        let redirect_uri = self.device.redirect_uri(&self.at);
        match self.exchange(code, &redirect_uri).read(response) {
            Ok(tokens) => {
                self.stage = self.signed_in(tokens, now).map_or_else(
                    || {
                        let expected = "credentials, a refresh token, and who signed in";
                        let malformed = Malformed::new(response.status(), expected);
                        Stage::Failed(SignInError::Refused(Error::Malformed(malformed)))
                    },
                    |signed_in| Stage::Done(Box::new(signed_in)),
                );
            }
            Err(error) if error.is_transient() => {
                self.try_again_or(SignInError::Refused(error), now);
            }
            Err(error) => {
                self.fail(SignInError::Refused(error));
            }
        }
    }

    /// No answer came to the request of the last [`Step::Send`].
    pub fn lost(&mut self, now: Timestamp) {
        if matches!(self.stage, Stage::Exchange(_)) {
            self.try_again_or(SignInError::Unreachable, now);
        }
    }

    /// Ends it.
    pub fn cancel(&mut self) {
        self.fail(SignInError::Cancelled);
    }

    fn request(&self, code: &AuthorizationCode, now: Timestamp) -> Result<Request, Unsendable> {
        let redirect_uri = self.device.redirect_uri(&self.at);
        let mut request = self.exchange(code, &redirect_uri).request(&self.at)?;
        put_proof(&self.key, &mut request, now, &self.seed.jti(self.attempts))?;
        Ok(request)
    }

    fn exchange<'a>(
        &'a self,
        code: &'a AuthorizationCode,
        redirect_uri: &'a str,
    ) -> CreateOAuth2Token<'a> {
        let grant = Grant::AuthorizationCode { code, verifier: &self.verifier, redirect_uri };
        CreateOAuth2Token { client_id: self.device.client_id(), grant }
    }

    fn signed_in(&self, tokens: Tokens, now: Timestamp) -> Option<SignedIn> {
        let (login_session, account) = account::session(tokens.id_token.as_ref()?.expose())?;
        let region = self.at.region().cloned();
        let client = self.device.client_id();
        let entry = Entry::new(tokens, now, client, account, self.key.clone(), region)?;
        Some(SignedIn { login_session, entry })
    }

    fn try_again_or(&mut self, error: SignInError, now: Timestamp) {
        self.attempts += 1;
        if ATTEMPTS <= self.attempts {
            self.fail(error);
        } else {
            self.not_before = now + Duration::from_secs(1 << self.attempts);
        }
    }

    fn fail(&mut self, error: SignInError) -> Step {
        self.stage = Stage::Failed(error.clone());
        Step::Failed(error)
    }
}
