use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_world::BoxFuture;

/// 2026-01-01T00:00:00Z in seconds since 1970, the time of the default clock.
const DEFAULT_START: Duration = Duration::from_secs(1_767_225_600);

/// The clock of an emulator, which can be moved. Clones share the time.
///
/// An emulator in process has a manual clock by default, and a [`Server`](crate::Server) has the
/// real time. A client whose `World` has the same clock agrees with the emulator about the time.
#[derive(Clone, Debug)]
pub struct Clock {
    /// The clock that this one follows; unset for a manual clock.
    base: Arc<OnceLock<Arc<dyn vestibule_world::Clock>>>,
    /// The difference to `base`, or to 1970, in nanoseconds.
    offset: Arc<AtomicI64>,
    on_server: OnServer,
}

/// The effect of starting a server on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OnServer {
    /// Nothing, since the clock was chosen.
    Keep,
    /// It moves to the real time.
    Jump,
    /// It continues from its own time.
    Continue,
}

impl Clock {
    /// Returns a clock with the time of the operating system.
    #[cfg(feature = "server")]
    pub fn real() -> Self {
        Self::with_base(Arc::new(crate::system::SystemClock))
    }

    /// Returns a clock that changes only when it is moved or slept on.
    pub fn manual(start: Timestamp) -> Self {
        let clock =
            Self { base: Arc::default(), offset: Arc::default(), on_server: OnServer::Keep };
        clock.set(start);
        clock
    }

    /// Returns a clock that follows another one.
    pub fn with_base(base: Arc<dyn vestibule_world::Clock>) -> Self {
        Self {
            base: Arc::new(OnceLock::from(base)),
            offset: Arc::default(),
            on_server: OnServer::Keep,
        }
    }

    /// Moves the time forward, by at most 292 years in all.
    pub fn advance(&self, span: Duration) {
        self.shift(nanoseconds(span));
    }

    /// Sets the time.
    pub fn set(&self, to: Timestamp) {
        let base = self.base_now();
        let ahead = nanoseconds(to.saturating_since(base));
        let behind = nanoseconds(base.saturating_since(to));
        self.offset.store(ahead - behind, Ordering::SeqCst);
    }

    /// Sets the time at the start.
    pub(crate) fn starting_at(mut self, start: Timestamp) -> Self {
        self.set(start);
        if self.on_server == OnServer::Jump {
            self.on_server = OnServer::Continue;
        }
        self
    }

    /// Moves the time by seconds, back if negative.
    pub(crate) fn shift_seconds(&self, seconds: i64) {
        self.shift(seconds.saturating_mul(1_000_000_000));
    }

    fn shift(&self, nanoseconds: i64) {
        let shifted = |offset: i64| Some(offset.saturating_add(nanoseconds));
        let _ = self.offset.fetch_update(Ordering::SeqCst, Ordering::SeqCst, shifted);
    }

    /// Makes the default clock follow the real time, and keeps the difference by which it was moved.
    ///
    /// Returns how far the time jumped, or `None` if the clock was chosen or replaced before.
    #[cfg(feature = "server")]
    pub(crate) fn run_on_real_time(&self) -> Option<Duration> {
        use vestibule_world::Clock as _;
        let before = self.now();
        if self.on_server == OnServer::Keep
            || self.base.set(Arc::new(crate::system::SystemClock)).is_err()
        {
            return None;
        }
        match self.on_server {
            OnServer::Jump => self.shift(-nanoseconds(DEFAULT_START)),
            OnServer::Keep | OnServer::Continue => self.set(before),
        }
        Some(self.now().saturating_since(before))
    }

    fn base_now(&self) -> Timestamp {
        self.base.get().map_or(Timestamp::EPOCH, |base| base.now())
    }
}

/// A manual clock at 2026-01-01, which a server replaces by the real time.
impl Default for Clock {
    fn default() -> Self {
        Self { on_server: OnServer::Jump, ..Self::manual(Timestamp::EPOCH + DEFAULT_START) }
    }
}

impl vestibule_world::Clock for Clock {
    fn now(&self) -> Timestamp {
        let offset = self.offset.load(Ordering::SeqCst);
        let span = Duration::from_nanos(offset.unsigned_abs());
        if 0 <= offset { self.base_now() + span } else { self.base_now() - span }
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        match self.base.get() {
            Some(base) => base.sleep(span),
            None => Box::pin(async move { self.advance(span) }),
        }
    }
}

fn nanoseconds(span: Duration) -> i64 {
    i64::try_from(span.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use vestibule_world::{Clock as _, block_on, memory};

    use super::*;

    #[test]
    fn clock_moves_with_its_base_and_when_moved() {
        let base = memory::Clock::default();
        let clock = Clock::with_base(Arc::new(base.clone()));
        let start = clock.now();
        clock.clone().advance(Duration::from_secs(60));
        base.advance(Duration::from_secs(1));
        block_on(clock.sleep(Duration::from_secs(2)));
        assert_eq!(clock.now(), start + Duration::from_secs(63));
        clock.shift_seconds(-70);
        assert_eq!(clock.now(), start - Duration::from_secs(7));
        clock.set(start);
        assert_eq!(clock.now(), start);
        clock.shift_seconds(i64::MAX);
        clock.advance(Duration::MAX);
        assert!(start < clock.now());
    }

    #[test]
    fn manual_clock_moves_when_slept_on_and_by_hand_only() {
        let start = Timestamp::EPOCH + Duration::from_secs(1_000);
        let clock = Clock::manual(start);
        assert_eq!((clock.now(), clock.clone().now()), (start, start));
        block_on(clock.sleep(Duration::from_secs(2)));
        clock.advance(Duration::from_secs(3));
        assert_eq!(clock.now(), start + Duration::from_secs(5));
    }

    #[cfg(feature = "server")]
    #[test]
    fn default_clock_runs_on_real_time_once_and_keeps_its_moves() {
        let real = Clock::real();
        let clock = Clock::default();
        assert_eq!(clock.now().to_string(), "2026-01-01T00:00:00Z");
        clock.advance(Duration::from_secs(86_400));
        let jump = clock.run_on_real_time().unwrap();
        assert!(Duration::from_secs(3600) < jump);
        let ahead = clock.now().saturating_since(real.now());
        assert!(Duration::from_secs(86_340) < ahead && ahead < Duration::from_secs(86_460));
        assert_eq!(clock.run_on_real_time(), None);
        assert_eq!(Clock::manual(real.now()).run_on_real_time(), None);

        let start = Timestamp::EPOCH + Duration::from_secs(1_000);
        let clock = Clock::default().starting_at(start);
        clock.run_on_real_time();
        let passed = clock.now().saturating_since(start);
        assert!(passed < Duration::from_secs(60), "{passed:?}");
    }
}
