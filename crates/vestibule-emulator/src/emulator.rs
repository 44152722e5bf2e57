use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::LOCATION;
use vestibule_wire::Request;
use vestibule_world::Clock as _;

use crate::builder::Builder;
use crate::clock::Clock;
use crate::config::Rotation;
use crate::faults::{Fault, Rule};
use crate::handle::{Reply, handle};
use crate::log::{Logged, Violation};
use crate::operation::Operation;
#[cfg(feature = "server")]
use crate::route::is_emulated;
use crate::saml::Assertion;
use crate::script::{self, ScriptError};
use crate::state::{NotWaiting, Progress, State};

/// IAM Identity Center and STS, emulated. Clones are the same emulator.
///
/// As a [`Transport`](vestibule_world::Transport) it answers requests to AWS's host names, and at
/// any other host all services share one address, as `AWS_ENDPOINT_URL` has it. What its pages
/// and its machine interface do, its methods do.
#[derive(Clone)]
pub struct Emulator {
    state: Arc<Mutex<State>>,
    clock: Clock,
    watcher: Watcher,
}

/// Who is told of violations as they happen.
pub(crate) type Watcher = Arc<dyn Fn(&Violation) + Send + Sync>;

/// An instance with one user, one account and one role; see [`Builder`].
impl Default for Emulator {
    fn default() -> Self {
        Builder::default().build()
    }
}

