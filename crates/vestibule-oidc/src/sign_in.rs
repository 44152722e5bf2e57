//! The sign-in as a state machine.
//!
//! The rules of RFC 8628, 7636 and 8252 about timing and comparison are part of it, as a function of
//! events and `now`.

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use vestibule_types::{AuthorizationCode, Timestamp};
use vestibule_wire::sign_in::{self, Pkce, Redirect, Redirected, SignInMachine};
use vestibule_wire::{Operation, RedirectUri, Request, RequestError, RequestInfo, Response};

use crate::authorize_url::authorize_url;
use crate::{
    Client, CreateToken, Error, ErrorKind, Flow, Grant, RegisterClient, Registration,
    StartDeviceAuthorization, Tokens, Verification,
};

/// The next action of the host, from `SignIn::step`.
///
/// The enum is exhaustive, so that a `match` needs no wildcard: `Send(Request)`,
/// `StoreRegistration(Registration)`, `Open(WebAddress)`, `Show(Verification)`,
/// `AwaitRedirect { until }`, `Wait(Duration)`, `Done(SignedIn)` and `Failed(FlowError)`.
pub type Step = sign_in::Step<SignIn>;
/// Error returned when a sign-in failed.
pub type FlowError = sign_in::FlowError<Error>;
/// The random bytes of a sign-in.
pub type Seed = sign_in::Seed<64>;

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

/// Timeout of the redirect, as in the AWS CLI.
const REDIRECT_TIMEOUT: Duration = Duration::from_secs(600);
/// The permanent increase of the interval after `slow_down` (RFC 8628 §3.5).
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// The longest wait between requests.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The attempts of a request other than a poll.
const ATTEMPTS: u32 = 3;

/// A sign-in in progress: plain data, driven by the host. See [`Step`].
#[derive(Clone, Debug)]
pub struct SignIn {
    client: Client,
    flow: FlowData,
    state: State,
    /// Whether this sign-in made the registration.
    is_new_registration: bool,
    /// Failures in a row, and the time of the next attempt.
    failures: u32,
    not_before: Timestamp,
}

#[derive(Clone)]
enum FlowData {
    Device,
    Code { redirect: RedirectUri, pkce: Pkce, state: String },
}

/// Hides the `state`, which authenticates redirects.
impl fmt::Debug for FlowData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device => f.write_str("Device"),
            Self::Code { redirect, .. } => f.debug_tuple("Code").field(redirect).finish(),
        }
    }
}

#[derive(Clone, Debug)]
enum State {
    Begin,
    /// The page is requested before the user sees it: it is an error page, without a redirect, if
    /// the service does not know the registration anymore.
    CheckRegistration(Registration),
    Register,
    StoreRegistration(Registration),
    StartDevice(Registration),
    Poll(Registration, Poll),
    Open(Registration),
    AwaitRedirect(Registration, Timestamp),
    Exchange(Registration, AuthorizationCode),
    Done(SignedIn),
    Failed(FlowError),
}

#[derive(Clone, Debug)]
struct Poll {
    verification: Verification,
    interval: Duration,
    until: Timestamp,
    /// Whether the first poll is done. It precedes the code, since the client may be approved already.
    polled: bool,
    shown: bool,
}

impl SignIn {
    /// Creates a sign-in with the device authorization flow.
    pub fn device(client: Client) -> Self {
        Self::new(client, FlowData::Device)
    }

    /// Creates a sign-in with the authorization code flow, which redirects to a port of this machine.
    pub fn code(client: Client, redirect: RedirectUri, seed: &Seed) -> Self {
        let flow = FlowData::Code { redirect, pkce: seed.pkce(), state: seed.state() };
        Self::new(client, flow)
    }

    fn new(client: Client, flow: FlowData) -> Self {
        Self {
            client,
            flow,
            state: State::Begin,
            is_new_registration: false,
            failures: 0,
            not_before: Timestamp::EPOCH,
        }
    }

    /// Returns the flow.
    pub fn flow(&self) -> Flow {
        match self.flow {
            FlowData::Device => Flow::DeviceCode,
            FlowData::Code { .. } => Flow::AuthorizationCode,
        }
    }

    fn begin(&self, now: Timestamp) -> State {
        match &self.client.registration {
            Some(known) if known.is_usable(self.flow(), &self.client.scopes, now) => {
                match self.flow {
                    FlowData::Device => State::StartDevice(known.clone()),
                    FlowData::Code { .. } => State::CheckRegistration(known.clone()),
                }
            }
            _ => State::Register,
        }
    }

    fn after_registration(&self, registration: Registration) -> State {
        match self.flow {
            FlowData::Device => State::StartDevice(registration),
            FlowData::Code { .. } => State::Open(registration),
        }
    }

