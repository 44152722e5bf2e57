use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vestibule_types::{Credentials, Timestamp};
use vestibule_world::{BoxFuture, World};

use crate::RefreshPolicy;
use crate::refresh::{Decision, State};
use crate::shards::Shards;
use crate::single_flight::SingleFlight;
use crate::{Error, ErrorKind, ExpiredCredentials, Lookup, Provider};

/// A provider that caches the credentials of another one and refreshes them in time.
///
/// Any number of tasks and threads may share one. While the credentials are fresh, a call takes some
/// tens of nanoseconds. When they are due, one caller refreshes them inside its own call, and all
/// callers that need the result get the same one, error or not. No task is spawned. If the
/// refreshing call is dropped, another caller takes over. A task must not stop polling one call while
/// it awaits another: the second may wait for the first.
///
/// [`refresh::State`](State) decides when a refresh is due, by the provider's own
/// [policy](Provider::refresh_policy) unless [`Cached::with_policy`] replaces it.
pub struct Cached<P> {
    provider: P,
    policy: Option<RefreshPolicy>,
    core: Mutex<Core>,
    /// Credentials that are fresh, so that callers get them without locking `core`.
    fresh: Shards,
}

type Outcome = Result<Lookup<Arc<Credentials>>, Error>;

struct Core {
    state: State,
    flight: Option<Arc<SingleFlight<Outcome>>>,
}

impl Core {
    /// Removes a refresh that has finished. Returns false if `Cached::forget` has removed it already.
    fn finish(&mut self, flight: &Arc<SingleFlight<Outcome>>) -> bool {
        self.flight.take_if(|current| Arc::ptr_eq(current, flight)).is_some()
    }
}

impl<P: Provider> Cached<P> {
    /// Creates a cache of the credentials of this provider.
    pub fn new(provider: P) -> Self {
        Self::build(None, provider)
    }

    /// Replaces the provider's own policy, and empties the cache.
    #[must_use]
    pub fn with_policy(self, policy: RefreshPolicy) -> Self {
        Self::build(Some(policy), self.provider)
    }

    /// Returns the provider.
    pub fn provider(&self) -> &P {
        &self.provider
    }

    fn build(policy: Option<RefreshPolicy>, provider: P) -> Self {
        let state = State::new(policy.unwrap_or_default());
        let core = Mutex::new(Core { state, flight: None });
        Self { provider, policy, core, fresh: Shards::empty() }
    }

    /// Returns the cached credentials while they are fresh; [`Cached::get`] refreshes them.
    pub fn fresh(&self, now: Timestamp) -> Option<Arc<Credentials>> {
        self.fresh.get(now)
    }

    /// Gets credentials, without the allocation and the copy of [`Provider::provide`].
    ///
    /// # Errors
    /// The error of the provider, from this call or from one a few seconds ago at most.
    pub async fn get(&self, world: &World) -> Result<Lookup<Arc<Credentials>>, Error> {
        match self.fresh(world.clock.now()) {
            Some(credentials) => Ok(Lookup::Credentials(credentials)),
            None => Box::pin(self.get_or_refresh(world)).await,
        }
    }

    /// Marks the credentials with this access key id as rejected by a service (`ExpiredToken`,
    /// `InvalidToken`): the next call refreshes them, unless they have been replaced already.
    pub fn invalidate(&self, rejected_access_key_id: &str) {
        let mut core = self.core();
        if core.state.invalidate(rejected_access_key_id) {
            self.fresh.set(None);
        }
    }

    /// Empties the cache, after the user has signed in or out.
    ///
    /// Remembered errors go too, and the result of a refresh in progress is not cached.
    pub fn forget(&self) {
        let mut core = self.core();
        core.state.forget();
        core.flight = None;
        self.fresh.set(None);
    }

    /// Returns a copy of what is cached and when it is due, for diagnosis.
    pub fn state(&self) -> State {
        self.core().state.clone()
    }

    async fn get_or_refresh(&self, world: &World) -> Outcome {
        loop {
            match self.next(world.clock.now()) {
                Next::Return(outcome) => return outcome,
                Next::Wait(flight) => match flight.wait().await {
                    // Expired while this task waited to be polled.
                    Some(Ok(Lookup::Credentials(keys))) if keys.is_expired(world.clock.now()) => {}
                    Some(outcome) => return outcome,
                    None => {}
                },
                Next::Lead(leader) => {
                    let found = self.provider.provide(world).await;
                    return leader.complete(found, world);
                }
            }
        }
    }

