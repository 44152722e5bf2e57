//! The portal dates what it issues by its own clock, and ours may be wrong.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use vestibule_types::{Credentials, Timestamp};
use vestibule_wire::{AfterResponse, Anonymous, Authorize, Exchange, Request, Unsendable};

/// Less is no wrong clock; more is warned of, too.
const TOLERATED: Duration = Duration::from_secs(120);

/// With more no certificate would be valid here: such a date is not the portal's own.
const BELIEVED: Duration = Duration::from_secs(24 * 3600);

/// Lets calls go unsigned, and learns from their answers by how many milliseconds the portal's
/// clock is ahead of ours.
#[derive(Debug, Default)]
pub(crate) struct PortalClock(AtomicI64);

impl PortalClock {
    /// Credentials whose end is told by our clock, by which everybody here will judge them.
    pub(crate) fn by_ours(&self, issued: Credentials) -> Credentials {
        let ends = issued.expires().map(|end| self.on_ours(end));
        issued.with_expiry(ends)
    }

    fn on_ours(&self, theirs: Timestamp) -> Timestamp {
        let ahead = self.0.load(Ordering::Relaxed);
        let apart = Duration::from_millis(ahead.unsigned_abs());
        if apart <= TOLERATED || BELIEVED < apart {
            theirs
        } else if ahead < 0 {
            theirs + apart
        } else {
            theirs - apart
        }
    }
}

impl Authorize for PortalClock {
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), Unsendable> {
        Anonymous.authorize(request, now)
    }

    fn observe(&self, exchange: &Exchange<'_>) -> AfterResponse {
        if let Some(ahead) = exchange.skew_millis() {
            self.0.store(ahead, Ordering::Relaxed);
        }
        AfterResponse::Accept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(seconds)
    }

    /// The portal says it is `date`, where we have 10,000, and that the keys end at 13,600.
    #[track_caller]
    fn check(date: u64, ends: u64) {
        let response = http::Response::builder().header("date", at(date).http_date());
        let response = response.body(bytes::Bytes::new()).unwrap();
        let clock = PortalClock::default();
        let (sent, received) = (at(10_000), at(10_000));
        clock.observe(&Exchange { response: &response, code: None, sent, received });
        assert_eq!(clock.on_ours(at(13_600)), at(ends));
    }

    #[test]
    fn only_a_wrong_clock_moves_the_end() {
        check(10_000, 13_600);
        check(10_120, 13_600);
        check(9_880, 13_600);
        check(6_400, 17_200);
        check(13_600, 10_000);
        check(10_000 + 2 * 24 * 3600, 13_600);
    }
}
