//! What to do with a token at some moment: use it, refresh it, or sign in again.
//!
//! A pure function of the file and the time. The windows are those of the Rust and JavaScript SDKs:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html> (read 2026-11).

use std::time::Duration;

use vestibule_types::{ClientSecret, RefreshToken, Timestamp};

use crate::Token;

/// With no more than this left, a program does not reuse role credentials.
pub(crate) const REUSE_WINDOW: Duration = Duration::from_secs(15 * 60);

/// When to refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Refresh once no more than this remains. Default 5 minutes; [`Duration::MAX`] refreshes always.
    pub window: Duration,
    /// The shortest time between two attempts of one process. Default 30 seconds.
    pub gap: Duration,
    /// When this process last tried. Default: it has not.
    pub tried: Option<Timestamp>,
}

impl Policy {
    /// Refreshes earlier or later.
    #[must_use]
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Leaves more or less time between two attempts.
    #[must_use]
    pub const fn with_gap(mut self, gap: Duration) -> Self {
        self.gap = gap;
        self
    }

    /// With the last attempt of this process.
    #[must_use]
    pub fn with_tried(mut self, tried: impl Into<Option<Timestamp>>) -> Self {
        self.tried = tried.into();
        self
    }

    /// Until when no attempt is made. One that lies in the future was made by another clock.
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

/// What to do with a token.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever acts on it must know every case")]
pub enum Decision<'a> {
    /// Use it: more than the window remains.
    Fresh,
    /// Refresh it. Should that fail, the old one can be used as long as it is not expired.
    Refresh(Grant<'a>),
    /// Use it: something remains, though it cannot be refreshed.
    NotRefreshable(Obstacle),
    /// It is over, and cannot be refreshed.
    Expired(Obstacle),
}

/// What a refresh is bought with.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Grant<'a> {
    /// The client that the tokens were issued to.
    pub client_id: &'a str,
    /// What goes with it.
    pub client_secret: &'a ClientSecret,
    /// Buys the next access token. Often works once.
    pub refresh_token: &'a RefreshToken,
}

/// Why a token is not refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The file lacks a key that a refresh needs.
    Missing {
        /// The key, as in the file.
        key: &'static str,
    },
    /// The service has forgotten the client.
    RegistrationExpired {
        /// Since when.
        at: Timestamp,
    },
    /// This process tried a moment ago: a reason to wait, and none to sign in again.
    HeldOff {
        /// Until when.
        until: Timestamp,
    },
}

/// Decides.
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

/// What lasts comes before what passes, so that `HeldOff` means that a refresh is possible.
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

    /// A token that ends so many seconds from now, without anything to refresh it.
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
    fn five_minutes_are_too_few() {
        let policy = Policy::default();
        check(&refreshable(301), policy, "fresh");
        check(&refreshable(300), policy, "refresh");
        check(&refreshable(-1_000_000), policy, "refresh");
        check(&minimal(301), policy, "fresh");
    }

    #[test]
    fn the_window_is_the_callers() {
        let always = Policy::default().with_window(Duration::MAX);
        check(&refreshable(3600), always, "refresh");
        let late = Policy::default().with_window(Duration::ZERO);
        check(&refreshable(1), late, "fresh");
        check(&refreshable(0), late, "refresh");
    }

    #[test]
    fn what_cannot_be_refreshed_is_used_to_its_end() {
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
    fn an_expired_registration_refreshes_nothing() {
        let mut token = refreshable(-1);
        token.registration_expires_at = Some(at(0));
        let expected = "expired: RegistrationExpired { at: 2021-12-25T21:15:50Z }";
        check(&token, Policy::default(), expected);
    }

    #[test]
    fn attempts_keep_their_distance() {
        let tried = |seconds| Policy::default().with_tried(at(seconds));
        let until = |until: &str| format!("HeldOff {{ until: 2021-12-25T21:{until}Z }}");
        check(&refreshable(60), tried(-29), &format!("ending: {}", until("15:51")));
        check(&refreshable(-60), tried(0), &format!("expired: {}", until("16:20")));
        check(&refreshable(60), tried(-30), "refresh");
        check(&refreshable(60), tried(-29).with_gap(Duration::ZERO), "refresh");
        // The clock was set back since.
        check(&refreshable(60), tried(3600), "refresh");
        // What no waiting mends is said first.
        check(&minimal(60), tried(0), r#"ending: Missing { key: "refreshToken" }"#);
    }
}