impl Emulator {
    /// Begins to describe an instance.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn over(state: State, clock: Clock, watcher: Watcher) -> Self {
        Self { state: Arc::new(Mutex::new(state)), clock, watcher }
    }

    /// Its clock, to be moved, or to be shared with a client.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The user codes that wait for a person, the oldest first.
    pub fn waiting(&self) -> Vec<String> {
        let now = self.clock.now();
        self.state().waiting(now).map(|device| device.user_code.clone()).collect()
    }

    /// Approves a device authorization, as the first user.
    ///
    /// # Errors
    /// [`NotWaiting`] for a code that is unknown, expired, or decided.
    pub fn approve(&self, user_code: &str) -> Result<(), NotWaiting> {
        let mut state = self.state();
        let user = state.config.user(None).unwrap_or_default().to_owned();
        state.decide(user_code, &Progress::Approved(user), self.clock.now())
    }

    /// Denies a device authorization.
    ///
    /// # Errors
    /// [`NotWaiting`] for a code that is unknown, expired, or decided.
    pub fn deny(&self, user_code: &str) -> Result<(), NotWaiting> {
        self.state().decide(user_code, &Progress::Denied, self.clock.now())
    }

    /// Approves the sign-in at an authorize URL, as the first user does in a browser.
    ///
    /// Gives the address that the browser is then sent to, which is no address of the emulator's;
    /// `None` if it is sent nowhere, because the URL is wrong.
    pub fn authorize(&self, url: &str) -> Option<String> {
        let request = http::Request::post(url).body("decision=approve".into()).ok()?;
        let reply = self.exchange(&request);
        Some(reply.response.headers().get(LOCATION)?.to_str().ok()?.to_owned())
    }

    /// An identity token, as a token service makes it out to an audience about a subject: for
    /// [`IamRole::trusting_identity`](crate::IamRole::trusting_identity).
    pub fn identity_token(&self, audience: &str, subject: &str, lifetime: Duration) -> String {
        let now = self.clock.now();
        self.state().mint.identity_token((audience, subject), now, lifetime)
    }

    /// A SAML assertion, in base64, that a person may be in a role for the next five minutes: for
    /// [`IamRole::trusting_saml`](crate::IamRole::trusting_saml). In place of an XML signature it
    /// has a mark that only this emulator knows.
    pub fn saml_assertion(&self, provider_arn: &str, role_arn: &str, subject: &str) -> String {
        let assertion = Assertion {
            provider_arn: provider_arn.to_owned(),
            role_arn: role_arn.to_owned(),
            subject: subject.to_owned(),
            expires: self.clock.now() + Duration::from_secs(300),
        };
        let mut state = self.state();
        let encoded = assertion.encode(&state.mint.signing_key());
        state.mint.remember(encoded)
    }

    /// What becomes of refresh tokens that are used from now on.
    pub fn rotate(&self, rotation: Rotation) {
        self.state().config.rotation = rotation;
    }

    /// Ends all sessions, as an administrator may: their tokens are no longer good.
    pub fn revoke_sessions(&self) {
        self.state().revoke(None, self.clock.now());
    }

    /// Makes an operation go wrong, once unless told otherwise.
    ///
    /// ```
    /// use vestibule_emulator::{Emulator, Fault, Operation};
    ///
    /// let emulator = Emulator::default();
    /// emulator.fail(Operation::CreateToken).times(2).with(Fault::slow_down());
    /// ```
    pub fn fail(&self, operation: Operation) -> Failing<'_> {
        Failing { emulator: self, operation, times: Some(1) }
    }

    /// Makes things go wrong as sentences say, one a line, after what was scripted before.
    ///
    /// `fail OPERATION [HOW OFTEN] with FAULT [and FAULT]`: the operation may be `anything`; how
    /// often is `once` (or nothing), `twice`, `3 times` or `always`; [`Fault`] lists the faults.
    ///
    /// ```
    /// let emulator = vestibule_emulator::Emulator::default();
    /// emulator.script("fail CreateToken twice with slow_down\n\
    ///                  fail ListAccounts with 429 and retry-after:30")?;
    /// # Ok::<(), vestibule_emulator::ScriptError>(())
    /// ```
    ///
    /// # Errors
    /// [`ScriptError`] for the first line that is no such sentence; then nothing is scripted.
    pub fn script(&self, text: &str) -> Result<(), ScriptError> {
        let rules = script::read(text)?;
        self.state().faults.extend(rules);
        Ok(())
    }

    /// Forgets what was still to go wrong.
    pub fn heal(&self) {
        self.state().faults.clear();
    }

    /// The last thousand requests, the oldest first.
    pub fn requests(&self) -> Vec<Logged> {
        self.state().log.entries().cloned().collect()
    }

    /// The last thousand violations of the services' models, the oldest first: a wrong method,
    /// members that are unknown or missing, of the wrong type or length.
    ///
    /// Requests are answered as if they were right; a test may well expect that there are none.
    pub fn violations(&self) -> Vec<Violation> {
        self.state().log.violations().cloned().collect()
    }

    /// How often an operation was asked for.
    pub fn count(&self, operation: Operation) -> u64 {
        self.state().log.counts().get(&operation).copied().unwrap_or_default()
    }

    /// Every secret issued so far (the last 16,384 of them), the oldest first.
    ///
    /// For tests that search a program's output, logs and files for what must not be there. None
    /// of them opens anything but this emulator.
    pub fn secrets(&self) -> Vec<String> {
        self.state().mint.issued().map(str::to_owned).collect()
    }

    /// Whether a host's name is one that the emulated services have.
    #[cfg(feature = "server")]
    pub(crate) fn answers_at(&self, host: &str) -> bool {
        is_emulated(host, &self.state().config)
    }

    /// Refuses, and logs, a request for another host.
    #[cfg(feature = "server")]
    pub(crate) fn turn_away(&self, request: &Request) -> vestibule_wire::Response {
        crate::handle::turn_away(&mut self.state(), request, self.clock.now())
    }

    /// Answers a request, and moves the clock if that was the request.
    pub(crate) fn exchange(&self, request: &Request) -> Reply {
        let mut state = self.state();
        let reply = handle(&mut state, request, self.clock.now());
        let violations = state.log.news();
        drop(state);
        for violation in &violations {
            (self.watcher)(violation);
        }
        if reply.moves != 0 {
            self.clock.shift_seconds(reply.moves);
        }
        reply
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Emulator(..)")
    }
}

/// An operation that is about to go wrong; see [`Emulator::fail`].
#[derive(Debug)]
#[must_use = "nothing goes wrong until `with` says how"]
pub struct Failing<'a> {
    emulator: &'a Emulator,
    operation: Operation,
    times: Option<u32>,
}

impl Failing<'_> {
    /// So many times; unless told, once.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Until [`Emulator::heal`].
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// In this way, after what was scripted before.
    pub fn with(self, fault: Fault) {
        let rule = Rule { operation: Some(self.operation), times: self.times, fault };
        self.emulator.state().faults.add(rule);
    }
}