    fn open(&mut self, registration: Registration, now: Timestamp) -> Step {
        let FlowData::Code { redirect, pkce, state } = &self.flow else {
            return self.fail(FlowError::Cancelled);
        };
        match authorize_url(&self.client.endpoint, &registration, *redirect, state, pkce) {
            Ok(page) => {
                self.enter(State::AwaitRedirect(registration, now + REDIRECT_TIMEOUT));
                Step::Open(page)
            }
            Err(error) => self.fail(FlowError::Request(error)),
        }
    }

    fn request(&self) -> Result<Request, RequestError> {
        let endpoint = &self.client.endpoint;
        match (&self.state, &self.flow) {
            (State::CheckRegistration(registration), FlowData::Code { redirect, pkce, .. }) => {
                // The state of the sign-in is a secret of its redirect.
                let page = authorize_url(endpoint, registration, *redirect, "check", pkce)?;
                page_request(page.as_str())
            }
            (State::Register, _) => {
                RegisterClient { client: &self.client, flow: self.flow() }.named_request(endpoint)
            }
            (State::StartDevice(registration), _) => {
                let start_url = &self.client.start_url;
                StartDeviceAuthorization { registration, start_url }.named_request(endpoint)
            }
            (State::Poll(registration, poll), _) => {
                poll.operation(registration).named_request(endpoint)
            }
            (State::Exchange(registration, code), _) => self
                .exchange(registration, code)
                .ok_or_else(|| RequestError::new("the authorization code"))?
                .named_request(endpoint),
            _ => Err(RequestError::new("no request")),
        }
    }

    fn exchange<'a>(
        &'a self,
        registration: &'a Registration,
        code: &'a AuthorizationCode,
    ) -> Option<CreateToken<'a>> {
        let FlowData::Code { redirect, pkce, .. } = &self.flow else {
            return None;
        };
        let grant =
            Grant::AuthorizationCode { code, redirect: *redirect, verifier: &pkce.verifier };
        Some(CreateToken {
            client_id: &registration.client_id,
            client_secret: &registration.client_secret,
            grant,
        })
    }

    fn handle_poll_response(
        &mut self,
        registration: Registration,
        mut poll: Poll,
        response: &Response,
        now: Timestamp,
    ) {
        poll.polled = true;
        let error = match poll.operation(&registration).read(response) {
            Ok(tokens) => return self.finish(tokens, registration, now),
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::Pending => self.failures = 0,
            ErrorKind::SlowDown => {
                self.failures = 0;
                poll.interval += SLOW_DOWN;
            }
            ErrorKind::ExpiredToken => return self.enter(State::Failed(FlowError::Expired)),
            _ if error.is_transient() => {
                let wait = poll.interval;
                self.state = State::Poll(registration, poll);
                return self.back_off(wait, now);
            }
            _ => return self.handle_error(error, State::Poll(registration, poll), now),
        }
        self.not_before = now + poll.interval;
        self.state = State::Poll(registration, poll);
    }

    /// Handles an error response: registers again if an earlier registration was rejected, retries if the
    /// error is transient, and fails otherwise.
    fn handle_error(&mut self, error: Error, retried: State, now: Timestamp) {
        match error.kind() {
            ErrorKind::InvalidClient if !self.is_new_registration => self.enter(State::Register),
            ErrorKind::AccessDenied => {
                self.enter(State::Failed(FlowError::denied(error.into_response())));
            }
            _ if error.is_transient() => {
                self.state = retried;
                self.retry_or(FlowError::Service(error), now);
            }
            _ => self.enter(State::Failed(FlowError::Service(error))),
        }
    }

    fn finish(&mut self, tokens: Tokens, registration: Registration, now: Timestamp) {
        let expires_at = now + tokens.expires_in;
        self.enter(State::Done(SignedIn { tokens, expires_at, registration }));
    }

    fn retry_or(&mut self, error: FlowError, now: Timestamp) {
        if ATTEMPTS <= self.failures + 1 {
            self.enter(State::Failed(error));
        } else {
            self.back_off(Duration::from_secs(1), now);
        }
    }

    /// Doubles the wait with each failure in a row (RFC 8628 §3.5).
    fn back_off(&mut self, wait: Duration, now: Timestamp) {
        self.failures += 1;
        let doubled = wait.saturating_mul(1 << self.failures.min(6));
        self.not_before = now + doubled.min(LONGEST_WAIT);
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.failures = 0;
        self.not_before = Timestamp::EPOCH;
    }

    fn fail(&mut self, error: FlowError) -> Step {
        self.enter(State::Failed(error.clone()));
        Step::Failed(error)
    }

    /// Returns the time until which the user can approve.
    fn deadline(&self) -> Option<Timestamp> {
        match &self.state {
            State::Poll(_, poll) => Some(poll.until),
            State::AwaitRedirect(_, until) => Some(*until),
            _ => None,
        }
    }
}

impl SignInMachine for SignIn {
    type SignedIn = SignedIn;
    type Error = Error;
    type Registration = Registration;
    type Verification = Verification;

