use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::LOCATION;
use vestibule_wire::{Request, Response};
use vestibule_world::{BoxFuture, Clock as _, Transport, TransportError, TransportErrorKind};

use crate::clock::Clock;
use crate::dispatch::{Delivery, DeliveryMode, handle};
use crate::error::Error;
use crate::fault::Fault;
use crate::fault_schedule::Rule;
use crate::log::{LoggedRequest, Violation};
use crate::oidc::DeviceState;
use crate::operation::Operation;
use crate::saml::Assertion;
use crate::script;
use crate::settings::Rotation;
use crate::state::State;

/// An emulator of IAM Identity Center, STS, console login and machine credentials. Clones share
/// their state.
///
/// It is a [`Transport`]: it responds to requests for the hosts of AWS, and at any other host, as
/// in `AWS_ENDPOINT_URL`, all services share one address. Its methods do what its pages and
/// `/emulator/…` do.
#[derive(Clone)]
pub struct Emulator {
    state: Arc<Mutex<State>>,
    clock: Clock,
    on_violation: ViolationListener,
}

/// A function that is called with each violation.
pub(crate) type ViolationListener = Arc<dyn Fn(&Violation) + Send + Sync>;

impl Emulator {
    pub(crate) fn new(state: State, clock: Clock, on_violation: ViolationListener) -> Self {
        Self { state: Arc::new(Mutex::new(state)), clock, on_violation }
    }

    /// Returns the clock, which can be moved, and shared with a client.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Returns the user codes that wait for approval, the oldest first.
    pub fn pending_user_codes(&self) -> Vec<String> {
        let (state, now) = (self.state(), self.clock.now());
        state.oidc.devices.pending(now).map(|device| device.user_code.clone()).collect()
    }

    /// Approves a device authorization as the first user.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownUserCode`](crate::ErrorKind::UnknownUserCode) if the code is unknown,
    /// expired, or already decided.
    pub fn approve(&self, user_code: &str) -> Result<(), Error> {
        let mut state = self.state();
        let user = state.shared.settings.user(None).unwrap_or_default().to_owned();
        state.decide(user_code, &DeviceState::Approved(user), self.clock.now())
    }

    /// Denies a device authorization.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownUserCode`](crate::ErrorKind::UnknownUserCode) if the code is unknown,
    /// expired, or already decided.
    pub fn deny(&self, user_code: &str) -> Result<(), Error> {
        self.state().decide(user_code, &DeviceState::Denied, self.clock.now())
    }

    /// Approves the request of an authorize URL as the first user, as in a browser.
    ///
    /// Returns the client's address that the browser is redirected to, or `None` if the URL is not
    /// valid.
    pub fn authorize(&self, url: &str) -> Option<String> {
        let request = http::Request::post(url).body("decision=approve".into()).ok()?;
        let delivery = self.exchange(&request);
        Some(delivery.response.headers().get(LOCATION)?.to_str().ok()?.to_owned())
    }

    /// Issues an identity token for an audience and a subject, which
    /// [`IamRole::trusts_identity`](crate::IamRole::trusts_identity) names.
    pub fn identity_token(&self, audience: &str, subject: &str, lifetime: Duration) -> String {
        let now = self.clock.now();
        self.state().shared.tokens.identity_token((audience, subject), now, lifetime)
    }

    /// Issues a SAML assertion in base64 that is valid for five minutes, by a provider that
    /// [`IamRole::trusts_saml`](crate::IamRole::trusts_saml) names.
    ///
    /// Only this emulator can verify it: it does not have an XML signature.
    pub fn saml_assertion(&self, provider_arn: &str, role_arn: &str, subject: &str) -> String {
        let assertion = Assertion {
            provider_arn: provider_arn.to_owned(),
            role_arn: role_arn.to_owned(),
            subject: subject.to_owned(),
            expires: self.clock.now() + Duration::from_secs(300),
        };
        let tokens = &mut self.state().shared.tokens;
        let encoded = assertion.encode(&tokens.signing_key());
        tokens.record(encoded)
    }

    /// Sets what happens to refresh tokens when they are used.
    pub fn set_rotation(&self, rotation: Rotation) {
        self.state().shared.settings.rotation = rotation;
    }

    /// Revokes all sessions, as an administrator can, and with them their tokens.
    pub fn revoke_sessions(&self) {
        self.state().revoke_sessions(self.clock.now());
    }

    /// Lets all sessions expire now, and with them their tokens.
    pub fn expire_sessions(&self) {
        self.state().shared.sessions.expire(self.clock.now());
    }

    /// Lets all client registrations expire now.
    pub fn expire_registrations(&self) {
        self.state().oidc.expire_registrations(self.clock.now());
    }

