//! AWS's standard retry mode as pure functions.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html> (read 2026-11)

use std::time::Duration;

use http::StatusCode;

use crate::Response;

/// The longest wait before the first retry; it doubles with every attempt.
const BASE: Duration = Duration::from_secs(1);
/// The longest wait before any retry.
const LONGEST: Duration = Duration::from_secs(20);

/// The limits of the retries of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The number of attempts including the first; at least 1.
    pub attempts: u32,
    /// The longest time between the starts of the first and the last attempt.
    pub max_elapsed: Duration,
    /// False if a request must not be sent again once the service may have processed it.
    pub is_repeatable: bool,
}

impl Policy {
    /// The policy of the SDKs: 3 attempts, within a minute.
    pub const STANDARD: Self =
        Self { attempts: 3, max_elapsed: Duration::from_secs(60), is_repeatable: true };
    /// A single attempt.
    pub const ONCE: Self = Self { attempts: 1, max_elapsed: Duration::ZERO, is_repeatable: true };
    /// Like [`Policy::STANDARD`], for requests that spend something: sent again only if it is
    /// certain that the service did not process them.
    pub const AT_MOST_ONCE: Self = Self { is_repeatable: false, ..Self::STANDARD };

    /// Sets the number of attempts.
    #[must_use]
    pub const fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }
}

/// The outcome of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "all that a retry depends on")]
pub enum Outcome {
    /// A success, or an error that a retry does not change.
    Final,
    /// The service limits requests, possibly with a time to wait.
    Throttled(Option<Duration>),
    /// The service failed, or the connection did.
    Transient,
}

impl Outcome {
    /// Returns the outcome of a response with this error code.
    pub fn from_response(response: &Response, code: Option<&str>) -> Self {
        let status = response.status();
        if status.is_success() {
            Self::Final
        } else if is_throttling(status, code) {
            Self::Throttled(retry_after(response))
        } else if is_transient(status, code) && !is_unsupported(status) {
            match retry_after(response) {
                Some(wait) => Self::Throttled(Some(wait)),
                None => Self::Transient,
            }
        } else {
            Self::Final
        }
    }
}

/// Returns whether a gateway may have sent this response after the service processed the request.
pub fn may_have_been_processed(status: StatusCode) -> bool {
    matches!(status.as_u16(), 502 | 504)
}

/// The decision of [`next_attempt`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "stop or go on")]
pub enum Next {
    /// Make no further attempt.
    Stop,
    /// Retry after this time.
    Wait(Duration),
}

/// Returns whether to retry after attempt number `attempt` (from 1), `elapsed` after the first
/// started.
///
/// `jitter` is a random number in `0.0..1.0`, which spreads callers over the whole wait.
pub fn next_attempt(
    policy: Policy,
    attempt: u32,
    outcome: Outcome,
    elapsed: Duration,
    jitter: f64,
) -> Next {
    if outcome == Outcome::Final || policy.attempts <= attempt {
        return Next::Stop;
    }
    let ceiling = BASE.saturating_mul(1 << (attempt.saturating_sub(1)).min(10)).min(LONGEST);
    let mut wait = ceiling.mul_f64(jitter.clamp(0.0, 1.0));
    if let Outcome::Throttled(Some(requested)) = outcome {
        wait = wait.max(requested.min(LONGEST));
    }
    if policy.max_elapsed <= elapsed.saturating_add(wait) { Next::Stop } else { Next::Wait(wait) }
}

/// The retry quota of the SDKs, which all calls of a program share.
///
/// Successful calls earn back the cost of their retries. While a service is down, the quota is used
/// up, and calls fail at once instead of adding load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota(u32);

impl Quota {
    /// The initial quota, which is also the maximum.
    const FULL: u32 = 500;
    /// The cost of a retry after a throttled response.
    const THROTTLED: u32 = 5;
    /// The cost of a retry after a failure.
    const FAILED: u32 = 10;

    /// Takes the cost of a retry from the quota and returns it; `None` if the quota is too small.
    pub fn spend(&mut self, on: Outcome) -> Option<u32> {
        let cost = match on {
            Outcome::Transient => Self::FAILED,
            Outcome::Throttled(_) | Outcome::Final => Self::THROTTLED,
        };
        self.0 = self.0.checked_sub(cost)?;
        Some(cost)
    }

    /// Adds the cost of the last retry of a successful call; 1 for a call without retries.
    pub fn earn(&mut self, spent: Option<u32>) {
        self.0 = self.0.saturating_add(spent.unwrap_or(1)).min(Self::FULL);
    }
}

impl Default for Quota {
    fn default() -> Self {
        Self(Self::FULL)
    }
}

/// Returns the `Retry-After` of a response. AWS sends seconds, never a date.
pub fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(http::header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// Returns whether the cause of an error response is temporary, and not the request: the service, or a
/// proxy in front of it, failed or is overloaded. All crates use this rule.
pub fn is_transient(status: StatusCode, code: Option<&str>) -> bool {
    is_throttling(status, code)
        || status.is_server_error()
        || matches!(
            code,
            Some(
                "RequestTimeout"
                    | "RequestTimeoutException"
                    | "IDPCommunicationError"
                    | "IDPCommunicationErrorException"
                    // RFC 6749, also with status 400.
                    | "server_error"
                    | "temporarily_unavailable"
            )
        )
}

/// Returns whether an error response is due to a limit of requests.
pub fn is_throttling(status: StatusCode, code: Option<&str>) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS
        || matches!(
            code,
            Some(
                "Throttling"
                    | "ThrottlingException"
                    | "ThrottledException"
                    | "RequestThrottledException"
                    | "TooManyRequestsException"
                    | "ProvisionedThroughputExceededException"
                    | "TransactionInProgressException"
                    | "RequestLimitExceeded"
                    | "BandwidthLimitExceeded"
                    | "LimitExceededException"
                    | "RequestThrottled"
                    | "SlowDown"
                    | "PriorRequestNotComplete"
                    | "EC2ThrottledException"
            )
        )
}

