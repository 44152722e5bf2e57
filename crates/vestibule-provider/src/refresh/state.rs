use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use vestibule_types::{Credentials, Timestamp};

use super::RefreshPolicy;
use crate::{Error, ErrorKind};

/// Seconds without a retry while static stability is in force.
const STABILITY_BACK_OFF: Range<u64> = 300..600;
/// Seconds without a retry while the cached credentials are valid.
const EARLY_BACK_OFF: Range<u64> = 15..30;
/// Seconds for which an error is returned again without a call: enough to slow a loop down, and too
/// short for a user to notice.
const ERROR_MEMORY: Range<u64> = 1..5;
/// The longest time without a retry after a source gave the same credentials again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_EARLY_PAUSE: Duration = Duration::from_secs(30);
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// The decision about credentials at a time; see [`State::decide`].
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "callers have to handle each")]
pub enum Decision {
    /// Use these credentials.
    Use(Arc<Credentials>),
    /// Use these credentials; one caller refreshes them.
    UseAndRefresh(Arc<Credentials>),
    /// Refresh; all callers wait for the result.
    Refresh,
    /// A refresh is due, but the last one returned the same credentials: use them, and do
    /// not retry before this time.
    BackOff(Arc<Credentials>, Timestamp),
    /// Return this error without a call before this time.
    Fail(Error, Timestamp),
}

/// The cached credentials of one source, and the result of the last refresh.
#[derive(Clone, Debug)]
pub struct State {
    policy: RefreshPolicy,
    cached: Option<Entry>,
    /// No retry during this time. A range, not an end: setting the clock back must not extend it.
    back_off: Option<Range<Timestamp>>,
    /// The error to return during this time.
    error: Option<(Range<Timestamp>, Error)>,
}

#[derive(Clone, Debug)]
struct Entry {
    credentials: Arc<Credentials>,
    policy: RefreshPolicy,
    advisory: Duration,
    mandatory: Duration,
    /// Whether a service rejected them.
    rejected: bool,
}

enum Due {
    No,
    Soon,
    Now,
}

impl State {
    /// Creates an empty state.
    pub fn new(policy: RefreshPolicy) -> Self {
        Self { policy, cached: None, back_off: None, error: None }
    }

    /// Returns what to do now.
    pub fn decide(&self, now: Timestamp) -> Decision {
        if let Some((span, error)) = &self.error
            && span.contains(&now)
        {
            return Decision::Fail(error.clone(), span.end);
        }
        let Some(entry) = &self.cached else { return Decision::Refresh };
        let credentials = || Arc::clone(&entry.credentials);
        match (entry.due(now), &self.back_off) {
            (Due::No, _) => Decision::Use(credentials()),
            (_, Some(span)) if span.contains(&now) => Decision::BackOff(credentials(), span.end),
            (Due::Soon, _) => Decision::UseAndRefresh(credentials()),
            (Due::Now, _) => Decision::Refresh,
        }
    }

    /// Records new credentials, and returns them shared.
    ///
    /// If they are the same as before and still due, the source has no newer ones yet: the next
    /// refresh is after a tenth of their remaining time, a minute at most.
    pub fn refreshed(&mut self, credentials: Credentials, now: Timestamp) -> Arc<Credentials> {
        let same = self.cached.take().filter(|old| is_same(&old.credentials, &credentials));
        let left = credentials.expires_at().map(|expires| expires.saturating_since(now));
        let (advisory, mandatory) = self.policy.windows(left.unwrap_or(Duration::MAX));
        let rejected = same.as_ref().is_some_and(|old| old.rejected);
        let credentials = Arc::new(credentials);
        let entry = Entry { credentials, policy: self.policy, advisory, mandatory, rejected };

        self.error = None;
        self.back_off = match entry.due(now) {
            Due::Soon | Due::Now if same.is_some() => {
                let left = left.unwrap_or(Duration::MAX);
                let longest = match self.policy {
                    RefreshPolicy::Early { .. } => LONGEST_EARLY_PAUSE,
                    RefreshPolicy::Strict | RefreshPolicy::StaticStability { .. } => LONGEST_PAUSE,
                };
                let pause = (left / 10).clamp(SHORTEST_PAUSE, longest).min(left);
                Some(now..now + pause)
            }
            _ => None,
        };
        Arc::clone(&self.cached.insert(entry).credentials)
    }

