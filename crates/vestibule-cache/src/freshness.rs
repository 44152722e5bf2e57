//! The decision whether a token is used, refreshed, or requires a new sign-in.
//!
//! It is a pure function of the token and the time. The windows are those of the Rust and JavaScript SDKs:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html> (read 2026-11).

use std::time::Duration;

use vestibule_types::{ClientSecret, RefreshToken, Timestamp};

use crate::Token;

/// Cached role credentials that expire within this time are not used.
pub(crate) const REUSE_WINDOW: Duration = Duration::from_secs(15 * 60);

/// The limits for refreshes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// A token that expires within this time is refreshed. Default: 5 minutes; [`Duration::MAX`]
    /// refreshes always.
    pub window: Duration,
    /// The shortest time between two attempts of one process. Default: 30 seconds.
    pub gap: Duration,
    /// The time of the last attempt of this process. Default: none.
    pub tried: Option<Timestamp>,
}

impl Policy {
    /// Sets the time before expiration from which a token is refreshed.
    #[must_use]
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Sets the shortest time between two attempts.
    #[must_use]
    pub const fn with_gap(mut self, gap: Duration) -> Self {
        self.gap = gap;
        self
    }

    /// Sets the time of the last attempt of this process.
    #[must_use]
    pub fn with_tried(mut self, tried: impl Into<Option<Timestamp>>) -> Self {
        self.tried = tried.into();
        self
    }

    /// Returns until when no attempt is made. An attempt in the future is one of a clock that was set
    /// back since.
    fn held_off_until(&self, now: Timestamp) -> Option<Timestamp> {
        let tried = self.tried.filter(|tried| *tried <= now)?;
        Some(tried + self.gap).filter(|until| now < *until)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self { window: Duration::from_secs(5 * 60), gap: Duration::from_secs(30), tried: None }
    }
}

/// The decision about a token; the result of [`decide`].
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "callers must handle every case")]
pub enum Decision<'a> {
    /// Use it: it does not expire within the window.
    Fresh,
    /// Refresh it. If that fails, the token can be used until it expires.
    Refresh(Grant<'a>),
    /// Use it: it expires soon, and cannot be refreshed.
    NotRefreshable(Obstacle),
    /// It is expired, and cannot be refreshed.
    Expired(Obstacle),
}

/// The parameters of a refresh.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Grant<'a> {
    /// The client that the tokens were issued to.
    pub client_id: &'a str,
    /// The secret of the client.
    pub client_secret: &'a ClientSecret,
    /// The refresh token. Many work only once.
    pub refresh_token: &'a RefreshToken,
}

/// The reason why a token is not refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The file lacks a key that a refresh needs.
    Missing {
        /// The key, as in the file.
        key: &'static str,
    },
    /// The client registration is expired.
    RegistrationExpired {
        /// The time when it expired.
        at: Timestamp,
    },
    /// The last attempt of this process was a moment ago: a reason to wait, not to sign in again.
    HeldOff {
        /// The time of the next attempt.
        until: Timestamp,
    },
}

/// Decides what to do with a token at the time `now`.
pub fn decide(token: &Token, now: Timestamp, policy: Policy) -> Decision<'_> {
    if policy.window < token.expires_at.saturating_since(now) {
        return Decision::Fresh;
    }
    match grant(token, now, policy) {
        Ok(grant) => Decision::Refresh(grant),
        Err(obstacle) if token.is_expired(now) => Decision::Expired(obstacle),
        Err(obstacle) => Decision::NotRefreshable(obstacle),
    }
}

/// Permanent obstacles are checked first, so `HeldOff` implies that a refresh is otherwise possible.
fn grant(token: &Token, now: Timestamp, policy: Policy) -> Result<Grant<'_>, Obstacle> {
    let missing = |key| move || Obstacle::Missing { key };
    let refresh_token = token.refresh_token.as_ref().ok_or_else(missing("refreshToken"))?;
    let client_id = token.client_id.as_deref().ok_or_else(missing("clientId"))?;
    let client_secret = token.client_secret.as_ref().ok_or_else(missing("clientSecret"))?;
    let at = token.registration_expires_at.ok_or_else(missing("registrationExpiresAt"))?;
    if at <= now {
        return Err(Obstacle::RegistrationExpired { at });
    }
    match policy.held_off_until(now) {
        Some(until) => Err(Obstacle::HeldOff { until }),
        None => Ok(Grant { client_id, client_secret, refresh_token }),
    }
}

