use std::sync::Arc;
use std::time::Duration;

use vestibule_types::{Timestamp, Vars};
use vestibule_world::{BoxFuture, Clock};

/// The variable with the seconds that are added to the clock; may be negative.
///
/// For tests against an emulator, whose clock can be moved.
const VARIABLE: &str = "VESTIBULE_CLOCK_OFFSET";

/// A clock that is ahead of another one, or behind it.
#[derive(Debug)]
struct Shifted {
    clock: Arc<dyn Clock>,
    by: i64,
}

/// Returns the clock, shifted if the environment says so.
pub(crate) fn shifted(clock: Arc<dyn Clock>, vars: &Vars) -> Arc<dyn Clock> {
    match vars.get(VARIABLE).and_then(|seconds| seconds.trim().parse().ok()) {
        None | Some(0) => clock,
        Some(by) => Arc::new(Shifted { clock, by }),
    }
}

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        let (now, by) = (self.clock.now(), Duration::from_secs(self.by.unsigned_abs()));
        if self.by < 0 { now - by } else { now + by }
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        self.clock.sleep(span)
    }
}

#[cfg(test)]
mod tests {
    use vestibule_world::memory;

    use super::*;

    #[test]
    fn offset_is_added_and_invalid_offset_is_ignored() {
        let now = |offset| {
            let vars = Vars::default().with(VARIABLE, offset);
            shifted(Arc::new(memory::Clock::default()), &vars).now().to_string()
        };
        assert_eq!(now("86400"), "2026-01-02T00:00:00Z");
        assert_eq!(now("-86400"), "2025-12-31T00:00:00Z");
        assert_eq!(now("soon"), "2026-01-01T00:00:00Z");
    }
}
