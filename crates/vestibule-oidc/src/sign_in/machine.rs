use std::fmt;
use std::time::Duration;

use vestibule_types::{AuthorizationCode, Timestamp};
use vestibule_wire::{Operation, Request, Response, Unsendable};

use super::{Redirected, Seed, SignInError, SignedIn, Step};
use crate::authorize_url::authorize_url;
use crate::{
    Client, CreateToken, Error, Flow, Grant, Pkce, Redirect, RedirectUri, RegisterClient,
    Registration, StartDeviceAuthorization, Tokens, Verification,
};

/// How long a redirect is waited for, as in the AWS CLI.
const REDIRECT_PATIENCE: Duration = Duration::from_secs(600);
/// What `slow_down` adds to the interval, for good (RFC 8628 §3.5).
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// No wait between questions is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How often a question that is not a poll is asked, faults included.
const ATTEMPTS: u32 = 3;

/// A sign-in under way: plain data, driven by the host. See [`Step`].
#[derive(Clone, Debug)]
pub struct SignIn {
    client: Client,
    flow: FlowData,
    state: State,
    /// Whether the registration in use was made in this very sign-in.
    registered_here: bool,
    /// Faults in a row, and until when to wait for the next attempt.
    faults: u32,
    not_before: Timestamp,
}

#[derive(Clone)]
enum FlowData {
    Device,
    Code { redirect: RedirectUri, pkce: Pkce, state: String },
}

/// Who knows the `state` can answer for the browser.
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
    Register,
    StoreRegistration(Registration),
    StartDevice(Registration),
    Poll(Registration, Poll),
    Open(Registration),
    AwaitRedirect(Registration, Timestamp),
    Exchange(Registration, AuthorizationCode),
    Done(SignedIn),
    Failed(SignInError),
}

#[derive(Clone, Debug)]
struct Poll {
    verification: Verification,
    interval: Duration,
    until: Timestamp,
    /// The first question is asked before anybody is bothered: the client may be approved.
    asked: bool,
    shown: bool,
}

impl SignIn {
    /// By device code: the person approves on any device.
    pub fn device(client: Client) -> Self {
        Self::new(client, FlowData::Device)
    }

    /// By authorization code: the browser comes back to a port of this machine.
    pub fn code(client: Client, redirect: RedirectUri, seed: &Seed) -> Self {
        let flow = FlowData::Code { redirect, pkce: seed.pkce(), state: seed.state() };
        Self::new(client, flow)
    }

    fn new(client: Client, flow: FlowData) -> Self {
        Self {
            client,
            flow,
            state: State::Begin,
            registered_here: false,
            faults: 0,
            not_before: Timestamp::EPOCH,
        }
    }

    /// Which of the two it is.
    pub fn flow(&self) -> Flow {
        match self.flow {
            FlowData::Device => Flow::DeviceCode,
            FlowData::Code { .. } => Flow::AuthorizationCode,
        }
    }