#[cfg(test)]
mod tests {
    use vestibule_types::AccessToken;

    use super::*;
    use crate::Registration;

    const NOW: i64 = 1_640_466_950;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(NOW + seconds, 0).unwrap()
    }

    /// Returns a token that expires in so many seconds and cannot be refreshed.
    fn minimal(remaining: i64) -> Token {
        Token::new(AccessToken::new("t"), at(remaining))
    }

    fn refreshable(remaining: i64) -> Token {
        let client = Registration::new("c", ClientSecret::new("s"), at(86_400));
        minimal(remaining).with_client(&client).with_refresh_token(RefreshToken::new("r"))
    }

    #[track_caller]
    fn check(token: &Token, policy: Policy, expected: &str) {
        let found = match decide(token, at(0), policy) {
            Decision::Fresh => "fresh".to_owned(),
            Decision::Refresh(_) => "refresh".to_owned(),
            Decision::NotRefreshable(obstacle) => format!("ending: {obstacle:?}"),
            Decision::Expired(obstacle) => format!("expired: {obstacle:?}"),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn token_that_expires_within_five_minutes_is_refreshed() {
        let policy = Policy::default();
        check(&refreshable(301), policy, "fresh");
        check(&refreshable(300), policy, "refresh");
        check(&refreshable(-1_000_000), policy, "refresh");
        check(&minimal(301), policy, "fresh");
    }

    #[test]
    fn default_policy_refreshes_five_minutes_before_expiration_and_waits_thirty_seconds() {
        let policy = Policy::default();
        assert_eq!((policy.window.as_secs(), policy.gap.as_secs(), policy.tried), (300, 30, None));
    }

    #[test]
    fn refresh_uses_the_client_and_refresh_token_of_the_token() {
        let token = refreshable(0);
        let Decision::Refresh(grant) = decide(&token, at(0), Policy::default()) else {
            panic!("not refreshed");
        };
        let secrets = (grant.client_secret.expose(), grant.refresh_token.expose());
        assert_eq!((grant.client_id, secrets), ("c", ("s", "r")));
    }

    #[test]
    fn window_of_the_caller_applies() {
        let always = Policy::default().with_window(Duration::MAX);
        check(&refreshable(3600), always, "refresh");
        let late = Policy::default().with_window(Duration::ZERO);
        check(&refreshable(1), late, "fresh");
        check(&refreshable(0), late, "refresh");
    }

    #[test]
    fn token_that_cannot_be_refreshed_is_used_until_it_expires() {
        let policy = Policy::default();
        let missing = r#"Missing { key: "refreshToken" }"#;
        check(&minimal(1), policy, &format!("ending: {missing}"));
        check(&minimal(0), policy, &format!("expired: {missing}"));
        for (strip, key) in [
            ((|token| token.client_id = None) as fn(&mut Token), "clientId"),
            (|token| token.client_secret = None, "clientSecret"),
            (|token| token.registration_expires_at = None, "registrationExpiresAt"),
        ] {
            let mut token = refreshable(0);
            strip(&mut token);
            check(&token, policy, &format!("expired: Missing {{ key: {key:?} }}"));
        }
    }

    #[test]
    fn expired_registration_prevents_the_refresh() {
        let mut token = refreshable(-1);
        token.registration_expires_at = Some(at(0));
        let expected = "expired: RegistrationExpired { at: 2021-12-25T21:15:50Z }";
        check(&token, Policy::default(), expected);
    }

    #[test]
    fn second_attempt_waits_for_the_gap() {
        let tried = |seconds| Policy::default().with_tried(at(seconds));
        let until = |until: &str| format!("HeldOff {{ until: 2021-12-25T21:{until}Z }}");
        check(&refreshable(60), tried(-29), &format!("ending: {}", until("15:51")));
        check(&refreshable(-60), tried(0), &format!("expired: {}", until("16:20")));
        check(&refreshable(60), tried(-30), "refresh");
        check(&refreshable(60), tried(-29).with_gap(Duration::ZERO), "refresh");
        // The clock was set back after the attempt.
        check(&refreshable(60), tried(3600), "refresh");
        // A permanent obstacle is reported first.
        check(&minimal(60), tried(0), r#"ending: Missing { key: "refreshToken" }"#);
    }
}