    /// Records a failed refresh; `jitter` is a random number in `0.0..1.0`.
    ///
    /// Returns the cached credentials if the policy allows using them.
    ///
    /// # Errors
    /// The given error, if it is permanent or no cached credentials can be used.
    pub fn failed(
        &mut self,
        error: Error,
        now: Timestamp,
        jitter: f64,
    ) -> Result<Arc<Credentials>, Error> {
        // The user may sign in at any moment, with any tool; the next call has to notice.
        if error.kind() == ErrorKind::SignInNeeded {
            return Err(error);
        }
        let policy = self.cached.as_ref().map_or(self.policy, |entry| entry.policy);
        let is_transient = !error.kind().is_permanent();
        match (&self.cached, policy) {
            (Some(entry), RefreshPolicy::StaticStability { .. }) if is_transient => {
                self.back_off = Some(span(now, STABILITY_BACK_OFF, jitter));
                Ok(Arc::clone(&entry.credentials))
            }
            (Some(entry), RefreshPolicy::Early { .. }) if is_transient && entry.is_valid(now) => {
                let Range { start, end } = span(now, EARLY_BACK_OFF, jitter);
                let end = entry.credentials.expires_at().map_or(end, |expires| end.min(expires));
                self.back_off = Some(start..end);
                Ok(Arc::clone(&entry.credentials))
            }
            _ => {
                let is_remembered = !is_transient || matches!(policy, RefreshPolicy::Early { .. });
                if is_remembered && !error.delays_retries() {
                    self.error = Some((span(now, ERROR_MEMORY, jitter), error.clone()));
                }
                Err(error)
            }
        }
    }

    /// Marks the credentials with this access key id as rejected by a service.
    ///
    /// Returns `true` if they are the cached ones, which are due then. The back-off of static
    /// stability stays in force.
    pub fn invalidate(&mut self, rejected_access_key_id: &str) -> bool {
        match &mut self.cached {
            Some(entry) if entry.credentials.access_key_id() == rejected_access_key_id => {
                entry.rejected = true;
                if !matches!(entry.policy, RefreshPolicy::StaticStability { .. }) {
                    self.back_off = None;
                }
                true
            }
            _ => false,
        }
    }

    /// Replaces the policy for credentials that are recorded from now on.
    pub fn set_policy(&mut self, policy: RefreshPolicy) {
        self.policy = policy;
    }

    /// Drops the cached credentials and all records of earlier refreshes.
    pub fn forget(&mut self) {
        *self = Self::new(self.policy);
    }

    /// Returns how long before their expiration the cached credentials are refreshed.
    pub fn advisory_window(&self) -> Option<Duration> {
        self.cached.as_ref().map(|entry| entry.advisory)
    }

    /// Returns the cached credentials, and until when `decide` returns `Use`.
    pub(crate) fn fresh(&self) -> Option<(&Credentials, Timestamp)> {
        let entry = self.cached.as_ref().filter(|entry| !entry.rejected)?;
        let until = match entry.credentials.expires_at() {
            Some(expires) => expires - entry.advisory,
            None => Timestamp::EPOCH + Duration::MAX,
        };
        Some((&entry.credentials, until))
    }
}

impl Entry {
    fn is_valid(&self, now: Timestamp) -> bool {
        !self.rejected && !self.credentials.is_expired(now)
    }

    fn due(&self, now: Timestamp) -> Due {
        if self.rejected {
            return Due::Now;
        }
        let left = self.credentials.expires_at().map(|expires| expires.saturating_since(now));
        match left {
            Some(left) if left <= self.mandatory => Due::Now,
            Some(left) if left <= self.advisory => Due::Soon,
            _ => Due::No,
        }
    }
}

fn is_same(old: &Credentials, new: &Credentials) -> bool {
    old.access_key_id() == new.access_key_id() && old.expires_at() == new.expires_at()
}

