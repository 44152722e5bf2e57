use std::sync::Arc;
use std::time::Duration;

use vestibule_types::{Timestamp, Vars, printable_short};
use vestibule_world::{BoxFuture, Clock};

use crate::Error;

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

/// Checks that the offset is a number, if there is one.
pub(crate) fn check_offset(vars: &Vars) -> Result<(), Error> {
    match vars.get(VARIABLE) {
        Some(seconds) if seconds.trim().parse::<i64>().is_err() => {
            let seconds = printable_short(seconds, 40);
            let text = format!("{VARIABLE} is `{seconds}`: expected a number of seconds");
            Err(Error::variable(VARIABLE, text))
        }
        _ => Ok(()),
    }
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
    fn offset_that_is_not_a_number_is_an_error() {
        let check = |offset| check_offset(&Vars::default().with(VARIABLE, offset));
        for offset in ["", "0", " -86400 ", "5"] {
            assert!(check(offset).is_ok(), "{offset:?}");
        }
        for offset in ["abc", "1h", "9223372036854775808"] {
            let error = check(offset).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("VESTIBULE_CLOCK_OFFSET is `{offset}`: expected a number of seconds")
            );
        }
    }

    #[test]
    fn offset_is_added() {
        let now = |offset| {
            let vars = Vars::default().with(VARIABLE, offset);
            shifted(Arc::new(memory::Clock::default()), &vars).now().to_string()
        };
        assert_eq!(now("86400"), "2026-01-02T00:00:00Z");
        assert_eq!(now("-86400"), "2025-12-31T00:00:00Z");
    }
}
