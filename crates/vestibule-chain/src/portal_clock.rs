//! The clock of the portal, by which it dates credentials and from which ours may differ.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use vestibule_types::{Credentials, Timestamp};
use vestibule_wire::{AfterResponse, Anonymous, Authorize, Exchange, Request, RequestError};

/// A smaller difference is ignored; a larger one is logged as a warning too.
const TOLERATED: Duration = Duration::from_secs(120);

/// The largest plausible difference of the clocks: with a larger one, no certificate would be valid.
const MAX_DIFFERENCE: Duration = Duration::from_secs(24 * 3600);

/// The milliseconds by which the portal's clock is ahead of ours, learned from its responses.
///
/// It is the authorization of requests to the portal, which are not signed.
#[derive(Debug, Default)]
pub(crate) struct PortalClock(AtomicI64);

impl PortalClock {
    /// Returns the credentials with their expiration by our clock.
    pub(crate) fn to_local(&self, issued: Credentials) -> Credentials {
        let expires = issued.expires_at().map(|expires| self.local_time(expires));
        issued.with_expires_at(expires)
    }

    fn local_time(&self, theirs: Timestamp) -> Timestamp {
        let ahead = self.0.load(Ordering::Relaxed);
        let difference = Duration::from_millis(ahead.unsigned_abs());
        if difference <= TOLERATED || MAX_DIFFERENCE < difference {
            theirs
        } else if ahead.is_negative() {
            theirs + difference
        } else {
            theirs - difference
        }
    }
}

impl Authorize for PortalClock {
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), RequestError> {
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

    fn time(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(seconds)
    }

    const DAY: u64 = 24 * 3600;

    /// Checks the expiration by our clock if the portal's clock is at `date` and ours at ten days.
    /// The portal's expiration is an hour after ten days.
    #[track_caller]
    fn check(date: u64, expires: u64) {
        let response = http::Response::builder().header("date", time(date).http_date());
        let response = response.body(bytes::Bytes::new()).unwrap();
        let clock = PortalClock::default();
        let (sent, received) = (time(10 * DAY), time(10 * DAY));
        clock.observe(&Exchange { response: &response, code: None, sent, received });
        assert_eq!(clock.local_time(time(10 * DAY + 3_600)), time(expires));
    }

    #[test]
    fn plausible_clock_difference_shifts_expiration() {
        let (ours, theirs) = (10 * DAY, 10 * DAY + 3_600);
        check(ours, theirs);
        check(ours + 120, theirs);
        check(ours - 120, theirs);
        check(ours - 3_600, theirs + 3_600);
        check(ours + 3_600, theirs - 3_600);
        check(ours + DAY, theirs - DAY);
        check(ours + DAY + 1, theirs);
        check(ours - DAY - 1, theirs);
    }
}