/// Returns a range that begins now and lasts a random number of seconds.
fn span(now: Timestamp, seconds: Range<u64>, jitter: f64) -> Range<Timestamp> {
    let least = Duration::from_secs(seconds.start);
    let more = Duration::from_secs(seconds.end - seconds.start);
    now..now + least + more.mul_f64(jitter.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use vestibule_types::SecretAccessKey;

    use super::*;

    fn time(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(1_000_000 + seconds)
    }

    fn keys(id: &str, expires: u64) -> Credentials {
        Credentials::new(id, SecretAccessKey::new("hidden")).with_expires_at(time(expires))
    }

    fn error(kind: ErrorKind) -> Error {
        Error::new("source", kind, "no")
    }

    /// Checks the decision at each of these seconds.
    #[track_caller]
    fn check(state: &State, expected: &[(u64, &str)]) {
        for &(second, expected) in expected {
            let decision = match state.decide(time(second)) {
                Decision::Use(keys) => format!("use {}", keys.access_key_id()),
                Decision::UseAndRefresh(keys) => {
                    format!("use {} and refresh", keys.access_key_id())
                }
                Decision::Refresh => "refresh".to_owned(),
                Decision::BackOff(keys, until) => {
                    format!("use {} until {}", keys.access_key_id(), until.seconds_since(time(0)))
                }
                Decision::Fail(_, until) => {
                    format!("fail until {}", until.seconds_since(time(0)))
                }
            };
            assert_eq!(decision, expected, "at {second}");
        }
    }

    #[test]
    fn early_credentials_are_refreshed_in_two_windows() {
        let mut state = State::new(RefreshPolicy::EARLY);
        check(&state, &[(0, "refresh")]);
        state.refreshed(keys("a", 3600), time(0));
        check(&state, &[(0, "use a"), (2699, "use a"), (2700, "use a and refresh")]);
        check(&state, &[(3539, "use a and refresh"), (3540, "refresh"), (9999, "refresh")]);
    }

    #[test]
    fn strict_credentials_are_refreshed_last_and_never_used_expired() {
        let mut state = State::new(RefreshPolicy::Strict);
        state.refreshed(keys("a", 3600), time(0));
        check(&state, &[(3589, "use a"), (3590, "refresh")]);
        assert!(state.failed(error(ErrorKind::Transient), time(3590), 0.5).is_err());
        check(&state, &[(3590, "refresh"), (3600, "refresh")]);
    }

    #[test]
    fn static_stability_uses_expired_credentials_and_retries_after_minutes() {
        let mut state = State::new(RefreshPolicy::STATIC_STABILITY);
        state.refreshed(keys("a", 3600), time(0));
        let kept = state.failed(error(ErrorKind::Transient), time(4000), 0.5);
        assert_eq!(kept.unwrap().access_key_id(), "a");
        check(&state, &[(4000, "use a until 4450"), (4449, "use a until 4450"), (4450, "refresh")]);
        state.refreshed(keys("b", 9000), time(4450));
        check(&state, &[(4450, "use b")]);
    }

    #[test]
    fn early_credentials_are_used_until_expiration_and_retried_within_30_seconds() {
        let mut state = State::new(RefreshPolicy::EARLY);
        state.refreshed(keys("a", 3600), time(0));
        assert!(state.failed(error(ErrorKind::Transient), time(2700), 1.0).is_ok());
        check(&state, &[(2729, "use a until 2730"), (2730, "use a and refresh")]);
        assert!(state.failed(error(ErrorKind::Transient), time(3590), 1.0).is_ok());
        check(&state, &[(3599, "use a until 3600"), (3600, "refresh")]);
    }

    #[test]
    fn expired_early_credentials_are_an_error_with_a_retry_within_5_seconds() {
        let mut state = State::new(RefreshPolicy::EARLY);
        state.refreshed(keys("a", 3600), time(0));
        assert!(state.failed(error(ErrorKind::Transient), time(7200), 1.0).is_err());
        check(&state, &[(7200, "fail until 7205"), (7204, "fail until 7205"), (7205, "refresh")]);
        state.refreshed(keys("b", 9000), time(7205));
        check(&state, &[(7205, "use b")]);
    }

    #[test]
    fn rejected_early_credentials_are_not_used_after_a_failure() {
        let mut state = State::new(RefreshPolicy::EARLY);
        state.refreshed(keys("a", 3600), time(0));
        assert!(state.failed(error(ErrorKind::Transient), time(2700), 1.0).is_ok());
        assert!(state.invalidate("a"));
        check(&state, &[(2701, "refresh")]);
        assert!(state.failed(error(ErrorKind::Transient), time(2701), 0.0).is_err());
        check(&state, &[(2701, "fail until 2702"), (2702, "refresh")]);
    }

    #[test]
    fn early_credentials_are_used_on_a_network_that_does_not_reach_the_service() {
        let mut state = State::new(RefreshPolicy::EARLY);
        state.refreshed(keys("a", 3600), time(0));
        assert!(state.failed(error(ErrorKind::Unreachable), time(2700), 1.0).is_ok());
        check(&state, &[(2729, "use a until 2730"), (2730, "use a and refresh")]);
    }

    #[test]
    fn permanent_error_is_returned_again_for_a_moment() {
        let mut state = State::new(RefreshPolicy::EARLY);
        state.refreshed(keys("a", 3600), time(0));
        assert!(state.failed(error(ErrorKind::Refused), time(2700), 0.0).is_err());
        check(&state, &[(2700, "fail until 2701"), (2701, "use a and refresh")]);
        state.refreshed(keys("b", 7200), time(2701));
        check(&state, &[(2701, "use b")]);
    }

    #[test]
    fn permanent_error_is_returned_although_stable_credentials_are_cached() {
        let mut state = State::new(RefreshPolicy::STATIC_STABILITY);
        state.refreshed(keys("a", 3600), time(0));
        assert!(state.failed(error(ErrorKind::Refused), time(3000), 0.0).is_err());
        check(&state, &[(3000, "fail until 3001"), (3001, "use a and refresh")]);
    }

    #[test]
    fn error_of_a_source_that_delays_retries_is_not_remembered() {
        let mut state = State::new(RefreshPolicy::EARLY);
        let error = error(ErrorKind::Refused).with_delayed_retries();
        assert!(state.failed(error, time(0), 1.0).is_err());
        check(&state, &[(0, "refresh")]);
    }

    #[test]
    fn missing_sign_in_is_not_remembered() {
        for policy in [RefreshPolicy::Strict, RefreshPolicy::EARLY, RefreshPolicy::STATIC_STABILITY]
        {
            let mut state = State::new(policy);
            assert!(state.failed(error(ErrorKind::SignInNeeded), time(0), 1.0).is_err());
            check(&state, &[(0, "refresh")]);
        }
    }

    #[test]
    fn unchanged_credentials_are_refreshed_more_and_more_often() {
        for policy in [RefreshPolicy::EARLY, RefreshPolicy::STATIC_STABILITY, RefreshPolicy::Strict]
        {
            let mut state = State::new(policy);
            state.refreshed(keys("a", 3600), time(0));
            state.refreshed(keys("a", 3600), time(3592));
            check(&state, &[(3592, "use a until 3593"), (3593, "refresh")]);
            state.refreshed(keys("a", 3600), time(3600));
            check(&state, &[(3600, "refresh")]);
        }
        let mut state = State::new(RefreshPolicy::STATIC_STABILITY);
        state.refreshed(keys("a", 3600), time(0));
        state.refreshed(keys("a", 3600), time(3300));
        check(&state, &[(3300, "use a until 3330"), (3330, "use a and refresh")]);
    }

    #[test]
    fn new_credentials_that_are_due_at_once_are_refreshed_at_once() {
        let mut state = State::new(RefreshPolicy::Strict);
        // Another key or another expiration is progress; only the same again is not.
        for (id, expires, now) in [("a", 5, 0), ("b", 5, 1), ("b", 6, 2)] {
            state.refreshed(keys(id, expires), time(now));
            check(&state, &[(now, "refresh")]);
        }
        state.refreshed(keys("b", 6), time(3));
        check(&state, &[(3, "use b until 4")]);
    }

    #[test]
    fn credentials_are_fresh_until_their_advisory_window_or_a_rejection() {
        let mut state = State::new(RefreshPolicy::EARLY);
        assert_eq!(state.advisory_window(), None);
        assert!(state.fresh().is_none());
        state.refreshed(keys("a", 3600), time(0));
        assert_eq!(state.advisory_window(), Some(Duration::from_secs(900)));
        let fresh = state.fresh().map(|(keys, until)| (keys.access_key_id(), until));
        assert_eq!(fresh, Some(("a", time(2700))));
        state.invalidate("a");
        assert!(state.fresh().is_none());
        state.refreshed(Credentials::new("b", SecretAccessKey::new("hidden")), time(0));
        let until = state.fresh().map(|(_, until)| until);
        assert_eq!(until, Some(Timestamp::EPOCH + Duration::MAX));
    }

    #[test]
    fn rejected_credentials_are_refreshed_before_expiration() {
        let mut state = State::new(RefreshPolicy::Strict);
        state.refreshed(Credentials::new("a", SecretAccessKey::new("hidden")), time(0));
        assert!(!state.invalidate("b"));
        check(&state, &[(0, "use a"), (u64::from(u32::MAX), "use a")]);
        assert!(state.invalidate("a"));
        check(&state, &[(5, "refresh")]);
        state.refreshed(Credentials::new("a", SecretAccessKey::new("hidden")), time(5));
        check(&state, &[(5, "use a until 65"), (65, "refresh")]);
    }

    #[test]
    fn clock_set_back_does_not_extend_back_off() {
        let mut state = State::new(RefreshPolicy::STATIC_STABILITY);
        state.refreshed(keys("a", 100), time(0));
        assert!(state.failed(error(ErrorKind::Transient), time(50_000), 1.0).is_ok());
        check(&state, &[(50_000, "use a until 50600"), (90, "refresh")]);
    }
}
