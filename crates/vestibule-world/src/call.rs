use std::sync::Arc;
use std::time::Duration;

use vestibule_wire::retry::{self, Next, Outcome, Policy};
use vestibule_wire::{
    AfterResponse, Authorize, Endpoint, Exchange, Operation, Request, RequestError, RequestInfo,
    RequestTimeout, Response,
};

use crate::log::RequestDescription;
use crate::{BoxFuture, Either, TransportError, TransportErrorKind, World, race, skew};

/// Error returned by [`World::call`].
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "not sent, no response, or an error response")]
pub enum CallError<E: std::error::Error + 'static> {
    /// The request could not be built.
    #[error(transparent)]
    Request(RequestError),
    /// No response arrived in any attempt.
    #[error(transparent)]
    Transport(TransportError),
    /// The response is an error, or malformed.
    #[error(transparent)]
    Response(E),
}

impl<E: std::error::Error + 'static> CallError<E> {
    /// Returns whether a later call may succeed; `response` decides about an error response.
    pub fn is_transient(&self, response: impl FnOnce(&E) -> bool) -> bool {
        match self {
            Self::Request(_) => false,
            Self::Transport(error) => error.kind.is_transient(),
            Self::Response(error) => response(error),
        }
    }
}

/// Options of one call, for services that differ from those of [`World::call`], such as metadata
/// endpoints of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallOptions {
    attempts: Option<u32>,
    exchange_timeout: Option<Duration>,
    has_no_quota: bool,
    has_no_transport_retry: bool,
}

impl CallOptions {
    /// Makes at most this many attempts, whatever the operation and [`CallPolicy`] say.
    ///
    /// [`CallPolicy`]: crate::CallPolicy
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    /// Sets the timeout of each attempt.
    #[must_use]
    pub fn with_exchange_timeout(mut self, timeout: Duration) -> Self {
        self.exchange_timeout = Some(timeout);
        self
    }

    /// Makes retries independent of the quota of the world, for services that do not share it.
    #[must_use]
    pub fn without_quota(mut self) -> Self {
        self.has_no_quota = true;
        self
    }

    /// Makes no second attempt after a transport error: the service may not exist here.
    #[must_use]
    pub fn without_transport_retry(mut self) -> Self {
        self.has_no_transport_retry = true;
        self
    }

    /// Returns the outcome of an attempt without a response.
    fn transport_outcome(self, error: &TransportError) -> Outcome {
        if error.kind.is_transient() && !self.has_no_transport_retry {
            Outcome::Transient
        } else {
            Outcome::Final
        }
    }
}

impl World {
    /// Sends one request with our user agent, without retries.
    ///
    /// # Errors
    /// No response arrived.
    pub async fn send(&self, mut request: Request) -> Result<Response, TransportError> {
        request.headers_mut().insert(http::header::USER_AGENT, self.call_policy.user_agent());
        let description = RequestDescription::new(&request);
        let sent = self.clock.now();
        let result = self.transport.send(request).await;
        let received = self.clock.now();
        description.log(&result, received.saturating_since(sent));
        let response = result?;
        skew::warn_about_skew(&response, sent, received);
        Ok(response)
    }

