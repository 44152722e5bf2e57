//! Suite `clock-skew`: signed calls with retries in an in-memory world.
//!
//! The operation is `GetCallerIdentity`:
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use vestibule_sts::sigv4::{ClockSkew, Signer};
use vestibule_sts::{CallerIdentity, Error, GetCallerIdentity, SERVICE};
use vestibule_types::{Credentials, Region, SecretAccessKey, Timestamp};
use vestibule_wire::retry::Policy;
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response};
use vestibule_world::{
    BoxFuture, Clock, TransportError, TransportErrorKind, World, block_on, memory,
};

use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Given {
    operations: Vec<Call>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    initial_client_skew: i64,
    attempts: Vec<Attempt>,
    max_attempts: Option<u32>,
    expected_client_skew: i64,
    expected_outcome: String,
}

#[derive(Clone, Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    #[serde(deserialize_with = "deserialize_time")]
    client_time_at_send: Timestamp,
    #[serde(deserialize_with = "deserialize_time")]
    client_time_at_receive: Timestamp,
    #[serde(deserialize_with = "deserialize_time")]
    expected_signing_time: Timestamp,
    response: ResponseData,
}

#[derive(Clone, Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
struct ResponseData {
    status_code: u16,
    headers: BTreeMap<String, String>,
    error_code: Option<String>,
}

/// Attempts if the case sets no limit: more than any case has.
const DEFAULT_ATTEMPTS: u32 = 9;

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let Given { operations } = case.parse()?;
    let first = operations.first().ok_or_else(|| Mismatch::new("no operations"))?;
    let skew = ClockSkew::from_millis(first.initial_client_skew * 1000);
    operations.into_iter().enumerate().try_for_each(|(index, call)| {
        call.check(&skew, visible)
            .map_err(|error| error.with_context(format_args!("operation {index}")))
    })
}

impl Call {
    fn check(self, skew: &ClockSkew, visible: &mut Visible) -> Checked {
        compare::values(&(self.initial_client_skew * 1000), &skew.millis())?;
        let script = Script::new(&self.attempts)?;
        let credentials = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("hidden"));
        let signer =
            Signer::new(credentials, Region::new("us-east-1")?, SERVICE).with_skew(skew.clone());
        visible.debug(&signer);

        let world = World {
            clock: Arc::new(script.clone()),
            transport: Arc::new(script.clone()),
            ..memory::world()
        };
        let endpoint = Endpoint::parse("https://sts.amazonaws.com", None)?;
        let policy = Policy::STANDARD.with_attempts(self.max_attempts.unwrap_or(DEFAULT_ATTEMPTS));
        let outcome = block_on(world.call(&endpoint, &signer, &WithRetryPolicy(policy)));
        let found = match &outcome {
            Ok(_) => "success",
            Err(error) => {
                visible.error(error);
                "error"
            }
        };
        let expected = self.attempts.iter().map(|attempt| attempt.expected_signing_time);
        compare::values(&expected.collect(), &script.signed_at())?;
        compare::text(&self.expected_outcome, found)?;
        compare::values(&(self.expected_client_skew * 1000), &skew.millis())
    }
}

/// Clock and transport of the remaining attempts. Each attempt sets the time when its request is sent
/// and when its response is received.
#[derive(Clone, Debug)]
struct Script(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now: Timestamp,
    attempts: VecDeque<Attempt>,
    signed_at: Vec<Timestamp>,
}

impl Script {
    fn new(attempts: &[Attempt]) -> Checked<Self> {
        let first = attempts.first().ok_or_else(|| Mismatch::new("no attempts"))?;
        let attempts = attempts.iter().cloned().collect();
        let now = first.client_time_at_send;
        Ok(Self(Arc::new(Mutex::new(State { now, attempts, signed_at: Vec::new() }))))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signed_at(&self) -> Vec<Timestamp> {
        self.state().signed_at.clone()
    }

    /// Returns the next response; `None` if no further attempt is expected or the request has no date.
    fn next_response(&self, request: &Request) -> Option<Response> {
        let mut state = self.state();
        let date = request.headers().get("x-amz-date")?.to_str().ok()?;
        state.signed_at.push(Timestamp::from_compact(date).ok()?);
        let Attempt { client_time_at_receive, response, .. } = state.attempts.pop_front()?;
        state.now = client_time_at_receive;
        response.into_response().ok()
    }
}

impl ResponseData {
    fn into_response(self) -> http::Result<Response> {
        let builder = http::Response::builder().status(self.status_code);
        let headers = self.headers.into_iter();
        let builder = headers.fold(builder, |builder, (name, value)| builder.header(name, value));
        let body = match self.error_code {
            Some(code) => {
                format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>")
            }
            None => "<GetCallerIdentityResponse><GetCallerIdentityResult><UserId>u</UserId>\
                     <Account>111122223333</Account><Arn>a</Arn></GetCallerIdentityResult>\
                     </GetCallerIdentityResponse>"
                .to_owned(),
        };
        builder.body(Bytes::from(body))
    }
}

impl vestibule_world::Transport for Script {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let response = self.next_response(&request);
        let unexpected = || TransportError::new(TransportErrorKind::Local, "unexpected attempt");
        Box::pin(std::future::ready(response.ok_or_else(unexpected)))
    }
}

impl Clock for Script {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    /// Advances to the time of the next attempt, whatever the duration.
    fn sleep(&self, _duration: Duration) -> BoxFuture<'_, ()> {
        let mut state = self.state();
        if let Some(next) = state.attempts.front() {
            state.now = next.client_time_at_send;
        }
        Box::pin(std::future::ready(()))
    }
}

/// `GetCallerIdentity` with a retry policy.
struct WithRetryPolicy(Policy);

impl Operation for WithRetryPolicy {
    type Output = CallerIdentity;
    type Error = Error;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        GetCallerIdentity.request(endpoint)
    }

    fn read(&self, response: &Response) -> Result<CallerIdentity, Error> {
        GetCallerIdentity.read(response)
    }

    fn error_code(&self, response: &Response) -> Option<String> {
        GetCallerIdentity.error_code(response)
    }

    fn retry(&self) -> Policy {
        self.0
    }
}

fn deserialize_time<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}
