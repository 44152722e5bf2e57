use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vestibule_types::{Credentials, Timestamp};
use vestibule_world::{BoxFuture, World};

use crate::flight::Flight;
use crate::refresh::{Decision, Policy, State};
use crate::shards::Shards;
use crate::{Answer, ProvideError, ProvideErrorKind, Provider};

/// Keeps what a source gave, and refreshes it in time.
///
/// Any number of tasks and threads may share one. While credentials serve, a call takes some tens
/// of nanoseconds; when they are due, one caller asks the source and all who need the answer get
/// the same one, good or bad. No task is spawned: the caller that refreshes does it inside its own
/// call. If it drops that call, another takes over; it must not keep it around unpolled while it
/// waits for a second one.
///
/// What is due when is decided by [`refresh::State`](crate::refresh::State).
pub struct Cached<P> {
    provider: P,
    core: Mutex<Core>,
    /// What needs no decision, so that nobody waits for the lock above to be told so.
    fresh: Shards,
}

type Outcome = Result<Answer<Arc<Credentials>>, ProvideError>;

struct Core {
    state: State,
    flight: Option<Arc<Flight<Outcome>>>,
}

impl Core {
    /// Ends a refresh; false if it is not the one under way, since all was forgotten meanwhile.
    fn end(&mut self, flight: &Arc<Flight<Outcome>>) -> bool {
        self.flight.take_if(|current| Arc::ptr_eq(current, flight)).is_some()
    }
}

impl<P: Provider> Cached<P> {
    /// Keeps what this source gives, by [`Policy::Strict`].
    pub fn new(provider: P) -> Self {
        Self::by(Policy::default(), provider)
    }

    /// The same source by another policy, with nothing kept yet.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self::by(policy, self.provider)
    }

    /// The source, without what was kept of it.
    pub fn into_inner(self) -> P {
        self.provider
    }

    fn by(policy: Policy, provider: P) -> Self {
        let core = Mutex::new(Core { state: State::new(policy), flight: None });
        Self { provider, core, fresh: Shards::empty() }
    }

    /// Gets credentials. [`Provider::provide`] is the same with a box and a copy on top.
    ///
    /// # Errors
    /// What the source said, to this call or, a few seconds ago at most, to another one.
    pub async fn get(&self, world: &World) -> Result<Answer<Arc<Credentials>>, ProvideError> {
        match self.fresh.get(world.clock.now()) {
            Some(credentials) => Ok(Answer::Credentials(credentials)),
            None => Box::pin(self.settle(world)).await,
        }
    }

    /// A service would not take the credentials with this access key id (`ExpiredToken`,
    /// `InvalidToken`): the next call refreshes them, unless they have been replaced already.
    pub fn invalidate(&self, rejected_access_key_id: &str) {
        let mut core = self.core();
        if core.state.invalidate(rejected_access_key_id) {
            self.fresh.set(None);
        }
    }

    /// Somebody signed in or out: nothing that was given or refused holds any longer, and nothing
    /// that is being asked for will be kept.
    pub fn forget(&self) {
        let mut core = self.core();
        core.state.forget();
        core.flight = None;
        self.fresh.set(None);
    }

    /// What is held and what is due, to explain it.
    pub fn state(&self) -> State {
        self.core().state.clone()
    }

    async fn settle(&self, world: &World) -> Outcome {
        loop {
            match self.next(world.clock.now()) {
                Next::Take(outcome) => return outcome,
                Next::Wait(flight) => match flight.landed().await {
                    // Run out while this call slept, or used on for want of others: look again.
                    Some(Ok(Answer::Credentials(keys))) if keys.is_expired(world.clock.now()) => {}
                    Some(outcome) => return outcome,
                    None => {}
                },
                Next::Lead(lead) => {
                    let answer = self.provider.provide(world).await;
                    return lead.land(answer, world.clock.now(), world.entropy.fraction());
                }
            }
        }
    }

    fn next(&self, now: Timestamp) -> Next<'_, P> {
        let mut core = self.core();
        match (core.state.decide(now), &core.flight) {
            (Decision::Use(keys) | Decision::HeldOff(keys, _), _)
            | (Decision::UseAndRefresh(keys), Some(_)) => Next::Take(Ok(Answer::Credentials(keys))),
            (Decision::Refused(error, _), _) => Next::Take(Err(error)),
            (Decision::Refresh, Some(flight)) => Next::Wait(Arc::clone(flight)),
            (Decision::Refresh | Decision::UseAndRefresh(_), None) => {
                let flight = Arc::new(Flight::new());
                core.flight = Some(Arc::clone(&flight));
                Next::Lead(Lead { cached: self, flight })
            }
        }
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Provider> Provider for Cached<P> {
    fn name(&self) -> &'static str {
        self.provider.name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move {
            Ok(match self.get(world).await? {
                Answer::Credentials(keys) => Answer::Credentials(Credentials::clone(&keys)),
                Answer::NotConfigured(reason) => Answer::NotConfigured(reason),
            })
        })
    }
}

impl<P: Provider> fmt::Debug for Cached<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("provider", &self.provider)
            .field("state", &self.core().state)
            .finish_non_exhaustive()
    }
}

/// What a call does next.
enum Next<'a, P: Provider> {
    Take(Outcome),
    Wait(Arc<Flight<Outcome>>),
    Lead(Lead<'a, P>),
}

/// The right to ask the source. Dropped without an answer, it passes to another caller.
struct Lead<'a, P: Provider> {
    cached: &'a Cached<P>,
    flight: Arc<Flight<Outcome>>,
}

impl<P: Provider> Lead<'_, P> {
    /// Keeps what the source said, tells all who wait, and gives it back.
    fn land(self, answer: Result<Answer, ProvideError>, now: Timestamp, jitter: f64) -> Outcome {
        let outcome = self.keep(answer, now, jitter);
        self.flight.end(Some(outcome.clone()));
        outcome
    }

    fn keep(&self, answer: Result<Answer, ProvideError>, now: Timestamp, jitter: f64) -> Outcome {
        let name = self.cached.name();
        let passing = |what: &str| ProvideError::new(name, ProvideErrorKind::Transient, what);
        let mut core = self.cached.core();
        let mut unkept = State::new(Policy::Strict);
        let state = if core.end(&self.flight) { &mut core.state } else { &mut unkept };
        let (error, reason) = match answer {
            Ok(Answer::Credentials(keys)) if !keys.is_expired(now) => {
                let keys = state.refreshed(keys, now);
                self.cached.fresh.set(core.state.fresh());
                return Ok(Answer::Credentials(keys));
            }
            Ok(Answer::Credentials(_)) => (passing("it gave credentials that have expired"), None),
            // A metadata service may be gone for a moment. Those who hold something go on with it.
            Ok(Answer::NotConfigured(reason)) => (passing("it is no longer set up"), Some(reason)),
            Err(error) => (error, None),
        };
        let kept = state.failed(error.clone(), now, jitter);
        drop(core);
        match (kept, reason) {
            (Ok(keys), _) => {
                tracing::warn!(source = name, %error, "not refreshed; what is held is used on");
                Ok(Answer::Credentials(keys))
            }
            (Err(_), Some(reason)) => Ok(Answer::NotConfigured(reason)),
            (Err(error), None) => Err(error),
        }
    }
}

impl<P: Provider> Drop for Lead<'_, P> {
    fn drop(&mut self) {
        self.cached.core().end(&self.flight);
        self.flight.end(None);
    }
}
