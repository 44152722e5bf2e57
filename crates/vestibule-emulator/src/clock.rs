use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_world::BoxFuture;

/// The emulator's time: that of another clock, moved by hand. Clones share it.
///
/// Over [`memory::Clock`](vestibule_world::memory::Clock), the default, time stands still until
/// somebody moves it or sleeps on it. Put it into a client's `World` as well and both sides agree;
/// keep it out and their clocks drift apart as far as the test wants.
#[derive(Clone, Debug)]
pub struct Clock {
    base: Arc<dyn vestibule_world::Clock>,
    /// Nanoseconds; negative when behind.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    pub(crate) fn over(base: Arc<dyn vestibule_world::Clock>) -> Self {
        Self { base, ahead: Arc::default() }
    }

    /// Lets time pass, at most 292 years of it in all.
    pub fn advance(&self, span: Duration) {
        self.shift(nanoseconds(span));
    }

    /// Sets the time.
    pub fn set(&self, to: Timestamp) {
        let base = self.base.now();
        let ahead = nanoseconds(to.saturating_since(base));
        let behind = nanoseconds(base.saturating_since(to));
        self.ahead.store(ahead - behind, Ordering::SeqCst);
    }

    /// Moves time by so many seconds, back if negative.
    pub(crate) fn shift_seconds(&self, seconds: i64) {
        self.shift(seconds.saturating_mul(1_000_000_000));
    }

    fn shift(&self, nanoseconds: i64) {
        let shifted = |ahead: i64| Some(ahead.saturating_add(nanoseconds));
        let _ = self.ahead.fetch_update(Ordering::SeqCst, Ordering::SeqCst, shifted);
    }
}

impl vestibule_world::Clock for Clock {
    fn now(&self) -> Timestamp {
        let ahead = self.ahead.load(Ordering::SeqCst);
        let span = Duration::from_nanos(ahead.unsigned_abs());
        if 0 <= ahead { self.base.now() + span } else { self.base.now() - span }
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        self.base.sleep(span)
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
    fn it_moves_by_hand_and_with_the_clock_below() {
        let base = memory::Clock::default();
        let clock = Clock::over(Arc::new(base.clone()));
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
}
