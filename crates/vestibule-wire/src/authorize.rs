use std::fmt;
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::{Request, RequestError, Response};

/// The limit for the duration of an exchange that measures the difference of the clocks. The service wrote
/// its `Date` at an unknown time in between, so the error is up to half the duration.
const SLOWEST: Duration = Duration::from_secs(15 * 60);

/// The authorization of a request, which is signed, or given another proof of identity, just before
/// it is sent.
pub trait Authorize: fmt::Debug + Send + Sync {
    /// Signs the request as of `now`.
    ///
    /// # Errors
    /// A credential that no header can contain.
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), RequestError>;

    /// Called with each response, for instance to learn the difference of the clocks.
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
        (took <= SLOWEST).then(|| theirs.unix_millis() - ours.unix_millis())
    }
}

/// The result of [`Authorize::observe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the signature was at fault or not")]
pub enum AfterResponse {
    /// The response is used.
    Accept,
    /// The service rejected the signature for a reason that is corrected now: sign and send again.
    Resign,
}

/// No signature, for calls with a token of their own, such as those to OIDC and the portal.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has no fields")]
pub struct Anonymous;

impl Authorize for Anonymous {
    fn authorize(&self, _request: &mut Request, _now: Timestamp) -> Result<(), RequestError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderValue;

    use super::*;

    /// Returns the skew that a response shows which the service dated `date`.
    fn skew(sent: i64, received: i64, date: &str, age: Option<&'static str>) -> Option<i64> {
        let at = |seconds| Timestamp::from_unix(seconds, 0).unwrap();
        let mut response = Response::new(Bytes::new());
        response.headers_mut().insert(http::header::DATE, HeaderValue::from_str(date).unwrap());
        if let Some(age) = age {
            response.headers_mut().insert(http::header::AGE, HeaderValue::from_static(age));
        }
        let (sent, received) = (at(sent), at(received));
        Exchange { response: &response, code: None, sent, received }.skew_millis()
    }

    const AT_1000: &str = "Thu, 01 Jan 1970 00:16:40 GMT";

    #[test]
    fn skew_is_measured_from_the_middle_of_the_exchange() {
        assert_eq!(skew(1000, 1000, AT_1000, None), Some(0));
        assert_eq!(skew(998, 1000, AT_1000, None), Some(1000));
        assert_eq!(skew(1300, 1304, AT_1000, None), Some(-302_000));
    }

    #[test]
    fn skew_of_a_slow_cached_or_undated_response_is_unknown() {
        assert_eq!(skew(0, 900, AT_1000, None), Some(550_000));
        assert_eq!(skew(0, 901, AT_1000, None), None);
        assert_eq!(skew(1000, 1000, AT_1000, Some("0")), None);
        assert_eq!(skew(1000, 1000, "yesterday", None), None);
    }
}
