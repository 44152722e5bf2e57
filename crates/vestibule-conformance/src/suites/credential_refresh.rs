//! Suite `credential-refresh`: when a cache refreshes credentials, and its behavior if that fails.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use vestibule_provider::RefreshPolicy;
use vestibule_provider::refresh::Decision;
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
    cached_credentials: InitialCache,
    #[serde(default = "default_access_key_id")]
    access_key_id: String,
    configured_advisory_window_seconds: Option<u64>,
    #[serde(default = "min_backoff")]
    refresh_backoff_seconds: u64,
}

/// Initial state of the cache; its credentials have a lifetime of an hour.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum InitialCache {
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

/// The response of the source.
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

/// The backoff is random between this and twice this.
const MIN_BACKOFF: u64 = 300;
const HOUR: u64 = 3600;

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let Script { given, steps } = case.parse()?;
    let mut env = TestEnv::new(given)?;
    for (number, step) in steps.into_iter().enumerate() {
        let context = |error: Mismatch| error.with_context(format_args!("step {number}"));
        env.run_step(step, number, visible).map_err(context)?;
    }
    visible.debug(&env.cached);
    Ok(())
}

/// A cache with its source and clock.
struct TestEnv {
    clock: memory::Clock,
    world: World,
    source: Source,
    cached: Cached<Source>,
    /// The access key ID that the cache returned last.
    last_id: String,
}

impl TestEnv {
    fn new(given: Given) -> Checked<Self> {
        let clock = memory::Clock::default();
        let excess = given.refresh_backoff_seconds.checked_sub(MIN_BACKOFF);
        let excess = excess.ok_or_else(|| Mismatch::new("the backoff is too short"))?;
        let jitter = Duration::from_secs(MIN_BACKOFF);
        let world = World {
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(FixedEntropy(Duration::from_secs(excess).div_duration_f64(jitter))),
            ..memory::world()
        };
        let advisory = given.configured_advisory_window_seconds.map(Duration::from_secs);
        let source = Source::default();
        let cached =
            Cached::new(source.clone()).with_policy(RefreshPolicy::StaticStability { advisory });
        let age = match given.cached_credentials {
            InitialCache::None | InitialCache::Valid => 0,
            InitialCache::Advisory => HOUR - 5 * 60,
            InitialCache::Mandatory => HOUR - 30,
            InitialCache::Expired => HOUR + 30,
        };
        if given.cached_credentials != InitialCache::None {
            let keys = credentials_valid_for(&given.access_key_id, clock.now(), HOUR);
            source.set_result(Ok(keys));
            block_on(cached.get(&world))?;
            clock.advance(Duration::from_secs(age));
        }
        Ok(Self { clock, world, source, cached, last_id: given.access_key_id })
    }

    fn run_step(&mut self, step: Step, number: usize, visible: &mut Visible) -> Checked {
        match step {
            Step::AdvanceTime { seconds } => self.clock.advance(Duration::from_secs(seconds)),
            Step::Invalidate { rejected_access_key_id: id } => self.cached.invalidate(&id),
            Step::GetCredentials { response, lifetime_seconds, expected } => {
                let new = format!("AKID-NEW-{number}");
                self.source.set_result(self.source_result(response, &new, lifetime_seconds));
                let mut found = self.get(&new, visible);
                if expected.advisory_window_seconds.is_none() {
                    found.advisory_window_seconds = None;
                }
                return compare::values(&expected, &found);
            }
        }
        Ok(())
    }

    fn source_result(
        &self,
        response: Option<Response>,
        id: &str,
        lifetime: u64,
    ) -> Result<Credentials, ProviderError> {
        let error = |kind, text: &str| Err(ProviderError::new("source", kind, text));
        let now = self.clock.now();
        match response {
            Some(Response::FreshCredentials) => Ok(credentials_valid_for(id, now, lifetime)),
            Some(Response::StaleCredentials) => Ok(credentials_valid_for(id, now, 0)),
            Some(Response::Error) => error(ProviderErrorKind::Transient, "temporarily unavailable"),
            Some(Response::NonRecoverableError) => {
                error(ProviderErrorKind::Refused, "access denied")
            }
            None => error(ProviderErrorKind::Configuration, "called although no refresh is due"),
        }
    }

    fn get(&mut self, new: &str, visible: &mut Visible) -> Expected {
        let decision = self.cached.state().decide(self.clock.now());
        let result = match block_on(self.cached.get(&self.world)) {
            Ok(Lookup::Credentials(keys)) if keys.access_key_id() == new => {
                new.clone_into(&mut self.last_id);
                Outcome::NewCredentials
            }
            Ok(Lookup::Credentials(keys)) if keys.access_key_id() == self.last_id => {
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
            source_contacted: self.source.was_called(),
            rate_limited: matches!(decision, Decision::BackOff(..)),
            advisory_window_seconds: self.cached.state().advisory_window().map(|it| it.as_secs()),
        }
    }
}

fn credentials_valid_for(id: &str, now: Timestamp, seconds: u64) -> Credentials {
    Credentials::new(id, SecretAccessKey::new("hidden"))
        .with_expires_at(now + Duration::from_secs(seconds))
}

/// A source that returns a prepared result once.
#[derive(Clone, Debug, Default)]
struct Source(Arc<Mutex<Option<Result<Credentials, ProviderError>>>>);

impl Source {
    fn set_result(&self, result: Result<Credentials, ProviderError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }

    fn was_called(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

impl Provider for Source {
    fn name(&self) -> &'static str {
        "source"
    }

    fn provide<'a>(&'a self, _world: &'a World) -> BoxFuture<'a, Result<Lookup, ProviderError>> {
        let result = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let called_twice = || {
            let text = "called twice for one result";
            Err(ProviderError::new("source", ProviderErrorKind::Configuration, text))
        };
        let result = result.unwrap_or_else(called_twice).map(Lookup::Credentials);
        Box::pin(std::future::ready(result))
    }
}

/// Entropy with a constant fraction.
#[derive(Debug)]
struct FixedEntropy(f64);

impl Entropy for FixedEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn fraction(&self) -> f64 {
        self.0
    }
}

fn default_access_key_id() -> String {
    "AKID-CACHED".to_owned()
}

fn min_backoff() -> u64 {
    MIN_BACKOFF
}

fn an_hour() -> u64 {
    HOUR
}
