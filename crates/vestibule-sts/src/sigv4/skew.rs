use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_wire::Exchange;

/// A difference that may be why a signature was refused; anything less was not.
const LARGE: Duration = Duration::from_secs(4 * 60);

/// How far the service's clock is ahead of ours, as its last answer had it.
///
/// Clones share it: one for all calls to a service keeps what one call has learned. AWS's clients
/// also keep a value per call, which differs only while calls overlap.
#[derive(Clone, Debug, Default)]
pub struct Skew {
    millis: Arc<AtomicI64>,
    only_noted: bool,
}

impl Skew {
    /// A known difference, in milliseconds; positive where the service is ahead.
    pub fn of_millis(millis: i64) -> Self {
        Self { millis: Arc::new(AtomicI64::new(millis)), only_noted: false }
    }

    /// One that is noted and never corrected (`AWS_DISABLE_CLOCK_SKEW_CORRECTION`).
    pub fn only_noted() -> Self {
        Self { millis: Arc::default(), only_noted: true }
    }

    /// The difference now, in milliseconds; positive where the service is ahead.
    pub fn millis(&self) -> i64 {
        self.millis.load(Ordering::Relaxed)
    }

    /// That the clock is wrong by more than four minutes, in words for an error.
    pub fn complaint(&self) -> Option<String> {
        let minutes = (self.millis().unsigned_abs() + 30_000) / 60_000;
        let which = if self.millis() < 0 { "ahead of" } else { "behind" };
        let complaint = format!("this machine's clock is {minutes} minutes {which} the service's");
        self.is_large().then_some(complaint)
    }

    /// True if the clocks are more than four minutes apart, which is worth a word in an error.
    pub fn is_large(&self) -> bool {
        is_large(self.millis())
    }

    /// The time at the service, given ours.
    pub fn correct(&self, now: Timestamp) -> Timestamp {
        let millis = if self.only_noted { 0 } else { self.millis() };
        let span = Duration::from_millis(millis.unsigned_abs());
        if millis < 0 { now - span } else { now + span }
    }

    /// Learns from an answer; true if it was refused for the difference it tells of.
    pub(super) fn observe(&self, exchange: &Exchange<'_>) -> bool {
        let Some(millis) = exchange.skew_millis() else { return false };
        self.millis.store(millis, Ordering::Relaxed);
        !self.only_noted && is_large(millis) && exchange.code.is_some_and(may_be_skew)
    }
}

fn is_large(millis: i64) -> bool {
    LARGE < Duration::from_millis(millis.unsigned_abs())
}

fn may_be_skew(code: &str) -> bool {
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

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(seconds)
    }

    /// One exchange from 1000 to 1002, answered with this date and code.
    #[track_caller]
    fn check(date: &str, code: Option<&str>, sign_again: bool, millis: i64) {
        let response = http::Response::builder().header("date", date);
        let response = response.body(bytes::Bytes::new()).unwrap();
        let exchange = Exchange { response: &response, code, sent: at(1000), received: at(1002) };
        let skew = Skew::of_millis(7);
        assert_eq!((skew.observe(&exchange), skew.millis()), (sign_again, millis), "{date}");
    }

    #[test]
    fn only_a_large_difference_excuses_a_refusal() {
        let code = Some("SignatureDoesNotMatch");
        check(&at(1001 + 240).http_date(), code, false, 240_000);
        check(&at(1001 + 241).http_date(), code, true, 241_000);
        check(&at(1001 - 241).http_date(), code, true, -241_000);
        check(&at(1001 + 900).http_date(), Some("AccessDenied"), false, 900_000);
        check(&at(1001 + 900).http_date(), None, false, 900_000);
        check("yesterday", code, false, 7);
    }

    #[test]
    fn a_difference_that_is_only_noted_is_complained_of() {
        let date = at(1001 + 900).http_date();
        let response = http::Response::builder().header("date", date);
        let response = response.body(bytes::Bytes::new()).unwrap();
        let code = Some("SignatureDoesNotMatch");
        let exchange = Exchange { response: &response, code, sent: at(1000), received: at(1002) };
        let skew = Skew::only_noted();
        assert!(!skew.observe(&exchange));
        assert_eq!(skew.correct(at(10)), at(10));
        let complaint = "this machine's clock is 15 minutes behind the service's";
        assert_eq!(skew.complaint().as_deref(), Some(complaint));
        assert_eq!(Skew::of_millis(240_000).complaint(), None);
    }

    #[test]
    fn both_directions_are_corrected() {
        assert_eq!(Skew::of_millis(-1500).correct(at(10)), at(8) + Duration::from_millis(500));
        assert_eq!(Skew::of_millis(1500).correct(at(10)), at(11) + Duration::from_millis(500));
        let first = "0000-01-01T00:00:00Z".parse::<Timestamp>();
        assert_eq!(Ok(Skew::of_millis(i64::MIN).correct(at(10))), first);
    }
}