    fn step(&mut self, now: Timestamp) -> Step {
        if let State::Begin = self.state {
            self.state = self.begin(now);
        }
        if self.deadline().is_some_and(|until| until <= now) {
            self.state = State::Failed(FlowError::Expired);
        }
        match &mut self.state {
            State::StoreRegistration(registration) => {
                let registration = registration.clone();
                self.state = self.after_registration(registration.clone());
                Step::StoreRegistration(registration)
            }
            State::Poll(_, poll) if poll.polled && !poll.shown => {
                poll.shown = true;
                Step::Show(poll.verification.clone())
            }
            State::Open(registration) => {
                let registration = registration.clone();
                self.open(registration, now)
            }
            State::AwaitRedirect(_, until) => Step::AwaitRedirect { until: *until },
            State::Done(signed_in) => Step::Done(signed_in.clone()),
            State::Failed(error) => Step::Failed(error.clone()),
            _ if now < self.not_before => Step::Wait(self.not_before.saturating_since(now)),
            _ => {
                self.request().map_or_else(|error| self.fail(FlowError::Request(error)), Step::Send)
            }
        }
    }

    fn handle_response(&mut self, response: &Response, now: Timestamp) {
        match std::mem::replace(&mut self.state, State::Begin) {
            State::CheckRegistration(registration) => {
                let is_unknown = response.status().is_client_error();
                self.enter(if is_unknown { State::Register } else { State::Open(registration) });
            }
            State::Register => {
                let operation = RegisterClient { client: &self.client, flow: self.flow() };
                match operation.read(response) {
                    Ok(registration) => {
                        self.is_new_registration = true;
                        self.enter(State::StoreRegistration(registration));
                    }
                    Err(error) => self.handle_error(error, State::Register, now),
                }
            }
            State::StartDevice(registration) => {
                let start_url = &self.client.start_url;
                let operation = StartDeviceAuthorization { registration: &registration, start_url };
                match operation.read(response) {
                    Ok(verification) => {
                        self.enter(State::Poll(registration, Poll::new(verification, now)));
                    }
                    Err(error) => self.handle_error(error, State::StartDevice(registration), now),
                }
            }
            State::Poll(registration, poll) => {
                self.handle_poll_response(registration, poll, response, now);
            }
            State::Exchange(registration, code) => {
                match self.exchange(&registration, &code).map(|operation| operation.read(response))
                {
                    Some(Ok(tokens)) => self.finish(tokens, registration, now),
                    Some(Err(error)) if error.kind() == ErrorKind::ExpiredToken => {
                        self.enter(State::Failed(FlowError::Expired));
                    }
                    Some(Err(error)) => {
                        self.handle_error(error, State::Exchange(registration, code), now);
                    }
                    None => self.state = State::Exchange(registration, code),
                }
            }
            // A late response to an earlier request.
            state => self.state = state,
        }
    }

    fn handle_failure(&mut self, now: Timestamp) {
        match &mut self.state {
            State::Poll(_, poll) => {
                poll.polled = true;
                let wait = poll.interval;
                self.back_off(wait, now);
            }
            State::CheckRegistration(_)
            | State::Register
            | State::StartDevice(_)
            | State::Exchange(..) => {
                self.retry_or(FlowError::Unreachable, now);
            }
            _ => {}
        }
    }

    fn handle_redirect(&mut self, text: &str) -> Redirected {
        let (State::AwaitRedirect(registration, _), FlowData::Code { state, .. }) =
            (&self.state, &self.flow)
        else {
            return Redirected::Ignored;
        };
        match Redirect::parse(text, state) {
            Redirect::Unrelated => Redirected::Ignored,
            Redirect::Code(code) => {
                let exchange = State::Exchange(registration.clone(), code);
                self.enter(exchange);
                Redirected::Accepted
            }
            Redirect::Denied { reason } => {
                self.enter(State::Failed(FlowError::denied(reason)));
                Redirected::Denied
            }
        }
    }

    fn cancel(&mut self) {
        self.enter(State::Failed(FlowError::Cancelled));
    }
}

/// Returns a request for a page.
fn page_request(page: &str) -> Result<Request, RequestError> {
    let mut request = Request::default();
    *request.uri_mut() = page.parse().map_err(|_| RequestError::new("the page"))?;
    request.extensions_mut().insert(RequestInfo { operation: "Authorize", attempt: 1 });
    Ok(request)
}

impl Poll {
    fn new(verification: Verification, now: Timestamp) -> Self {
        let interval = verification.interval;
        let until = now + verification.expires_in;
        Self { verification, interval, until, polled: false, shown: false }
    }

    fn operation<'a>(&'a self, registration: &'a Registration) -> CreateToken<'a> {
        CreateToken {
            client_id: &registration.client_id,
            client_secret: &registration.client_secret,
            grant: Grant::DeviceCode(&self.verification.device_code),
        }
    }
}
