use std::fmt;
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::{Request, Response, Unsendable};

/// A longer exchange says nothing about the clocks.
const SLOWEST: Duration = Duration::from_secs(15 * 60);

/// Signs a request, or adds another proof of identity, just before it is sent.
pub trait Authorize: fmt::Debug + Send + Sync {
    /// Signs the request as of `now`.
    ///
    /// # Errors
    /// A credential that no header can contain.
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), Unsendable>;

    /// Takes note of a response, such as of the difference of the clocks.
    fn observe(&self, _exchange: &Exchange<'_>) -> AfterResponse {
        AfterResponse::Accept
    }
}

/// A request and its response.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "the whole of an exchange")]
pub struct Exchange<'a> {
    /// The response.
    pub response: &'a Response,
    /// The error code in the response, if it is an error.
    pub code: Option<&'a str>,
    /// The local time when the request was sent.
    pub sent: Timestamp,
    /// The local time when the response was complete.
    pub received: Timestamp,
}

impl Exchange<'_> {
    /// Returns how many milliseconds the clock of the service is ahead of ours.
    ///
    /// `None` if the response is from a cache (`Age`), has no valid `Date`, or took more than fifteen
    /// minutes.
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

/// The result of [`Authorize::observe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the signature was at fault or not")]
pub enum AfterResponse {
    /// The response stands.
    Accept,
    /// The service rejected the signature for a reason that is corrected now: sign and send again.
    Resign,
}

/// No signature: for calls with a token of their own, such as those to OIDC and the portal.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has no fields")]
pub struct Anonymous;

impl Authorize for Anonymous {
    fn authorize(&self, _request: &mut Request, _now: Timestamp) -> Result<(), Unsendable> {
        Ok(())
    }
}
