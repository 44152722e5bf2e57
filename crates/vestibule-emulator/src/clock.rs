use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_world::BoxFuture;

/// The clock of an emulator, which runs as another clock and can be moved. Clones share it.
///
/// By default, its time changes only when it is moved or slept on. A client whose `World` has it
/// too agrees with the emulator about the time.
#[derive(Clone, Debug)]
pub struct Clock {
    base: Arc<dyn vestibule_world::Clock>,
    /// The difference to `base` in nanoseconds.
    offset: Arc<AtomicI64>,
}

impl Clock {
    pub(crate) fn over(base: Arc<dyn vestibule_world::Clock>) -> Self {
        Self { base, offset: Arc::default() }
    }

    /// Moves the time forward, by at most 292 years in all.
    pub fn advance(&self, span: Duration) {
        self.shift(nanoseconds(span));
    }

    /// Sets the time.
    pub fn set(&self, to: Timestamp) {
        let base = self.base.now();
        let ahead = nanoseconds(to.saturating_since(base));
        let behind = nanoseconds(base.saturating_since(to));
        self.offset.store(ahead - behind, Ordering::SeqCst);
    }

    /// Moves the time by seconds, back if negative.
    pub(crate) fn shift_seconds(&self, seconds: i64) {
        self.shift(seconds.saturating_mul(1_000_000_000));
    }

    fn shift(&self, nanoseconds: i64) {
        let shifted = |offset: i64| Some(offset.saturating_add(nanoseconds));
        let _ = self.offset.fetch_update(Ordering::SeqCst, Ordering::SeqCst, shifted);
    }
}

impl vestibule_world::Clock for Clock {
    fn now(&self) -> Timestamp {
        let offset = self.offset.load(Ordering::SeqCst);
        let span = Duration::from_nanos(offset.unsigned_abs());
        if 0 <= offset { self.base.now() + span } else { self.base.now() - span }
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
    fn clock_moves_with_its_base_and_when_moved() {
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
