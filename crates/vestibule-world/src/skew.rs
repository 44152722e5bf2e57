//! A warning about a wrong clock, which makes tokens seem to expire early or late.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vestibule_types::{Timestamp, rounded_duration};
use vestibule_wire::{AfterResponse, Authorize, Exchange, Request, RequestError, Response};

/// The largest difference of the clocks that is ignored: it has no consequences.
const TOLERATED: Duration = Duration::from_secs(120);

/// The difference between the clock of this machine and that of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is one before and one after")]
pub enum Skew {
    /// This machine's clock is ahead by this much.
    Ahead(Duration),
    /// This machine's clock is behind by this much.
    Behind(Duration),
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Ahead(by) | Self::Behind(by)) = self;
        let which = if matches!(self, Self::Ahead(_)) { "ahead of" } else { "behind" };
        write!(f, "{} {which}", rounded_duration(*by))
    }
}

/// Warns, once per process, if the date of a response differs much from the time of the exchange.
pub(crate) fn warn_about_skew(response: &Response, sent: Timestamp, received: Timestamp) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    let Some(skew) = Skew::from_response(response, sent, received) else { return };
    if !WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!("this machine's clock is {skew} the service's");
    }
}

impl Skew {
    /// Returns the difference between the date of a response and the times of its exchange. `None` if it
    /// is small, if the response has no date, or if it comes from a cache.
    pub fn from_response<B>(
        response: &http::Response<B>,
        sent: Timestamp,
        received: Timestamp,
    ) -> Option<Self> {
        let headers = response.headers();
        if headers.contains_key(http::header::AGE) {
            return None;
        }
        let date = headers.get(http::header::DATE)?.to_str().ok()?;
        let theirs = Timestamp::from_http_date(date).ok()?;
        let (ahead, behind) = (sent.saturating_since(theirs), theirs.saturating_since(received));
        if TOLERATED < ahead {
            Some(Self::Ahead(ahead))
        } else if TOLERATED < behind {
            Some(Self::Behind(behind))
        } else {
            None
        }
    }
}

/// An authorization that records the difference of the clocks, which may explain an error response.
#[derive(Debug)]
pub struct SkewObserver<'a> {
    authorize: &'a dyn Authorize,
    skew: Mutex<Option<Skew>>,
}

impl<'a> SkewObserver<'a> {
    /// Creates an observer of the responses to requests with this authorization.
    pub fn new(authorize: &'a dyn Authorize) -> Self {
        Self { authorize, skew: Mutex::default() }
    }

    /// Returns the difference in the last response, if it is large.
    pub fn skew(&self) -> Option<Skew> {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Skew>> {
        self.skew.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Authorize for SkewObserver<'_> {
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), RequestError> {
        self.authorize.authorize(request, now)
    }

    fn observe(&self, exchange: &Exchange<'_>) -> AfterResponse {
        let Exchange { response, sent, received, .. } = *exchange;
        *self.lock() = Skew::from_response(response, sent, received);
        self.authorize.observe(exchange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks a response of that date, to a request from 1000 to 1010.
    #[track_caller]
    fn check(dated: u64, expected: Option<Skew>) {
        let at = |seconds| Timestamp::EPOCH + Duration::from_secs(seconds);
        let mut response = http::Response::new(bytes::Bytes::new());
        let date = at(dated).http_date().parse().unwrap();
        response.headers_mut().insert(http::header::DATE, date);
        assert_eq!(Skew::from_response(&response, at(1000), at(1010)), expected);
        response.headers_mut().insert(http::header::AGE, http::HeaderValue::from_static("1"));
        assert_eq!(Skew::from_response(&response, at(1000), at(1010)), None);
    }

    #[test]
    fn skew_within_two_minutes_and_the_exchange_is_tolerated() {
        check(1005, None);
        check(880, None);
        check(879, Some(Skew::Ahead(Duration::from_secs(121))));
        check(1130, None);
        check(1131, Some(Skew::Behind(Duration::from_secs(121))));
    }
}