/// Returns whether the service does not support the request at all: a retry gets the same response.
fn is_unsupported(status: StatusCode) -> bool {
    status.is_server_error() && !matches!(status.as_u16(), 500 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn builder(status: u16) -> http::response::Builder {
        http::Response::builder().status(status)
    }

    #[test]
    fn outcome_depends_on_status_and_code() {
        let outcome = |status: u16, code| {
            Outcome::from_response(&builder(status).body(Bytes::new()).unwrap(), code)
        };
        assert_eq!(outcome(200, None), Outcome::Final);
        assert_eq!(outcome(400, Some("InvalidGrantException")), Outcome::Final);
        assert_eq!(outcome(501, None), Outcome::Final);
        assert_eq!(outcome(400, Some("IDPCommunicationError")), Outcome::Transient);
        assert_eq!(outcome(400, Some("server_error")), Outcome::Transient);
        assert_eq!(outcome(503, None), Outcome::Transient);
        assert_eq!(outcome(429, None), Outcome::Throttled(None));
        assert_eq!(outcome(400, Some("Throttling")), Outcome::Throttled(None));
    }

    #[test]
    fn response_of_a_gateway_may_follow_processing() {
        for (status, expected) in
            [(502, true), (504, true), (500, false), (503, false), (200, false)]
        {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(may_have_been_processed(status), expected, "{status}");
        }
    }

    #[test]
    fn policy_at_most_once_differs_in_repeating_only() {
        let (standard, once) = (Policy::STANDARD, Policy::AT_MOST_ONCE);
        assert!(standard.is_repeatable && !once.is_repeatable);
        assert_eq!((once.attempts, once.max_elapsed), (standard.attempts, standard.max_elapsed));
    }

    #[test]
    fn every_server_error_is_transient() {
        let is_transient = |status, code| is_transient(StatusCode::from_u16(status).unwrap(), code);
        for status in [429, 500, 501, 503, 505, 599] {
            assert!(is_transient(status, None), "{status}");
        }
        for code in ["Throttling", "RequestTimeout", "temporarily_unavailable"] {
            assert!(is_transient(400, Some(code)), "{code}");
        }
        assert!(!is_transient(400, Some("invalid_grant")));
        assert!(!is_transient(404, None));
    }

    #[test]
    fn retry_after_extends_the_wait_up_to_the_maximum() {
        let throttled = builder(429).header("Retry-After", "7").body(Bytes::new()).unwrap();
        let outcome = Outcome::from_response(&throttled, None);
        let next = next_attempt(Policy::STANDARD, 1, outcome, Duration::ZERO, 0.5);
        assert_eq!(next, Next::Wait(Duration::from_secs(7)));
        let forever = Outcome::Throttled(Some(Duration::from_secs(86_400)));
        let next = next_attempt(Policy::STANDARD, 1, forever, Duration::ZERO, 0.5);
        assert_eq!(next, Next::Wait(LONGEST));
    }

    #[test]
    fn server_error_with_retry_after_waits_as_requested() {
        let response = builder(503).header("Retry-After", " 3 ").body(Bytes::new()).unwrap();
        let outcome = Outcome::Throttled(Some(Duration::from_secs(3)));
        assert_eq!(Outcome::from_response(&response, None), outcome);
        let response = builder(503).header("Retry-After", "soon").body(Bytes::new()).unwrap();
        assert_eq!(retry_after(&response), None);
        assert_eq!(Outcome::from_response(&response, None), Outcome::Transient);
    }

    #[test]
    fn quota_is_used_up_by_failures_and_earned_back_by_success() {
        let mut quota = Quota::default();
        quota.earn(None);
        assert_eq!(quota, Quota(500));
        assert_eq!(quota.spend(Outcome::Throttled(None)), Some(5));
        for left in (0..=48).rev() {
            assert_eq!(quota.spend(Outcome::Transient), Some(10));
            assert_eq!(quota, Quota(left * 10 + 5));
        }
        assert_eq!(quota.spend(Outcome::Transient), None);
        assert_eq!(quota.spend(Outcome::Throttled(None)), Some(5));
        assert_eq!(quota.spend(Outcome::Throttled(None)), None);
        quota.earn(Some(10));
        quota.earn(None);
        assert_eq!(quota, Quota(11));
    }

    #[test]
    fn attempts_and_time_are_limited() {
        let policy = Policy::STANDARD;
        let at = |attempt, seconds| {
            next_attempt(policy, attempt, Outcome::Transient, Duration::from_secs(seconds), 1.0)
        };
        assert_eq!(at(1, 0), Next::Wait(Duration::from_secs(1)));
        assert_eq!(at(2, 0), Next::Wait(Duration::from_secs(2)));
        assert_eq!(at(3, 0), Next::Stop);
        assert_eq!(at(1, 59), Next::Stop);
        assert_eq!(
            next_attempt(policy.with_attempts(99), 90, Outcome::Transient, Duration::ZERO, 1.0),
            Next::Wait(LONGEST)
        );
    }
}
