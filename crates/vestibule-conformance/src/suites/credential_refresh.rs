//! Suite `credential-refresh`: when a cache asks its source again, and what it does if that fails.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use vestibule_provider::refresh::{Decision, Policy};
use vestibule_provider::{
    Cached, Error as ProviderError, ErrorKind as ProviderErrorKind, Lookup, Provider,
};
use vestibule_types::{Credentials, SecretAccessKey, Timestamp};
use vestibule_world::{BoxFuture, Clock, Entropy, World, block_on, memory};

use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Script {
    given: Given,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Given {
    cached_credentials: Held,
    #[serde(default = "some_id")]
    access_key_id: String,
    configured_advisory_window_seconds: Option<u64>,
    #[serde(default = "least_back_off")]
    refresh_backoff_seconds: u64,
}

/// How the cache begins, with credentials of an hour unless there are none.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Held {
    None,
    Valid,
    Advisory,
    Mandatory,
    Expired,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Step {
    GetCredentials {
        response: Option<Response>,
        #[serde(default = "an_hour")]
        lifetime_seconds: u64,
        expected: Expected,
    },
    AdvanceTime {
        seconds: u64,
    },
    Invalidate {
        rejected_access_key_id: String,
    },
}

/// What the source would give.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Response {
    FreshCredentials,
    StaleCredentials,
    Error,
    NonRecoverableError,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expected {
    result: Outcome,
    source_contacted: bool,
    rate_limited: bool,
    advisory_window_seconds: Option<u64>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Outcome {
    CachedCredentials,
    NewCredentials,
    NoCredentialsError,
    NonRecoverableError,
    #[serde(skip)]
    Other(String),
}

/// The back-off is random between this and twice as much.
const LEAST_BACK_OFF: u64 = 300;
const HOUR: u64 = 3600;

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let Script { given, steps } = case.parse()?;
    let mut setting = Setting::new(given)?;
    for (number, step) in steps.into_iter().enumerate() {
        let about = |error: Mismatch| error.about(format_args!("step {number}"));
        setting.take(step, number, visible).map_err(about)?;
    }
    visible.debug(&setting.cached);
    Ok(())
}

/// A cache, its source, and the time.
struct Setting {
    clock: memory::Clock,
    world: World,
    source: Source,
    cached: Cached<Source>,
    /// The access key id of what the cache gave last.
    held: String,
}

impl Setting {
    fn new(given: Given) -> Checked<Self> {
        let clock = memory::Clock::default();
        let more = given.refresh_backoff_seconds.checked_sub(LEAST_BACK_OFF);
        let more = more.ok_or_else(|| Mismatch::new("a back-off that is too short"))?;
        let span = Duration::from_secs(LEAST_BACK_OFF);
        let world = World {
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(Fixed(Duration::from_secs(more).div_duration_f64(span))),
            ..memory::world()
        };
        let advisory = given.configured_advisory_window_seconds.map(Duration::from_secs);
        let source = Source::default();
        let cached = Cached::new(source.clone()).with_policy(Policy::StaticStability { advisory });
        let age = match given.cached_credentials {
            Held::None | Held::Valid => 0,
            Held::Advisory => HOUR - 5 * 60,
            Held::Mandatory => HOUR - 30,
            Held::Expired => HOUR + 30,
        };
        if given.cached_credentials != Held::None {
            let keys = lasting(&given.access_key_id, clock.now(), HOUR);
            source.will_say(Ok(keys));
            block_on(cached.get(&world))?;
            clock.advance(Duration::from_secs(age));
        }
        Ok(Self { clock, world, source, cached, held: given.access_key_id })
    }

    fn take(&mut self, step: Step, number: usize, visible: &mut Visible) -> Checked {
        match step {
            Step::AdvanceTime { seconds } => self.clock.advance(Duration::from_secs(seconds)),
            Step::Invalidate { rejected_access_key_id: id } => self.cached.invalidate(&id),
            Step::GetCredentials { response, lifetime_seconds, expected } => {
                let new = format!("AKID-NEW-{number}");
                self.source.will_say(self.answer(response, &new, lifetime_seconds));
                let mut found = self.get(&new, visible);
                if expected.advisory_window_seconds.is_none() {
                    found.advisory_window_seconds = None;
                }
                return compare::values(&expected, &found);
            }
        }
        Ok(())
    }

    fn answer(
        &self,
        response: Option<Response>,
        id: &str,
        lifetime: u64,
    ) -> Result<Credentials, ProviderError> {
        let fails = |kind, text: &str| Err(ProviderError::new("source", kind, text));
        let now = self.clock.now();
        match response {
            Some(Response::FreshCredentials) => Ok(lasting(id, now, lifetime)),
            Some(Response::StaleCredentials) => Ok(lasting(id, now, 0)),
            Some(Response::Error) => fails(ProviderErrorKind::Transient, "not now"),
            Some(Response::NonRecoverableError) => fails(ProviderErrorKind::Refused, "never"),
            None => fails(ProviderErrorKind::Configuration, "asked although nothing is due"),
        }
    }

    fn get(&mut self, new: &str, visible: &mut Visible) -> Expected {
        let decision = self.cached.state().decide(self.clock.now());
        let result = match block_on(self.cached.get(&self.world)) {
            Ok(Lookup::Credentials(keys)) if keys.access_key_id() == new => {
                new.clone_into(&mut self.held);
                Outcome::NewCredentials
            }
            Ok(Lookup::Credentials(keys)) if keys.access_key_id() == self.held => {
                Outcome::CachedCredentials
            }
            Ok(other) => Outcome::Other(format!("{other:?}")),
            Err(error) => {
                visible.error(&error);
                match error.kind() {
                    ProviderErrorKind::Transient => Outcome::NoCredentialsError,
                    ProviderErrorKind::Refused => Outcome::NonRecoverableError,
                    _ => Outcome::Other(error.to_string()),
                }
            }
        };
        Expected {
            result,
            source_contacted: self.source.was_asked(),
            rate_limited: matches!(decision, Decision::BackOff(..)),
            advisory_window_seconds: self.cached.state().advisory_window().map(|it| it.as_secs()),
        }
    }
}

fn lasting(id: &str, now: Timestamp, seconds: u64) -> Credentials {
    Credentials::new(id, SecretAccessKey::new("hidden"))
        .with_expiry(now + Duration::from_secs(seconds))
}

/// Says once what it was told to.
#[derive(Clone, Debug, Default)]
struct Source(Arc<Mutex<Option<Result<Credentials, ProviderError>>>>);

impl Source {
    fn will_say(&self, answer: Result<Credentials, ProviderError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }

    fn was_asked(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

impl Provider for Source {
    fn name(&self) -> &'static str {
        "source"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        let answer = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let twice = || {
            let text = "asked twice for one answer";
            Err(ProviderError::new("source", ProviderErrorKind::Configuration, text))
        };
        let answer = answer.unwrap_or_else(twice).map(Lookup::Credentials);
        Box::pin(std::future::ready(answer))
    }
}

/// Randomness that is the same number each time.
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

fn some_id() -> String {
    "AKID-CACHED".to_owned()
}

fn least_back_off() -> u64 {
    LEAST_BACK_OFF
}

fn an_hour() -> u64 {
    HOUR
}
