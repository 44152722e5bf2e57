use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use vestibule_types::{Credentials, Timestamp};

use super::{Decision, Policy};
use crate::ProvideError;

/// How long a source that failed is left in peace.
const BACK_OFF: Range<u64> = 300..600;
/// How long a refusal is remembered: enough to stop a loop, too short for a person to notice.
const REMEMBER: Range<u64> = 1..5;
/// The longest pause after a source gave what it had given before.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// What is held of one source, and what it said last.
#[derive(Clone, Debug)]
pub struct State {
    policy: Policy,
    held: Option<Held>,
    /// While the source is left in peace. A span, not an end: a clock that is set back must not
    /// make it longer.
    pause: Option<Range<Timestamp>>,
    refusal: Option<(Range<Timestamp>, ProvideError)>,
}

#[derive(Clone, Debug)]
struct Held {
    credentials: Arc<Credentials>,
    advisory: Duration,
    mandatory: Duration,
    /// A service would not take them.
    rejected: bool,
}

enum Due {
    No,
    Soon,
    Now,
}

impl State {
    /// Nothing held.
    pub fn new(policy: Policy) -> Self {
        Self { policy, held: None, pause: None, refusal: None }
    }

    /// What to do now.
    pub fn decide(&self, now: Timestamp) -> Decision {
        if let Some((span, error)) = &self.refusal
            && span.contains(&now)
        {
            return Decision::Refused(error.clone(), span.end);
        }
        let Some(held) = &self.held else { return Decision::Refresh };
        let credentials = || Arc::clone(&held.credentials);
        match (held.due(now), &self.pause) {
            (Due::No, _) => Decision::Use(credentials()),
            (_, Some(pause)) if pause.contains(&now) => Decision::HeldOff(credentials(), pause.end),
            (Due::Soon, _) => Decision::UseAndRefresh(credentials()),
            (Due::Now, _) => Decision::Refresh,
        }
    }

    /// The source gave credentials, which are held from now on.
    ///
    /// If they are the same as before and still due, the source has no others yet; it is asked
    /// again after a tenth of the time they have left, a minute at most.
    pub fn refreshed(&mut self, credentials: Credentials, now: Timestamp) -> Arc<Credentials> {
        let same = self.held.take().filter(|old| is_same(&old.credentials, &credentials));
        let left = credentials.expires().map(|expires| expires.saturating_since(now));
        let (advisory, mandatory) = self.policy.windows(left.unwrap_or(Duration::MAX));
        let rejected = same.as_ref().is_some_and(|old| old.rejected);
        let held = Held { credentials: Arc::new(credentials), advisory, mandatory, rejected };

        self.refusal = None;
        self.pause = match held.due(now) {
            Due::Soon | Due::Now if same.is_some() => {
                let left = left.unwrap_or(Duration::MAX);
                let pause = (left / 10).clamp(SHORTEST_PAUSE, LONGEST_PAUSE).min(left);
                Some(now..now + pause)
            }
            _ => None,
        };
        Arc::clone(&self.held.insert(held).credentials)
    }

    /// The source gave nothing. `jitter` is a random number in `0.0..1.0`.
    ///
    /// What it gave last is the answer where the policy has it so.
    ///
    /// # Errors
    /// What the source said, where it is for good or there is nothing to go on with.
    pub fn failed(
        &mut self,
        error: ProvideError,
        now: Timestamp,
        jitter: f64,
    ) -> Result<Arc<Credentials>, ProvideError> {
        if error.kind().is_permanent() {
            self.refusal = Some((span(now, REMEMBER, jitter), error.clone()));
            return Err(error);
        }
        match (&self.held, self.policy) {
            (Some(held), Policy::Stable { .. }) => {
                self.pause = Some(span(now, BACK_OFF, jitter));
                Ok(Arc::clone(&held.credentials))
            }
            _ => Err(error),
        }
    }

    /// A service would not take the credentials with this access key id.
    ///
    /// True if they are those held, which have to be refreshed then. A source that is left in peace
    /// is so all the same.
    pub fn invalidate(&mut self, rejected_access_key_id: &str) -> bool {
        match &mut self.held {
            Some(held) if held.credentials.access_key_id() == rejected_access_key_id => {
                held.rejected = true;
                true
            }
            _ => false,
        }
    }

    /// Nothing held and nothing remembered, as in the beginning.
    pub fn forget(&mut self) {
        *self = Self::new(self.policy);
    }

    /// How early one caller refreshes what is held.
    pub fn advisory_window(&self) -> Option<Duration> {
        self.held.as_ref().map(|held| held.advisory)
    }

    /// What is held, and until when it needs no other decision than to use it.
    pub(crate) fn fresh(&self) -> Option<(&Credentials, Timestamp)> {
        let held = self.held.as_ref().filter(|held| !held.rejected)?;
        let until = match held.credentials.expires() {
            Some(expires) => expires - held.advisory,
            None => Timestamp::EPOCH + Duration::MAX,
        };
        Some((&held.credentials, until))
    }
}

impl Held {
    fn due(&self, now: Timestamp) -> Due {
        if self.rejected {
            return Due::Now;
        }
        let left = self.credentials.expires().map(|expires| expires.saturating_since(now));
        match left {
            Some(left) if left <= self.mandatory => Due::Now,
            Some(left) if left <= self.advisory => Due::Soon,
            _ => Due::No,
        }
    }
}

