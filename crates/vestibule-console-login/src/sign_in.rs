//! The sign-in as a state machine.

use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use vestibule_types::{AuthorizationCode, Timestamp};
use vestibule_wire::sign_in::{self, Pkce, Redirect, Redirected, SignInMachine};
use vestibule_wire::{Endpoint, MalformedResponse, Operation, Request, RequestError, Response};

use crate::authorize_url::authorize_url;
use crate::dpop::{nth_uuid, put_proof};
use crate::{
    CreateOAuth2Token, Device, DpopKey, Error, Grant, LoginToken, Tokens, account, redirect,
};

/// Timeout of the redirect, as in the AWS CLI.
const REDIRECT_TIMEOUT: Duration = Duration::from_secs(600);
/// The attempts to exchange the code.
const ATTEMPTS: u32 = 3;

/// The next action of the host.
pub type Step = sign_in::Step<SignIn>;
/// Error returned when a sign-in failed.
pub type FlowError = sign_in::FlowError<Error>;
/// The random bytes of a sign-in.
pub type Seed = sign_in::Seed<112>;

/// A sign-in in progress: plain data, driven by the host. See [`Step`].
pub struct SignIn {
    endpoint: Endpoint,
    device: Device,
    seed: Seed,
    pkce: Pkce,
    csrf_state: String,
    key: DpopKey,
    state: State,
    /// Failed attempts to exchange the code, and the time of the next one.
    failures: u32,
    not_before: Timestamp,
}

#[derive(Debug)]
enum State {
    Open,
    AwaitRedirect { until: Timestamp },
    Exchange(AuthorizationCode),
    Done(Box<SignedIn>),
    Failed(FlowError),
}

/// The result of a sign-in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// The ARN of the user: the value of `login_session`, from which the name of the file is made.
    pub login_session: String,
    /// The content of the file.
    pub token: LoginToken,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("endpoint", &self.endpoint)
            .field("device", &self.device)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl SignIn {
    /// Creates a sign-in with the browser of this device or another. Credentials are refreshed in the
    /// region of the endpoint.
    pub fn new(endpoint: Endpoint, device: Device, seed: Seed) -> Self {
        Self {
            endpoint,
            device,
            pkce: seed.pkce(),
            csrf_state: seed.state(),
            key: DpopKey::from_random(&seed.part::<64, 32>()),
            seed,
            state: State::Open,
            failures: 0,
            not_before: Timestamp::EPOCH,
        }
    }

    fn open(&mut self, now: Timestamp) -> Step {
        match authorize_url(&self.endpoint, self.device, &self.csrf_state, &self.pkce) {
            Ok(page) => {
                self.state = State::AwaitRedirect { until: now + REDIRECT_TIMEOUT };
                Step::Open(page)
            }
            Err(error) => self.fail(FlowError::Request(error)),
        }
    }

    fn request(&self, code: &AuthorizationCode, now: Timestamp) -> Result<Request, RequestError> {
        let redirect_uri = self.device.redirect_uri(&self.endpoint);
        let mut request = self.exchange(code, &redirect_uri).named_request(&self.endpoint)?;
        let jti = nth_uuid(&self.seed.part::<96, 16>(), self.failures);
        put_proof(&self.key, &mut request, now, &jti)?;
        Ok(request)
    }

    fn exchange<'a>(
        &'a self,
        code: &'a AuthorizationCode,
        redirect_uri: &'a str,
    ) -> CreateOAuth2Token<'a> {
        let verifier = &self.pkce.verifier;
        let grant = Grant::AuthorizationCode { code, verifier, redirect_uri };
        CreateOAuth2Token { client_id: self.device.client_id(), grant }
    }

    fn signed_in(&self, tokens: Tokens, now: Timestamp) -> Option<SignedIn> {
        let (login_session, account) =
            account::arn_and_account(tokens.id_token.as_ref()?.expose())?;
        let region = self.endpoint.region().cloned();
        let client = self.device.client_id();
        let token = LoginToken::new(tokens, now, client, account, self.key.clone(), region)?;
        Some(SignedIn { login_session, token })
    }

    fn retry_or(&mut self, error: FlowError, now: Timestamp) {
        self.failures += 1;
        if ATTEMPTS <= self.failures {
            self.fail(error);
        } else {
            self.not_before = now + Duration::from_secs(1 << self.failures);
        }
    }

    fn fail(&mut self, error: FlowError) -> Step {
        self.state = State::Failed(error.clone());
        Step::Failed(error)
    }
}

impl SignInMachine for SignIn {
    type SignedIn = Box<SignedIn>;
    type Error = Error;
    type Registration = Infallible;
    type Verification = Infallible;

    fn step(&mut self, now: Timestamp) -> Step {
        match &self.state {
            State::Open => self.open(now),
            State::AwaitRedirect { until } if now < *until => Step::AwaitRedirect { until: *until },
            State::AwaitRedirect { .. } => self.fail(FlowError::Expired),
            State::Exchange(_) if now < self.not_before => {
                Step::Wait(self.not_before.saturating_since(now))
            }
            State::Exchange(code) => match self.request(code, now) {
                Ok(request) => Step::Send(request),
                Err(error) => self.fail(FlowError::Request(error)),
            },
            State::Done(signed_in) => Step::Done(signed_in.clone()),
            State::Failed(error) => Step::Failed(error.clone()),
        }
    }

    fn handle_response(&mut self, response: &Response, now: Timestamp) {
        // In any other state it is a late response to an earlier request.
        let State::Exchange(code) = &self.state else { return };
        let redirect_uri = self.device.redirect_uri(&self.endpoint);
        match self.exchange(code, &redirect_uri).read(response) {
            Ok(tokens) => {
                self.state = self.signed_in(tokens, now).map_or_else(
                    || {
                        let expected = "credentials, a refresh token and an ID token";
                        let error = MalformedResponse::new(response.status(), expected);
                        State::Failed(FlowError::Service(error.into()))
                    },
                    |signed_in| State::Done(Box::new(signed_in)),
                );
            }
            Err(error) if error.is_transient() => {
                self.retry_or(FlowError::Service(error), now);
            }
            Err(error) => {
                self.fail(FlowError::Service(error));
            }
        }
    }

    fn handle_failure(&mut self, now: Timestamp) {
        if matches!(self.state, State::Exchange(_)) {
            self.retry_or(FlowError::Unreachable, now);
        }
    }

    fn handle_redirect(&mut self, text: &str) -> Redirected {
        if !matches!(self.state, State::AwaitRedirect { .. }) {
            return Redirected::Ignored;
        }
        match redirect::parse(text, self.device, &self.csrf_state) {
            Redirect::Unrelated => Redirected::Ignored,
            Redirect::Code(code) => {
                self.state = State::Exchange(code);
                Redirected::Accepted
            }
            Redirect::Denied { reason } => {
                self.fail(FlowError::denied(reason));
                Redirected::Denied
            }
        }
    }

    fn cancel(&mut self) {
        self.fail(FlowError::Cancelled);
    }
}