    /// Schedules a fault for an operation, for one request by default.
    ///
    /// ```
    /// use vestibule_emulator::{Emulator, Fault, Operation};
    ///
    /// let emulator = Emulator::default();
    /// emulator.fail(Operation::CreateToken).times(2).with(Fault::slow_down());
    /// ```
    pub fn fail(&self, operation: Operation) -> FaultBuilder<'_> {
        FaultBuilder { emulator: self, operation, times: Some(1) }
    }

    /// Schedules the faults of a script, which has one sentence a line.
    ///
    /// A sentence is `fail OPERATION [TIMES] with FAULT [and FAULT]`. The operation can be
    /// `anything`; the times are `once` (the default), `twice`, `3 times` or `always`; [`Fault`]
    /// lists the faults.
    ///
    /// ```
    /// let emulator = vestibule_emulator::Emulator::default();
    /// emulator.script("fail CreateToken twice with slow_down\n\
    ///                  fail ListAccounts with 429 and retry-after:30")?;
    /// # Ok::<(), vestibule_emulator::Error>(())
    /// ```
    ///
    /// # Errors
    /// The first line that is not valid. Then, no fault is scheduled.
    pub fn script(&self, text: &str) -> Result<(), Error> {
        let rules = script::parse(text)?;
        self.state().faults.extend(rules);
        Ok(())
    }

    /// Clears the scheduled faults.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// Returns the last thousand requests, the oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.state().log.entries().cloned().collect()
    }

    /// Returns the last thousand violations of the services' models, the oldest first: wrong
    /// methods, and members that are unknown, missing, or of the wrong type or length.
    ///
    /// The services respond to such requests as if they were valid, so a test should check that
    /// there are none.
    pub fn violations(&self) -> Vec<Violation> {
        self.state().log.violations().cloned().collect()
    }

    /// Returns the number of requests for an operation.
    pub fn count(&self, operation: Operation) -> u64 {
        self.state().log.counts().get(&operation).copied().unwrap_or_default()
    }

    /// Returns the last 16,384 secrets that were issued, the oldest first.
    ///
    /// Tests can search the output, the logs and the files of a program for them.
    pub fn secrets(&self) -> Vec<String> {
        self.state().shared.tokens.secrets().map(str::to_owned).collect()
    }

    /// Runs on the real time from now on, unless a clock was chosen.
    ///
    /// Sessions and registrations keep the time that they have left.
    #[cfg(feature = "server")]
    pub(crate) fn run_on_real_time(&self) {
        let mut state = self.state();
        if let Some(jump) = self.clock.run_on_real_time() {
            state.postpone_expiry(jump);
        }
    }

    /// Returns whether a host is emulated: of a service, of an agent, or of a start URL.
    #[cfg(feature = "server")]
    pub(crate) fn is_emulated(&self, host: &str) -> bool {
        /// The addresses of instance metadata, and of the agents of ECS and EKS.
        const LINK_LOCAL: [&str; 3] = ["169.254.169.254", "169.254.170.2", "169.254.170.23"];
        crate::origin::AwsHost::parse(host).is_some()
            || LINK_LOCAL.contains(&host)
            || self.state().shared.settings.start_hosts().any(|own| own.eq_ignore_ascii_case(host))
    }

    /// Refuses and logs a request to the proxy for a host that is not emulated.
    #[cfg(feature = "server")]
    pub(crate) fn refuse_proxying(&self, request: &Request) -> Response {
        crate::dispatch::refuse_proxying(&mut self.state(), request, self.clock.now())
    }

    /// Handles a request, and moves the clock if the request says so.
    pub(crate) fn exchange(&self, request: &Request) -> Delivery {
        let mut state = self.state();
        let delivery = handle(&mut state, request, self.clock.now());
        let violations = state.log.take_unreported();
        drop(state);
        for violation in &violations {
            (self.on_violation)(violation);
        }
        if delivery.clock_shift != 0 {
            self.clock.shift_seconds(delivery.clock_shift);
        }
        delivery
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

/// In process: without sockets and threads. Delays pass on the clock of the emulator.
impl Transport for Emulator {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let delivery = self.exchange(&request);
            if !delivery.delay.is_zero() {
                self.clock.sleep(delivery.delay).await;
            }
            let error = |kind| {
                let uri = request.uri();
                let host = uri.authority().map_or("", http::uri::Authority::as_str);
                let scheme = uri.scheme_str().unwrap_or("http");
                TransportError::new(kind, format!("{scheme}://{host}"))
            };
            match delivery.mode {
                DeliveryMode::Complete => Ok(delivery.response),
                DeliveryMode::Reset | DeliveryMode::ResetMidBody => {
                    Err(error(TransportErrorKind::Lost))
                }
                DeliveryMode::Endless => Err(error(TransportErrorKind::TooLarge)),
            }
        })
    }
}

/// A fault that is about to be scheduled; see [`Emulator::fail`].
#[derive(Debug)]
#[must_use = "the fault is scheduled by `with`"]
pub struct FaultBuilder<'a> {
    emulator: &'a Emulator,
    operation: Operation,
    times: Option<u32>,
}

impl FaultBuilder<'_> {
    /// Sets the number of requests, which is one by default.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Applies the fault to every request until [`Emulator::clear_faults`].
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Schedules the fault, after those that were scheduled before.
    pub fn with(self, fault: Fault) {
        let rule = Rule { operation: Some(self.operation), times: self.times, fault };
        self.emulator.state().faults.add(rule);
    }
}
