//! A limit of requests per second, shared by all requests of a run and with other processes.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vestibule::Timestamp;
use vestibule::world::{BoxFuture, Clock, Files, Transport, TransportError, World, WriteMode};
use vestibule_wire::retry::retry_after;
use vestibule_wire::{Request, Response};

/// Pause of all calls after a throttled response. It doubles with each further one in a row, up to the
/// longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Attempts to lock the shared file, and the wait between them.
const LOCK_ATTEMPTS: u32 = 100;
const LOCK_WAIT: Duration = Duration::from_millis(2);

/// A transport with a limit of requests per second, which pauses all requests after a throttled
/// response (HTTP status 429).
///
/// Retries count as requests.
#[derive(Debug)]
pub struct RateLimited {
    inner: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    limiter: Mutex<RateLimiter>,
    shared: Option<SharedSlot>,
}

impl RateLimited {
    /// Returns the world with its transport limited to `rate` requests per second. With a file, all
    /// processes that use it share the limit.
    pub fn world(world: &World, rate: u32, shared_file: Option<PathBuf>) -> World {
        let (inner, clock) = (world.transport.clone(), world.clock.clone());
        let limiter = Mutex::new(RateLimiter::new(rate));
        let shared = shared_file.map(|path| SharedSlot {
            files: world.files.clone(),
            lock: path.with_extension("rate.lock"),
            path,
        });
        World { transport: Arc::new(Self { inner, clock, limiter, shared }), ..world.clone() }
    }

    /// Takes the next slot and returns how long to wait for it. If the shared file cannot be locked, the
    /// limit applies to this process alone.
    async fn reserve(&self) -> Duration {
        for _ in 0..LOCK_ATTEMPTS {
            let Some(shared) = &self.shared else { break };
            match shared.files.try_lock(&shared.lock) {
                Ok(Some(_guard)) => {
                    let now = self.clock.now();
                    let mut limiter = self.limiter();
                    limiter.next = limiter.next.max(shared.read(now));
                    let wait = limiter.reserve(now);
                    shared.write(limiter.next);
                    return wait;
                }
                Ok(None) => self.clock.sleep(LOCK_WAIT).await,
                Err(_) => break,
            }
        }
        self.limiter().reserve(self.clock.now())
    }

    fn limiter(&self) -> MutexGuard<'_, RateLimiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for RateLimited {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let wait = self.reserve().await;
            if !wait.is_zero() {
                self.clock.sleep(wait).await;
            }
            let response = self.inner.send(request).await;
            let now = self.clock.now();
            match &response {
                Ok(response) if response.status().as_u16() == 429 => {
                    self.limiter().pause(now, retry_after(response));
                }
                Ok(_) => self.limiter().reset(now),
                Err(_) => {}
            }
            response
        })
    }
}

/// The earliest free slot of all processes, in a file.
#[derive(Debug)]
struct SharedSlot {
    files: Arc<dyn Files>,
    path: PathBuf,
    /// A file beside `path`: on Windows a locked file can neither be read nor replaced.
    lock: PathBuf,
}

impl SharedSlot {
    /// Returns the slot, or `now` without a valid one. A slot after twice the longest pause is not valid:
    /// a process with a wrong clock wrote it.
    fn read(&self, now: Timestamp) -> Timestamp {
        let bytes = self.files.read(&self.path).ok();
        let text = bytes.as_deref().and_then(|bytes| str::from_utf8(bytes).ok());
        let millis = text.and_then(|text| text.trim().parse().ok());
        let slot = millis.and_then(|millis| Timestamp::from_unix_millis(millis).ok());
        slot.filter(|slot| *slot <= now + 2 * LONGEST_PAUSE).unwrap_or(now)
    }

    /// Writes the slot. Best effort: without it, other processes do not wait for this one.
    fn write(&self, slot: Timestamp) {
        let text = format!("{}\n", slot.unix_millis());
        if let Err(error) = self.files.replace(&self.path, text.as_bytes(), WriteMode::BestEffort) {
            tracing::debug!(%error, "could not share the rate limit");
        }
    }
}

/// A rate limiter: evenly spaced slots as a function of time.
///
/// Unused slots do not accumulate, so that no second has more than the rate.
#[derive(Clone, Copy, Debug)]
struct RateLimiter {
    interval: Duration,
    /// The earliest free slot.
    next: Timestamp,
    /// The end of the last pause, and its length; zero after a successful call.
    paused_until: Timestamp,
    pause: Duration,
}

impl RateLimiter {
    /// Creates a limiter of `rate` slots per second; at least one.
    fn new(rate: u32) -> Self {
        let interval = Duration::from_secs(1) / rate.max(1);
        let epoch = Timestamp::EPOCH;
        Self { interval, next: epoch, paused_until: epoch, pause: Duration::ZERO }
    }

    /// Takes the next slot and returns how long to wait for it.
    fn reserve(&mut self, now: Timestamp) -> Duration {
        let slot = self.next.max(now);
        self.next = slot + self.interval;
        slot.saturating_since(now)
    }

    /// Pauses all calls after a throttled response, for its `Retry-After` at least.
    fn pause(&mut self, now: Timestamp, retry_after: Option<Duration>) {
        if now < self.paused_until {
            // Several requests in flight are throttled at once; they cause one pause.
            return;
        }
        let doubled = (2 * self.pause).clamp(PAUSE, LONGEST_PAUSE);
        self.pause = retry_after.map_or(doubled, |wait| doubled.max(wait.min(LONGEST_PAUSE)));
        self.paused_until = now + self.pause;
        self.next = self.next.max(self.paused_until);
    }

    /// Records a response that was not throttled.
    fn reset(&mut self, now: Timestamp) {
        if self.paused_until <= now {
            self.pause = Duration::ZERO;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::EPOCH;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn slots_are_evenly_spaced_and_do_not_accumulate() {
        let mut limiter = RateLimiter::new(20);
        let waits: Vec<_> = (0..3).map(|_| limiter.reserve(START)).collect();
        assert_eq!(waits, [millis(0), millis(50), millis(100)]);
        let later = START + Duration::from_secs(10);
        assert_eq!([limiter.reserve(later), limiter.reserve(later)], [millis(0), millis(50)]);
    }

    #[test]
    fn throttled_responses_in_a_row_double_the_pause() {
        let mut limiter = RateLimiter::new(20);
        limiter.pause(START, None);
        limiter.pause(START + millis(10), None);
        assert_eq!(limiter.reserve(START), millis(1000));
        let again = START + millis(1100);
        limiter.pause(again, None);
        assert_eq!(limiter.reserve(again), millis(2000));
        let succeeded = again + millis(2100);
        limiter.reset(succeeded);
        limiter.pause(succeeded, Some(Duration::from_secs(7)));
        assert_eq!(limiter.reserve(succeeded), millis(7000));
        limiter.pause(succeeded + millis(8000), Some(Duration::MAX));
        assert_eq!(limiter.reserve(succeeded + millis(8000)), LONGEST_PAUSE);
    }
}