fn is_same(old: &Credentials, new: &Credentials) -> bool {
    old.access_key_id() == new.access_key_id() && old.expires() == new.expires()
}

/// A span that begins now and lasts a random number of seconds.
fn span(now: Timestamp, seconds: Range<u64>, jitter: f64) -> Range<Timestamp> {
    let least = Duration::from_secs(seconds.start);
    let more = Duration::from_secs(seconds.end - seconds.start);
    now..now + least + more.mul_f64(jitter.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use vestibule_types::SecretAccessKey;

    use super::*;
    use crate::ProvideErrorKind;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(1_000_000 + seconds)
    }

    fn keys(id: &str, expires: u64) -> Credentials {
        Credentials::new(id, SecretAccessKey::new("hidden")).with_expiry(at(expires))
    }

    fn error(kind: ProvideErrorKind) -> ProvideError {
        ProvideError::new("source", kind, "no")
    }

    /// What is decided at each of these seconds.
    #[track_caller]
    fn check(state: &State, expected: &[(u64, &str)]) {
        for &(second, expected) in expected {
            let decision = match state.decide(at(second)) {
                Decision::Use(keys) => format!("use {}", keys.access_key_id()),
                Decision::UseAndRefresh(keys) => {
                    format!("use {} and refresh", keys.access_key_id())
                }
                Decision::Refresh => "refresh".to_owned(),
                Decision::HeldOff(keys, until) => {
                    format!("use {} until {}", keys.access_key_id(), until.seconds_since(at(0)))
                }
                Decision::Refused(_, until) => {
                    format!("refuse until {}", until.seconds_since(at(0)))
                }
            };
            assert_eq!(decision, expected, "at {second}");
        }
    }

    #[test]
    fn an_hour_in_the_life_of_stable_credentials() {
        let mut state = State::new(Policy::STABLE);
        check(&state, &[(0, "refresh")]);
        state.refreshed(keys("a", 3600), at(0));
        check(&state, &[(0, "use a"), (2699, "use a"), (2700, "use a and refresh")]);
        check(&state, &[(3539, "use a and refresh"), (3540, "refresh"), (9999, "refresh")]);
    }

    #[test]
    fn strict_credentials_are_refreshed_at_the_end_and_never_outlive_it() {
        let mut state = State::new(Policy::Strict);
        state.refreshed(keys("a", 3600), at(0));
        check(&state, &[(3589, "use a"), (3590, "refresh")]);
        assert!(state.failed(error(ProvideErrorKind::Transient), at(3590), 0.5).is_err());
        check(&state, &[(3590, "refresh"), (3600, "refresh")]);
    }

    #[test]
    fn a_source_that_cannot_be_reached_is_left_in_peace() {
        let mut state = State::new(Policy::STABLE);
        state.refreshed(keys("a", 3600), at(0));
        let kept = state.failed(error(ProvideErrorKind::Transient), at(4000), 0.5);
        assert_eq!(kept.unwrap().access_key_id(), "a");
        check(&state, &[(4000, "use a until 4450"), (4449, "use a until 4450"), (4450, "refresh")]);
        state.refreshed(keys("b", 9000), at(4450));
        check(&state, &[(4450, "use b")]);
    }

    #[test]
    fn a_refusal_is_remembered_for_a_moment() {
        let mut state = State::new(Policy::STABLE);
        state.refreshed(keys("a", 3600), at(0));
        assert!(state.failed(error(ProvideErrorKind::SignInNeeded), at(2700), 0.0).is_err());
        check(&state, &[(2700, "refuse until 2701"), (2701, "use a and refresh")]);
        state.refreshed(keys("b", 7200), at(2701));
        check(&state, &[(2701, "use b")]);
    }

    #[test]
    fn a_source_without_news_is_asked_more_and_more_often() {
        for policy in [Policy::STABLE, Policy::Strict] {
            let mut state = State::new(policy);
            state.refreshed(keys("a", 3600), at(0));
            state.refreshed(keys("a", 3600), at(3592));
            check(&state, &[(3592, "use a until 3593"), (3593, "refresh")]);
            state.refreshed(keys("a", 3600), at(3600));
            check(&state, &[(3600, "refresh")]);
        }
        let mut state = State::new(Policy::STABLE);
        state.refreshed(keys("a", 3600), at(0));
        state.refreshed(keys("a", 3600), at(3300));
        check(&state, &[(3300, "use a until 3330"), (3330, "use a and refresh")]);
    }

    #[test]
    fn rejected_credentials_are_refreshed_even_if_they_last() {
        let mut state = State::new(Policy::Strict);
        state.refreshed(Credentials::new("a", SecretAccessKey::new("hidden")), at(0));
        assert!(!state.invalidate("b"));
        check(&state, &[(0, "use a"), (u64::from(u32::MAX), "use a")]);
        assert!(state.invalidate("a"));
        check(&state, &[(5, "refresh")]);
        state.refreshed(Credentials::new("a", SecretAccessKey::new("hidden")), at(5));
        check(&state, &[(5, "use a until 65"), (65, "refresh")]);
    }

    #[test]
    fn a_clock_set_back_does_not_prolong_anything() {
        let mut state = State::new(Policy::STABLE);
        state.refreshed(keys("a", 100), at(0));
        assert!(state.failed(error(ProvideErrorKind::Transient), at(50_000), 1.0).is_ok());
        check(&state, &[(50_000, "use a until 50600"), (90, "refresh")]);
    }
}