    fn next(&self, now: Timestamp) -> Next<'_, P> {
        let mut core = self.core();
        match (core.state.decide(now), &core.flight) {
            (Decision::Use(keys) | Decision::BackOff(keys, _), _)
            | (Decision::UseAndRefresh(keys), Some(_)) => {
                Next::Return(Ok(Lookup::Credentials(keys)))
            }
            (Decision::Fail(error, _), _) => Next::Return(Err(error)),
            (Decision::Refresh, Some(flight)) => Next::Wait(Arc::clone(flight)),
            (Decision::Refresh | Decision::UseAndRefresh(_), None) => {
                let flight = Arc::new(SingleFlight::new());
                core.flight = Some(Arc::clone(&flight));
                Next::Lead(Leader { cached: self, flight })
            }
        }
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Provider> Provider for Cached<P> {
    fn name(&self) -> &str {
        self.provider.name()
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move {
            Ok(match self.get(world).await? {
                Lookup::Credentials(keys) => Lookup::Credentials(Credentials::clone(&keys)),
                Lookup::NotConfigured(skipped) => Lookup::NotConfigured(skipped),
            })
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        self.policy.unwrap_or_else(|| self.provider.refresh_policy())
    }

    fn location(&self, world: &World) -> String {
        self.provider.location(world)
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

/// The next step of a call.
enum Next<'a, P: Provider> {
    Return(Outcome),
    Wait(Arc<SingleFlight<Outcome>>),
    Lead(Leader<'a, P>),
}

/// The call that refreshes. If it is dropped before it completes, another caller takes over.
struct Leader<'a, P: Provider> {
    cached: &'a Cached<P>,
    flight: Arc<SingleFlight<Outcome>>,
}

impl<P: Provider> Leader<'_, P> {
    /// Caches the provider's result, gives it to all waiters, and returns it.
    fn complete(self, found: Result<Lookup, Error>, world: &World) -> Outcome {
        let outcome = self.store(found, world);
        self.flight.finish(Some(outcome.clone()));
        outcome
    }

    fn store(&self, found: Result<Lookup, Error>, world: &World) -> Outcome {
        let (provider, now) = (&self.cached.provider, world.clock.now());
        let (name, policy) =
            (provider.name(), self.cached.policy.unwrap_or(provider.refresh_policy()));
        let mut core = self.cached.core();
        // After `Cached::forget` the result is still returned to the waiters, but not cached.
        let mut discarded = State::new(policy);
        let state = if core.finish(&self.flight) { &mut core.state } else { &mut discarded };
        state.set_policy(policy);
        let (error, skipped) = match found {
            Ok(Lookup::Credentials(keys)) if !keys.is_expired(now) => {
                let keys = state.refreshed(keys, now);
                self.cached.fresh.set(core.state.fresh());
                return Ok(Lookup::Credentials(keys));
            }
            Ok(Lookup::Credentials(keys)) => {
                let location = provider.location(world);
                let expired_at = keys.expires_at().unwrap_or(now);
                let error = ExpiredCredentials { location, expired_at, now };
                (Error::new(name, ErrorKind::Transient, error), None)
            }
            // Transient, since a metadata service that is unreachable for a moment looks the same.
            Ok(Lookup::NotConfigured(skipped)) => {
                let text = "the source is no longer configured";
                (Error::new(name, ErrorKind::Transient, text), Some(skipped))
            }
            Err(error) => (error, None),
        };
        let kept = state.failed(error.clone(), now, world.entropy.fraction());
        drop(core);
        match (kept, skipped) {
            (Ok(keys), _) => {
                tracing::warn!(source = name, %error, "refresh failed; using the cached credentials");
                Ok(Lookup::Credentials(keys))
            }
            (Err(_), Some(skipped)) => Ok(Lookup::NotConfigured(skipped)),
            (Err(error), None) => Err(error),
        }
    }
}

impl<P: Provider> Drop for Leader<'_, P> {
    fn drop(&mut self) {
        self.cached.core().finish(&self.flight);
        self.flight.finish(None);
    }
}
