use std::fmt;
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::{Request, Response, Unsendable};

/// An exchange that took longer says nothing about clocks.
const SLOWEST: Duration = Duration::from_secs(15 * 60);

/// Puts proof of identity on a request just before it goes out.
pub trait Authorize: fmt::Debug + Send + Sync {
    /// Signs the request as of `now`.
    ///
    /// # Errors
    /// A credential that no header can carry.
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), Unsendable>;

    /// Learns from an answer, such as how far the clocks are apart.
    fn observe(&self, _exchange: &Exchange<'_>) -> AfterResponse {
        AfterResponse::Accept
    }
}

/// A request that was answered.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "what there is to know about an exchange")]
pub struct Exchange<'a> {
    /// The answer.
    pub response: &'a Response,
    /// The service's error code in it, if it is an error.
    pub code: Option<&'a str>,
    /// The local time when the request left.
    pub sent: Timestamp,
    /// The local time when the answer was complete.
    pub received: Timestamp,
}

impl Exchange<'_> {
    /// By how many milliseconds the service's clock is ahead of ours in the middle of the exchange.
    ///
    /// Nothing where the answer comes out of a cache (`Age`), has no readable `Date`, or took more
    /// than fifteen minutes.
    pub fn skew_millis(&self) -> Option<i64> {
        let headers = self.response.headers();
        if headers.contains_key(http::header::AGE) {
            return None;
        }
        let date = headers.get(http::header::DATE)?.to_str().ok()?;
        let theirs = Timestamp::from_http_date(date).ok()?;
        let took = self.received.saturating_since(self.sent);
        let ours = self.sent + took / 2;
        (took <= SLOWEST).then(|| millis(theirs) - millis(ours))
    }
}

fn millis(at: Timestamp) -> i64 {
    at.unix_seconds() * 1000 + i64::from(at.subsec_nanoseconds() / 1_000_000)
}

/// What [`Authorize::observe`] makes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either the proof was at fault or it was not")]
pub enum AfterResponse {
    /// The proof was not what was wrong, if anything was.
    Accept,
    /// The proof was refused for a reason that is mended now: sign anew and ask once more.
    Resign,
}

/// No proof: for calls that carry their own, as those to OIDC and the portal do.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to it")]
pub struct Anonymous;

impl Authorize for Anonymous {
    fn authorize(&self, _request: &mut Request, _now: Timestamp) -> Result<(), Unsendable> {
        Ok(())
    }
}
