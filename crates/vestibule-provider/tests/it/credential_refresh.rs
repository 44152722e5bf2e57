//! Suite `credential-refresh`: AWS's refresh specification, step by step.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use vestibule_provider::refresh::{Decision, Policy};
use vestibule_provider::{Answer, Cached, ProvideError, ProvideErrorKind, Provider};
use vestibule_types::{Credentials, SecretAccessKey};
use vestibule_world::{BoxFuture, Clock, Entropy, World, block_on, memory};

const HOUR: u64 = 3600;

#[test]
fn credentials_are_refreshed_as_in_the_published_suite() {
    let Some(suite) = suite("credential-refresh/credential-refresh-tests.json") else { return };
    let cases = suite.as_array().unwrap();
    for case in cases {
        Case::new(case).run(case);
    }
    assert!(!cases.is_empty());
}

/// A file of the suites in `VESTIBULE_SUITES`, or beside the workspace; `None` in a lone clone.
#[expect(clippy::disallowed_methods, reason = "suites are files, and where is a parameter")]
fn suite(name: &str) -> Option<Value> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let root = std::env::var_os("VESTIBULE_SUITES").map_or_else(beside, PathBuf::from);
    let text = std::fs::read_to_string(root.join(name)).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

struct Case {
    name: String,
    clock: memory::Clock,
    world: World,
    source: Scripted,
    cached: Cached<Scripted>,
    /// The access key id of what the cache began with.
    first: Option<String>,
}

impl Case {
    fn new(case: &Value) -> Self {
        let given = &case["given"];
        let advisory = given["configuredAdvisoryWindowSeconds"].as_u64().map(Duration::from_secs);
        let clock = memory::Clock::default();
        // 300 to 600 seconds, by a fraction.
        let back_off = given["refreshBackoffSeconds"].as_u64().unwrap_or(300);
        let fraction = Duration::from_secs(back_off - 300).as_secs_f64() / 300.0;
        let source = Scripted::default();
        let mut this = Self {
            name: case["documentation"].as_str().unwrap().to_owned(),
            world: World {
                clock: Arc::new(clock.clone()),
                entropy: Arc::new(Fixed(fraction)),
                ..memory::world()
            },
            cached: Cached::new(source.clone()).with_policy(Policy::Stable { advisory }),
            clock,
            source,
            first: None,
        };
        let age = match given["cachedCredentials"].as_str().unwrap() {
            "none" => return this,
            "valid" => 0,
            "advisory" => HOUR - 5 * 60,
            "mandatory" => HOUR - 30,
            "expired" => HOUR + 30,
            state => panic!("{}: credentials that are {state}", this.name),
        };
        let id = given["accessKeyId"].as_str().unwrap_or("AKID-FIRST").to_owned();
        this.source.expect(Ok(keys(&id).with_expiry(this.clock.now() + Duration::from_secs(HOUR))));
        block_on(this.cached.get(&this.world)).unwrap();
        this.clock.advance(Duration::from_secs(age));
        this.first = Some(id);
        this
    }

    fn run(mut self, case: &Value) {
        for (number, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            match step["type"].as_str().unwrap() {
                "getCredentials" => self.get(number, step),
                "advanceTime" => {
                    self.clock.advance(Duration::from_secs(step["seconds"].as_u64().unwrap()));
                }
                "invalidate" => {
                    self.cached.invalidate(step["rejectedAccessKeyId"].as_str().unwrap());
                }
                kind => panic!("{}: a step of type {kind}", self.name),
            }
        }
    }

    fn get(&mut self, number: usize, step: &Value) {
        let now = self.clock.now();
        let new = format!("AKID-NEW-{number}");
        let lasts = step["lifetimeSeconds"].as_u64().unwrap_or(HOUR);
        let fails = |kind| Err(ProvideError::new("source", kind, "no"));
        let response = match step["response"].as_str() {
            Some("freshCredentials") => {
                Ok(keys(&new).with_expiry(now + Duration::from_secs(lasts)))
            }
            Some("staleCredentials") => Ok(keys(&new).with_expiry(now - Duration::from_secs(1))),
            Some("error") => fails(ProvideErrorKind::Transient),
            Some("nonRecoverableError") => fails(ProvideErrorKind::Refused),
            Some(other) => panic!("{}: a source that gives {other}", self.name),
            None => fails(ProvideErrorKind::Configuration),
        };
        self.source.expect(response);
        let held_off = matches!(self.cached.state().decide(now), Decision::HeldOff(..));
        let result = match block_on(self.cached.get(&self.world)) {
            Ok(Answer::Credentials(keys)) if keys.access_key_id() == new => "newCredentials",
            Ok(Answer::Credentials(keys)) => {
                assert_eq!(Some(keys.access_key_id()), self.first.as_deref(), "{}", self.name);
                "cachedCredentials"
            }
            Ok(Answer::NotConfigured(_)) => "notConfigured",
            Err(error) if error.kind() == ProvideErrorKind::Refused => "nonRecoverableError",
            Err(_) => "noCredentialsError",
        };
        if result == "newCredentials" {
            self.first = Some(new);
        }
        let found = serde_json::json!({
            "result": result,
            "sourceContacted": self.source.was_asked(),
            "rateLimited": held_off,
            "advisoryWindowSeconds": self.cached.state().advisory_window().map(|it| it.as_secs()),
        });
        for (name, expected) in step["expected"].as_object().unwrap() {
            assert_eq!(found[name], *expected, "{}: {name} in step {number}", self.name);
        }
    }
}

fn keys(id: &str) -> Credentials {
    Credentials::new(id, SecretAccessKey::new("hidden"))
}

/// Gives once what it was told to.
#[derive(Clone, Debug, Default)]
struct Scripted(Arc<Mutex<Option<Result<Credentials, ProvideError>>>>);

impl Scripted {
    fn expect(&self, response: Result<Credentials, ProvideError>) {
        *self.0.lock().unwrap() = Some(response);
    }

    fn was_asked(&self) -> bool {
        self.0.lock().unwrap().is_none()
    }
}

impl Provider for Scripted {
    fn name(&self) -> &'static str {
        "source"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        let response = self.0.lock().unwrap().take().expect("asked twice for one answer");
        Box::pin(async move { response.map(Answer::Credentials) })
    }
}

#[derive(Debug)]
struct Fixed(f64);

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn fraction(&self) -> f64 {
        self.0
    }
}
