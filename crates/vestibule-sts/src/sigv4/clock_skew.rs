use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use vestibule_types::{Timestamp, rounded_duration};
use vestibule_wire::Exchange;

/// Difference from which clock skew can be the cause of a rejected signature.
const LARGE: Duration = Duration::from_secs(4 * 60);

/// The difference between the service's clock and ours, measured with each response.
///
/// Clones share the value, so that all calls to a service benefit from one measurement. AWS's clients
/// also keep a value per call, which differs only while calls overlap.
#[derive(Clone, Debug, Default)]
pub struct ClockSkew {
    millis: Arc<AtomicI64>,
    is_uncorrected: bool,
}

impl ClockSkew {
    /// Creates a known difference in milliseconds; positive if the service is ahead.
    pub fn from_millis(millis: i64) -> Self {
        Self { millis: Arc::new(AtomicI64::new(millis)), is_uncorrected: false }
    }

    /// Creates a difference that is measured but not corrected (`AWS_DISABLE_CLOCK_SKEW_CORRECTION`).
    pub fn without_correction() -> Self {
        Self { millis: Arc::default(), is_uncorrected: true }
    }

    /// Returns the difference in milliseconds; positive if the service is ahead.
    pub fn millis(&self) -> i64 {
        self.millis.load(Ordering::Relaxed)
    }

    /// Returns a note for error messages if the clocks differ by more than four minutes.
    pub fn note(&self) -> Option<String> {
        let difference = rounded_duration(Duration::from_millis(self.millis().unsigned_abs()));
        let direction = if self.millis() < 0 { "ahead of" } else { "behind" };
        let note = format!("this machine's clock is {difference} {direction} the service's");
        self.is_large().then_some(note)
    }

    /// Returns whether the clocks differ by more than four minutes.
    pub fn is_large(&self) -> bool {
        is_large(self.millis())
    }

    /// Returns the time of the service, given ours.
    pub fn correct(&self, now: Timestamp) -> Timestamp {
        let millis = if self.is_uncorrected { 0 } else { self.millis() };
        let span = Duration::from_millis(millis.unsigned_abs());
        if millis < 0 { now - span } else { now + span }
    }

    /// Records the difference of a response. Returns whether the difference explains an error response.
    pub(super) fn observe(&self, exchange: &Exchange<'_>) -> bool {
        let Some(millis) = exchange.skew_millis() else { return false };
        self.millis.store(millis, Ordering::Relaxed);
        !self.is_uncorrected && is_large(millis) && exchange.code.is_some_and(can_be_skew)
    }
}

fn is_large(millis: i64) -> bool {
    LARGE < Duration::from_millis(millis.unsigned_abs())
}

fn can_be_skew(code: &str) -> bool {
    matches!(
        code,
        "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "AuthFailure"
            | "RequestTimeTooSkewed"
            | "AccessDeniedException"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(seconds)
    }

    /// Checks an exchange from 1000 to 1002 with this date and error code.
    #[track_caller]
    fn check(date: &str, code: Option<&str>, is_resigned: bool, millis: i64) {
        let response = http::Response::builder().header("date", date);
        let response = response.body(bytes::Bytes::new()).unwrap();
        let exchange =
            Exchange { response: &response, code, sent: time(1000), received: time(1002) };
        let skew = ClockSkew::from_millis(7);
        assert_eq!((skew.observe(&exchange), skew.millis()), (is_resigned, millis), "{date}");
    }

    #[test]
    fn large_difference_explains_a_signature_error() {
        let code = Some("SignatureDoesNotMatch");
        check(&time(1001 + 240).http_date(), code, false, 240_000);
        check(&time(1001 + 241).http_date(), code, true, 241_000);
        check(&time(1001 - 241).http_date(), code, true, -241_000);
        check(&time(1001 + 900).http_date(), Some("AccessDenied"), false, 900_000);
        check(&time(1001 + 900).http_date(), None, false, 900_000);
        check("yesterday", code, false, 7);
    }

    #[test]
    fn difference_without_correction_is_noted() {
        let date = time(1001 + 900).http_date();
        let response = http::Response::builder().header("date", date);
        let response = response.body(bytes::Bytes::new()).unwrap();
        let code = Some("SignatureDoesNotMatch");
        let exchange =
            Exchange { response: &response, code, sent: time(1000), received: time(1002) };
        let default = ClockSkew::default();
        assert!(default.observe(&exchange));
        assert_eq!(default.correct(time(10)), time(910));
        let skew = ClockSkew::without_correction();
        assert!(!skew.observe(&exchange));
        assert_eq!(skew.correct(time(10)), time(10));
        let note = "this machine's clock is 15 minutes behind the service's";
        assert_eq!(skew.note().as_deref(), Some(note));
        assert_eq!(ClockSkew::from_millis(240_000).note(), None);
        let note = "this machine's clock is 10 hours ahead of the service's";
        assert_eq!(ClockSkew::from_millis(-36_000_000).note().as_deref(), Some(note));
    }

    #[test]
    fn difference_is_corrected_in_both_directions() {
        assert_eq!(
            ClockSkew::from_millis(-1500).correct(time(10)),
            time(8) + Duration::from_millis(500)
        );
        assert_eq!(
            ClockSkew::from_millis(1500).correct(time(10)),
            time(11) + Duration::from_millis(500)
        );
        let first = "0000-01-01T00:00:00Z".parse::<Timestamp>();
        assert_eq!(Ok(ClockSkew::from_millis(i64::MIN).correct(time(10))), first);
    }
}