    /// Makes a call: signs and sends the request, retries as the operation's policy says, and reads
    /// the response.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call<O: Operation + Sync>(
        &self,
        endpoint: &Endpoint,
        authorize: &dyn Authorize,
        operation: &O,
    ) -> Result<O::Output, CallError<O::Error>> {
        self.call_with(endpoint, authorize, operation, CallOptions::default()).await
    }

    /// Calls an operation like [`World::call`], with options.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call_with<O: Operation + Sync>(
        &self,
        endpoint: &Endpoint,
        authorize: &dyn Authorize,
        operation: &O,
        options: CallOptions,
    ) -> Result<O::Output, CallError<O::Error>> {
        match self.response(endpoint, authorize, operation, options).await {
            Ok(response) => operation.read(&response).map_err(CallError::Response),
            Err(NoResponse::Request(error)) => Err(CallError::Request(error)),
            Err(NoResponse::Transport(error)) => Err(CallError::Transport(error)),
        }
    }

    /// Returns the last response. Takes the operation behind a pointer, so that the loop is compiled
    /// once and not for each operation, and returns an `Arc` for the same reason: what drops a
    /// response is large.
    fn response<'a>(
        &'a self,
        endpoint: &'a Endpoint,
        authorize: &'a dyn Authorize,
        operation: &'a dyn AnyOperation,
        options: CallOptions,
    ) -> BoxFuture<'a, Result<Arc<Response>, NoResponse>> {
        Box::pin(async move {
            let start = self.clock.now();
            let policy = match options.attempts {
                Some(attempts) => operation.retry_policy().with_attempts(attempts),
                None => self.call_policy.policy(operation.retry_policy()),
            };
            let has_given_attempts = options.attempts.is_some() || self.call_policy.has_attempts();
            let mut attempt = 1;
            let mut spent = None;
            loop {
                let mut request = operation.request(endpoint).map_err(NoResponse::Request)?;
                if let Some(info) = request.extensions_mut().get_mut::<RequestInfo>() {
                    info.attempt = attempt;
                }
                let (result, outcome, after) =
                    self.attempt(authorize, operation, request, options, policy).await?;
                let policy = match &result {
                    // Attempts beyond the usual number are for throttling, and a host or a proxy that
                    // cannot be connected to is more often a mistake.
                    Err(error) if !error.kind.passes_by_itself() && !has_given_attempts => {
                        policy.with_attempts(policy.attempts.min(Policy::STANDARD.attempts))
                    }
                    _ => policy,
                };
                let elapsed = self.clock.now().saturating_since(start);
                let mut next = if after == AfterResponse::Resign && attempt < policy.attempts {
                    Next::Wait(Duration::ZERO)
                } else {
                    retry::next_attempt(policy, attempt, outcome, elapsed, self.entropy.fraction())
                };
                if options.has_no_quota {
                    // Neither spent nor earned.
                } else if result.as_ref().is_ok_and(|response| response.status().is_success()) {
                    self.call_policy.earn(spent);
                } else if next != Next::Stop {
                    spent = self.call_policy.spend(outcome);
                    next = if spent.is_some() { next } else { Next::Stop };
                }
                tracing::debug!(endpoint = endpoint.url(), attempt, ?outcome, ?next, "decision");
                match next {
                    Next::Wait(wait) => self.clock.sleep(wait).await,
                    Next::Stop => {
                        return match result {
                            Ok(response) => Ok(Arc::new(response)),
                            Err(error) => Err(NoResponse::Transport(error.with_attempts(attempt))),
                        };
                    }
                }
                attempt += 1;
            }
        })
    }

    async fn attempt(
        &self,
        authorize: &dyn Authorize,
        operation: &dyn AnyOperation,
        mut request: Request,
        options: CallOptions,
        policy: Policy,
    ) -> Result<(Result<Response, TransportError>, Outcome, AfterResponse), NoResponse> {
        let sent = self.clock.now();
        authorize.authorize(&mut request, sent).map_err(NoResponse::Request)?;
        match self.send_within(request, options.exchange_timeout).await {
            Ok(response) => {
                let code = operation.error_code(&response);
                let code = code.as_deref();
                let received = self.clock.now();
                let exchange = Exchange { response: &response, code, sent, received };
                let after = authorize.observe(&exchange);
                let outcome = match operation.outcome(&response) {
                    _ if !policy.is_repeatable
                        && retry::may_have_been_processed(response.status()) =>
                    {
                        Outcome::Final
                    }
                    outcome => outcome,
                };
                Ok((Ok(response), outcome, after))
            }
            Err(error) => {
                let outcome = match options.transport_outcome(&error) {
                    _ if !policy.is_repeatable && error.kind.may_have_been_processed() => {
                        Outcome::Final
                    }
                    outcome => outcome,
                };
                Ok((Err(error), outcome, AfterResponse::Accept))
            }
        }
    }

    async fn send_within(
        &self,
        mut request: Request,
        timeout: Option<Duration>,
    ) -> Result<Response, TransportError> {
        let Some(timeout) = timeout else { return self.send(request).await };
        request.extensions_mut().insert(RequestTimeout(timeout));
        let uri = request.uri().clone();
        match race(self.send(request), self.clock.sleep(timeout)).await {
            Either::First(result) => result,
            Either::Second(()) => {
                let scheme = uri.scheme_str().unwrap_or_default();
                let authority = uri.authority().map_or("", |authority| authority.as_str());
                let host = format!("{scheme}://{authority}");
                Err(TransportError::new(TransportErrorKind::Timeout, host))
            }
        }
    }
}

