//! Whether to ask again, and after how long: AWS's standard mode, as a pure function.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html> (read 2026-11)

use std::time::Duration;

use http::StatusCode;

use crate::Response;

/// Each wait is up to this long, doubled with every attempt.
const BASE: Duration = Duration::from_secs(1);
/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(20);

/// How patiently to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How often to ask, the first time included; at least 1.
    pub attempts: u32,
    /// No attempt begins later than this after the first.
    pub within: Duration,
}

impl Policy {
    /// What the SDKs do: 3 attempts. The whole call ends within a minute.
    pub const STANDARD: Self = Self { attempts: 3, within: Duration::from_secs(60) };
    /// Ask once.
    pub const ONCE: Self = Self { attempts: 1, within: Duration::ZERO };

    /// The same patience with another number of attempts.
    #[must_use]
    pub const fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "all that a retry depends on")]
pub enum Outcome {
    /// It was answered for good: success, or a refusal that asking again will not change.
    Final,
    /// The service is overloaded or asks for patience; it may say for how long.
    Throttled(Option<Duration>),
    /// The service failed, or the connection did.
    Transient,
}

impl Outcome {
    /// What an answer means, given the service's error code in it.
    pub fn of(response: &Response, code: Option<&str>) -> Self {
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

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "stop or go on")]
pub enum Next {
    /// Take what there is.
    Stop,
    /// Ask again after this long.
    Wait(Duration),
}

/// Decides after the `attempt`-th attempt (from 1), `elapsed` after the first began.
///
/// `jitter` is a random number in `0.0..1.0` and spreads callers over the whole wait.
pub fn after(
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
    if let Outcome::Throttled(Some(asked)) = outcome {
        wait = wait.max(asked.min(LONGEST));
    }
    if policy.within <= elapsed.saturating_add(wait) { Next::Stop } else { Next::Wait(wait) }
}

/// What retries may cost, all calls together: AWS's retry quota.
///
/// While a service works, calls earn what their retries cost; while it does not, the quota runs
/// out, and calls fail at once instead of adding to the flood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota(u32);

impl Quota {
    /// What there is in the beginning, and at most.
    const FULL: u32 = 500;
    /// A retry after being told to slow down.
    const THROTTLED: u32 = 5;
    /// A retry after a failure.
    const FAILED: u32 = 10;

    /// Takes what a retry costs, and says how much that is; `None` if there is not enough.
    pub fn spend(&mut self, on: Outcome) -> Option<u32> {
        let cost = match on {
            Outcome::Transient => Self::FAILED,
            Outcome::Throttled(_) | Outcome::Final => Self::THROTTLED,
        };
        self.0 = self.0.checked_sub(cost)?;
        Some(cost)
    }

    /// A call succeeded: its last retry is paid back, or else one is earned.
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

/// Returns whether an error response says nothing about the request: the service, or something in
/// front of it, failed or is overloaded. This is the only place that decides it.
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

/// Returns whether an error response asks for fewer requests.
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

    fn answer(status: u16) -> http::response::Builder {
        http::Response::builder().status(status)
    }

    #[test]
    fn outcomes_by_status_and_code() {
        let of = |status: u16, code| Outcome::of(&answer(status).body(Bytes::new()).unwrap(), code);
        assert_eq!(of(200, None), Outcome::Final);
        assert_eq!(of(400, Some("InvalidGrantException")), Outcome::Final);
        assert_eq!(of(501, None), Outcome::Final);
        assert_eq!(of(400, Some("IDPCommunicationError")), Outcome::Transient);
        assert_eq!(of(400, Some("server_error")), Outcome::Transient);
        assert_eq!(of(503, None), Outcome::Transient);
        assert_eq!(of(429, None), Outcome::Throttled(None));
        assert_eq!(of(400, Some("Throttling")), Outcome::Throttled(None));
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
    fn the_service_may_ask_for_a_longer_wait_but_not_for_any() {
        let patient = answer(429).header("Retry-After", "7").body(Bytes::new()).unwrap();
        let outcome = Outcome::of(&patient, None);
        let next = after(Policy::STANDARD, 1, outcome, Duration::ZERO, 0.5);
        assert_eq!(next, Next::Wait(Duration::from_secs(7)));
        let forever = Outcome::Throttled(Some(Duration::from_secs(86_400)));
        let next = after(Policy::STANDARD, 1, forever, Duration::ZERO, 0.5);
        assert_eq!(next, Next::Wait(LONGEST));
    }

    #[test]
    fn the_quota_runs_out_and_is_earned_back() {
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
    fn attempts_and_time_are_bounded() {
        let policy = Policy::STANDARD;
        let at = |attempt, seconds| {
            after(policy, attempt, Outcome::Transient, Duration::from_secs(seconds), 1.0)
        };
        assert_eq!(at(1, 0), Next::Wait(Duration::from_secs(1)));
        assert_eq!(at(2, 0), Next::Wait(Duration::from_secs(2)));
        assert_eq!(at(3, 0), Next::Stop);
        assert_eq!(at(1, 59), Next::Stop);
        assert_eq!(
            after(policy.with_attempts(99), 90, Outcome::Transient, Duration::ZERO, 1.0),
            Next::Wait(LONGEST)
        );
    }
}