    /// What to do now. Asking twice without reporting gives the same step again, but for
    /// [`Step::StoreRegistration`], [`Step::Open`] and [`Step::Show`], which are said once.
    pub fn step(&mut self, now: Timestamp) -> Step {
        if let State::Begin = self.state {
            self.state = self.begin(now);
        }
        if self.deadline().is_some_and(|until| until <= now) {
            self.state = State::Failed(SignInError::Expired);
        }
        match &mut self.state {
            State::StoreRegistration(registration) => {
                let registration = registration.clone();
                self.state = self.ask_person(registration.clone());
                Step::StoreRegistration(registration)
            }
            State::Poll(_, poll) if poll.asked && !poll.shown => {
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
            _ => self
                .request()
                .map_or_else(|error| self.fail(SignInError::Unsendable(error)), Step::Send),
        }
    }

    /// The answer to the request of the last [`Step::Send`].
    pub fn answered(&mut self, response: &Response, now: Timestamp) {
        match std::mem::replace(&mut self.state, State::Begin) {
            State::Register => {
                let operation = RegisterClient { client: &self.client, flow: self.flow() };
                match operation.read(response) {
                    Ok(registration) => {
                        self.registered_here = true;
                        self.go(State::StoreRegistration(registration));
                    }
                    Err(error) => self.refused(error, State::Register, now),
                }
            }
            State::StartDevice(registration) => {
                let start_url = &self.client.start_url;
                let operation = StartDeviceAuthorization { registration: &registration, start_url };
                match operation.read(response) {
                    Ok(verification) => {
                        self.go(State::Poll(registration, Poll::new(verification, now)));
                    }
                    Err(error) => self.refused(error, State::StartDevice(registration), now),
                }
            }
            State::Poll(registration, poll) => self.polled(registration, poll, response, now),
            State::Exchange(registration, code) => {
                match self.exchange(&registration, &code).map(|operation| operation.read(response))
                {
                    Some(Ok(tokens)) => self.done(tokens, registration, now),
                    Some(Err(Error::ExpiredToken)) => self.go(State::Failed(SignInError::Expired)),
                    Some(Err(error)) => {
                        self.refused(error, State::Exchange(registration, code), now);
                    }
                    None => self.state = State::Exchange(registration, code),
                }
            }
            // Nothing was asked: an answer to an earlier question, too late.
            state => self.state = state,
        }
    }

    /// No answer came to the request of the last [`Step::Send`].
    pub fn lost(&mut self, now: Timestamp) {
        match &mut self.state {
            State::Poll(_, poll) => {
                poll.asked = true;
                let wait = poll.interval;
                self.back_off(wait, now);
            }
            State::Register | State::StartDevice(_) | State::Exchange(..) => {
                self.try_again_or(SignInError::Unreachable, now);
            }
            _ => {}
        }
    }

    /// A callback that arrived, or an address that the person pasted.
    ///
    /// Only one with this sign-in's `state`, compared in constant time, has any effect.
    pub fn redirected(&mut self, address: &str) -> Redirected {
        let (State::AwaitRedirect(registration, _), FlowData::Code { state, .. }) =
            (&self.state, &self.flow)
        else {
            return Redirected::Ignored;
        };
        match Redirect::parse(address, state) {
            Redirect::Unrelated => Redirected::Ignored,
            Redirect::Code(code) => {
                let exchange = State::Exchange(registration.clone(), code);
                self.go(exchange);
                Redirected::Accepted
            }
            Redirect::Error { error, description } => {
                let reason = match description {
                    Some(description) => format!("{error}: {description}"),
                    None => error,
                };
                let reason = vestibule_types::printable_line(&reason, 300);
                self.go(State::Failed(SignInError::Denied { reason }));
                Redirected::Refused
            }
        }
    }

    /// Ends it.
    pub fn cancel(&mut self) {
        self.go(State::Failed(SignInError::Cancelled));
    }

    fn begin(&self, now: Timestamp) -> State {
        match &self.client.registration {
            Some(known) if known.is_usable(self.flow(), &self.client.scopes, now) => {
                self.ask_person(known.clone())
            }
            _ => State::Register,
        }
    }

    fn ask_person(&self, registration: Registration) -> State {
        match self.flow {
            FlowData::Device => State::StartDevice(registration),
            FlowData::Code { .. } => State::Open(registration),
        }
    }

    fn open(&mut self, registration: Registration, now: Timestamp) -> Step {
        let FlowData::Code { redirect, pkce, state } = &self.flow else {
            return self.fail(SignInError::Cancelled);
        };
        match authorize_url(&self.client.at, &registration, *redirect, state, pkce) {
            Some(page) => {
                self.go(State::AwaitRedirect(registration, now + REDIRECT_PATIENCE));
                Step::Open(page)
            }
            None => self.fail(SignInError::Unsendable(Unsendable::new("the authorize address"))),
        }
    }

    fn request(&self) -> Result<Request, Unsendable> {
        let at = &self.client.at;
        match &self.state {
            State::Register => {
                RegisterClient { client: &self.client, flow: self.flow() }.request(at)
            }
            State::StartDevice(registration) => {
                let start_url = &self.client.start_url;
                StartDeviceAuthorization { registration, start_url }.request(at)
            }
            State::Poll(registration, poll) => poll.question(registration).request(at),
            State::Exchange(registration, code) => self
                .exchange(registration, code)
                .ok_or_else(|| Unsendable::new("the code"))?
                .request(at),
            _ => Err(Unsendable::new("nothing")),
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

    fn polled(
        &mut self,
        registration: Registration,
        mut poll: Poll,
        response: &Response,
        now: Timestamp,
    ) {
        poll.asked = true;
        let answer = poll.question(&registration).read(response);
        match answer {
            Ok(tokens) => return self.done(tokens, registration, now),
            Err(Error::Pending) => self.faults = 0,
            Err(Error::SlowDown) => {
                self.faults = 0;
                poll.interval += SLOW_DOWN;
            }
            Err(Error::ExpiredToken) => return self.go(State::Failed(SignInError::Expired)),
            Err(error) if error.is_transient() => {
                let wait = poll.interval;
                self.state = State::Poll(registration, poll);
                return self.back_off(wait, now);
            }
            Err(error) => return self.refused(error, State::Poll(registration, poll), now),
        }
        self.not_before = now + poll.interval;
        self.state = State::Poll(registration, poll);
    }

    /// A refusal: of a registration made earlier, try a new one; of the service itself, wait and
    /// ask again; else it is over.
    fn refused(&mut self, error: Error, asking: State, now: Timestamp) {
        match error {
            Error::InvalidClient(_) if !self.registered_here => self.go(State::Register),
            Error::AccessDenied(error) => {
                self.go(State::Failed(SignInError::Denied { reason: error.to_string() }));
            }
            error if error.is_transient() => {
                self.state = asking;
                self.try_again_or(SignInError::Refused(error), now);
            }
            error => self.go(State::Failed(SignInError::Refused(error))),
        }
    }

    fn done(&mut self, tokens: Tokens, registration: Registration, now: Timestamp) {
        let expires_at = now + tokens.expires_in;
        self.go(State::Done(SignedIn { tokens, expires_at, registration }));
    }

    fn try_again_or(&mut self, error: SignInError, now: Timestamp) {
        if ATTEMPTS <= self.faults + 1 {
            self.go(State::Failed(error));
        } else {
            self.back_off(Duration::from_secs(1), now);
        }
    }

    /// Doubles the wait with each fault in a row (RFC 8628 §3.5).
    fn back_off(&mut self, wait: Duration, now: Timestamp) {
        self.faults += 1;
        let doubled = wait.saturating_mul(1 << self.faults.min(6));
        self.not_before = now + doubled.min(LONGEST_WAIT);
    }

    fn go(&mut self, state: State) {
        self.state = state;
        self.faults = 0;
        self.not_before = Timestamp::EPOCH;
    }

    fn fail(&mut self, error: SignInError) -> Step {
        self.go(State::Failed(error.clone()));
        Step::Failed(error)
    }

    /// Until when the person can approve.
    fn deadline(&self) -> Option<Timestamp> {
        match &self.state {
            State::Poll(_, poll) => Some(poll.until),
            State::AwaitRedirect(_, until) => Some(*until),
            _ => None,
        }
    }
}

impl Poll {
    fn new(verification: Verification, now: Timestamp) -> Self {
        let interval = verification.interval;
        let until = now + verification.expires_in;
        Self { verification, interval, until, asked: false, shown: false }
    }

    fn question<'a>(&'a self, registration: &'a Registration) -> CreateToken<'a> {
        CreateToken {
            client_id: &registration.client_id,
            client_secret: &registration.client_secret,
            grant: Grant::DeviceCode(&self.verification.device_code),
        }
    }
}