/// An [`Operation`] without its output.
trait AnyOperation: Sync {
    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError>;
    fn error_code(&self, response: &Response) -> Option<String>;
    fn outcome(&self, response: &Response) -> Outcome;
    fn retry_policy(&self) -> Policy;
}

impl<O: Operation + Sync> AnyOperation for O {
    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        self.named_request(endpoint)
    }

    fn error_code(&self, response: &Response) -> Option<String> {
        Operation::error_code(self, response)
    }

    fn outcome(&self, response: &Response) -> Outcome {
        Operation::outcome(self, response)
    }

    fn retry_policy(&self) -> Policy {
        self.retry()
    }
}

/// [`CallError`] before a response was read.
enum NoResponse {
    Request(RequestError),
    Transport(TransportError),
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use bytes::Bytes;
    use vestibule_wire::{Anonymous, ResponseError, rest_json};

    use super::*;
    use crate::{TransportErrorKind, block_on, memory};

    struct Ping;

    impl Operation for Ping {
        type Output = ();
        type Error = ResponseError;

        fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
            endpoint.get("/ping").finish()
        }

        fn read(&self, response: &Response) -> Result<(), ResponseError> {
            rest_json::read_empty(response)
        }
    }

    /// Makes a call that gets these statuses in turn (0 is a lost connection), and returns the result
    /// and the number of requests.
    fn check(answers: &'static [u16]) -> (String, u32) {
        let count = Arc::new(AtomicU32::new(0));
        let counter = count.clone();
        let transport = memory::Transport::new(move |_request| {
            let n = counter.fetch_add(1, Ordering::SeqCst) as usize;
            match answers[n.min(answers.len() - 1)] {
                0 => Err(TransportError::new(TransportErrorKind::Lost, "http://x.test")),
                status => Ok(http::Response::builder().status(status).body(Bytes::new()).unwrap()),
            }
        });
        let world = World { transport: Arc::new(transport), ..memory::world() };
        let endpoint = Endpoint::parse("http://x.test", None).unwrap();
        let result = block_on(world.call(&endpoint, &Anonymous, &Ping));
        (
            result.map_or_else(|error| error.to_string(), |()| "fine".into()),
            count.load(Ordering::SeqCst),
        )
    }

    #[test]
    fn transient_failure_is_retried() {
        assert_eq!(check(&[503, 0, 200]), ("fine".into(), 3));
        assert_eq!(check(&[0]), ("the connection to x.test was lost (3 attempts)".into(), 3));
        assert_eq!(check(&[500]), ("the service gave no reason (HTTP 500)".into(), 3));
    }

    #[test]
    fn quota_ends_the_retries_of_a_service_that_is_down() {
        let count = Arc::new(AtomicU32::new(0));
        let counter = count.clone();
        let transport = memory::Transport::new(move |_request| {
            counter.fetch_add(1, Ordering::SeqCst);
            Err(TransportError::new(TransportErrorKind::Lost, "http://x.test"))
        });
        let world = World { transport: Arc::new(transport), ..memory::world() };
        let endpoint = Endpoint::parse("http://x.test", None).unwrap();
        for _ in 0..100 {
            assert!(block_on(world.clone().call(&endpoint, &Anonymous, &Ping)).is_err());
        }
        // 100 calls, and 50 retries at 10 each of the 500 that there are.
        assert_eq!(count.load(Ordering::SeqCst), 150);
    }

    #[test]
    fn client_error_is_final() {
        assert_eq!(check(&[403]), ("the service gave no reason (HTTP 403)".into(), 1));
    }

    fn call_with(options: CallOptions, kind: TransportErrorKind, calls: u32) -> u32 {
        let count = Arc::new(AtomicU32::new(0));
        let counter = count.clone();
        let transport = memory::Transport::new(move |_request| {
            counter.fetch_add(1, Ordering::SeqCst);
            Err(TransportError::new(kind, "http://x.test"))
        });
        let world = World { transport: Arc::new(transport), ..memory::world() };
        let endpoint = Endpoint::parse("http://x.test", None).unwrap();
        for _ in 0..calls {
            assert!(block_on(world.call_with(&endpoint, &Anonymous, &Ping, options)).is_err());
        }
        count.load(Ordering::SeqCst)
    }

    #[test]
    fn call_options_bound_the_attempts() {
        let options = CallOptions::default().with_attempts(5);
        assert_eq!(call_with(options, TransportErrorKind::Lost, 1), 5);
        assert_eq!(call_with(options, TransportErrorKind::Tls, 1), 1);
        let options = options.without_transport_retry();
        assert_eq!(call_with(options, TransportErrorKind::Lost, 1), 1);
    }

    #[test]
    fn refused_connection_is_retried_as_often_as_by_default() {
        struct Listing;

        impl Operation for Listing {
            type Output = ();
            type Error = ResponseError;

            fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
                endpoint.get("/ping").finish()
            }

            fn read(&self, response: &Response) -> Result<(), ResponseError> {
                rest_json::read_empty(response)
            }

            fn retry(&self) -> Policy {
                Policy::STANDARD.with_attempts(8)
            }
        }

        let attempts = |kind: TransportErrorKind, given: Option<std::num::NonZeroU32>| {
            let count = Arc::new(AtomicU32::new(0));
            let counter = count.clone();
            let transport = memory::Transport::new(move |_request| {
                counter.fetch_add(1, Ordering::SeqCst);
                Err(TransportError::new(kind, "http://x.test"))
            });
            let call_policy = Arc::new(crate::CallPolicy::default().with_attempts(given));
            let transport = Arc::new(transport);
            let world = World { transport, call_policy, ..memory::world() };
            let endpoint = Endpoint::parse("http://x.test", None).unwrap();
            assert!(block_on(world.call(&endpoint, &Anonymous, &Listing)).is_err());
            count.load(Ordering::SeqCst)
        };
        assert_eq!(attempts(TransportErrorKind::Lost, None), 8);
        for kind in [TransportErrorKind::Connect, TransportErrorKind::Proxy] {
            assert_eq!(attempts(kind, None), 3);
            assert_eq!(attempts(kind, std::num::NonZeroU32::new(5)), 5);
        }
    }

    #[test]
    fn call_without_quota_neither_spends_nor_earns() {
        let options = CallOptions::default().without_quota();
        assert_eq!(call_with(options, TransportErrorKind::Lost, 100), 300);
    }

    #[test]
    fn exchange_timeout_ends_an_attempt_and_is_told_to_the_transport() {
        #[derive(Debug)]
        struct Silent;

        impl crate::Transport for Silent {
            fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
                let timeout = request.extensions().get::<RequestTimeout>().map(|timeout| timeout.0);
                assert_eq!(timeout, Some(Duration::from_secs(2)));
                Box::pin(std::future::pending())
            }
        }

        let world = World { transport: Arc::new(Silent), ..memory::world() };
        let endpoint = Endpoint::parse("http://x.test/path", None).unwrap();
        let options =
            CallOptions::default().with_attempts(1).with_exchange_timeout(Duration::from_secs(2));
        let error = block_on(world.call_with(&endpoint, &Anonymous, &Ping, options)).unwrap_err();
        assert_eq!(error.to_string(), "x.test did not respond");
    }
}
