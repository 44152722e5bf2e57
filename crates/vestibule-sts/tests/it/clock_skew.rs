//! Suite `clock-skew`, with real signatures on real calls over a world in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use vestibule_sts::sigv4::{Signer, Skew};
use vestibule_sts::{CallerIdentity, Error, GetCallerIdentity, SERVICE};
use vestibule_types::{Credentials, Region, SecretAccessKey, Timestamp};
use vestibule_wire::retry::Policy;
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable};
use vestibule_world::{BoxFuture, Clock, World, block_on, memory};

use crate::suites;

#[test]
fn skew_is_learned_as_in_the_published_suite() {
    let Some(suite) = suites::path("clock-skew/clock-skew-test-cases.json") else { return };
    let suite = suites::json(&suite).unwrap();
    let cases = suite["tests"].as_array().unwrap();
    for case in cases {
        let name = case["description"].as_str().unwrap();
        let operations = case["operations"].as_array().unwrap();
        let skew = Skew::of_millis(millis(&operations[0]["initialClientSkew"]));
        for operation in operations {
            check(name, operation, &skew);
        }
    }
    assert!(!cases.is_empty());
}

fn check(case: &str, operation: &Value, skew: &Skew) {
    assert_eq!(skew.millis(), millis(&operation["initialClientSkew"]), "{case}");
    let attempts = operation["attempts"].as_array().unwrap();
    let script = Script::new(attempts);
    let credentials = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("hidden"));
    let signer = Signer::new(credentials, Region::new("us-east-1").unwrap(), SERVICE)
        .with_skew(skew.clone());
    let most = operation["maxAttempts"].as_u64().map_or(9, |most| u32::try_from(most).unwrap());

    let outcome = {
        let world = World {
            clock: Arc::new(script.clone()),
            transport: Arc::new(memory::Transport::new({
                let script = script.clone();
                move |request| Ok(script.answer(&request))
            })),
            ..memory::world()
        };
        let at = Endpoint::at("https://sts.amazonaws.com", None).unwrap();
        block_on(world.call(&at, &signer, &Patient(Policy::STANDARD.with_attempts(most))))
    };
    let expected = operation["expectedOutcome"].as_str().unwrap();
    assert_eq!(if outcome.is_ok() { "success" } else { "error" }, expected, "{case}");

    let signed_at: Vec<_> =
        attempts.iter().map(|attempt| at(attempt, "expectedSigningTime")).collect();
    assert_eq!(script.signed_at(), signed_at, "{case}");
    assert_eq!(skew.millis(), millis(&operation["expectedClientSkew"]), "{case}");
}

/// The attempts to come: each sets the clock when it is sent and again when it is answered.
#[derive(Clone, Debug)]
struct Script(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now: Timestamp,
    attempts: VecDeque<Value>,
    signed_at: Vec<Timestamp>,
}

impl Script {
    fn new(attempts: &[Value]) -> Self {
        let state = State {
            now: at(&attempts[0], "clientTimeAtSend"),
            attempts: attempts.iter().cloned().collect(),
            signed_at: Vec::new(),
        };
        Self(Arc::new(Mutex::new(state)))
    }

    fn answer(&self, request: &Request) -> Response {
        let mut state = self.0.lock().unwrap();
        let date = request.headers()["x-amz-date"].to_str().unwrap();
        state.signed_at.push(Timestamp::from_compact(date).unwrap());
        let attempt = state.attempts.pop_front().expect("an attempt more than expected");
        state.now = at(&attempt, "clientTimeAtReceive");
        let answer = &attempt["response"];
        let status = u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap();
        let mut response = http::Response::builder().status(status);
        for (name, value) in answer["headers"].as_object().unwrap() {
            response = response.header(name, value.as_str().unwrap());
        }
        let body = match answer["errorCode"].as_str() {
            Some(code) => {
                format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>")
            }
            None => "<GetCallerIdentityResponse><GetCallerIdentityResult><UserId>u</UserId>\
                     <Account>111122223333</Account><Arn>a</Arn></GetCallerIdentityResult>\
                     </GetCallerIdentityResponse>"
                .to_owned(),
        };
        response.body(body.into()).unwrap()
    }

    fn signed_at(&self) -> Vec<Timestamp> {
        self.0.lock().unwrap().signed_at.clone()
    }
}

impl Clock for Script {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().now
    }

    /// Waiting ends when the next attempt is due, however long that is.
    fn sleep(&self, _span: Duration) -> BoxFuture<'_, ()> {
        let mut state = self.0.lock().unwrap();
        if let Some(next) = state.attempts.front() {
            state.now = at(next, "clientTimeAtSend");
        }
        Box::pin(std::future::ready(()))
    }
}

/// The real call, asked more or less often.
struct Patient(Policy);

impl Operation for Patient {
    type Output = CallerIdentity;
    type Error = Error;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        GetCallerIdentity.request(at)
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

fn at(attempt: &Value, name: &str) -> Timestamp {
    attempt[name].as_str().unwrap().parse().unwrap()
}

fn millis(seconds: &Value) -> i64 {
    seconds.as_i64().unwrap() * 1000
}
