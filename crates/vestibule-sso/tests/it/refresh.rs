use std::sync::Arc;
use std::time::Duration;

use vestibule_world::{TransportError, TransportErrorKind, World, block_on, memory};

use crate::support::{Answer, LOST, TOKEN_FILE, TestEnv, spell};

pub(crate) const REFRESHED: Answer =
    (200, r#"{"accessToken":"new-access","expiresIn":3600,"refreshToken":"new-refresh"}"#);
pub(crate) const REFUSED: Answer =
    (400, r#"{"error":"invalid_grant","error_description":"no: old-refresh"}"#);

/// A service that accepts the first refresh token once.
pub(crate) fn rotating() -> TestEnv {
    TestEnv::new(|_, body| if body.contains("old-refresh") { REFRESHED } else { REFUSED })
}

#[test]
fn live_token_sends_no_request() {
    let env = rotating();
    env.store(301, Some("old-refresh"));
    assert_eq!(env.live().unwrap(), "old-access");
    assert!(env.requested().is_empty());
}

#[test]
fn token_that_expires_within_five_minutes_is_refreshed_and_stored() {
    for left in [300, 1, -9_999] {
        let env = rotating();
        env.store(left, Some("old-refresh"));
        assert_eq!(env.live().unwrap(), "new-access");
        let stored = env.stored().unwrap();
        assert_eq!(stored.refresh_token.unwrap().expose(), "new-refresh");
        assert_eq!(stored.expires_at.to_string(), "2026-01-01T01:00:00Z");
        assert_eq!(env.live().unwrap(), "new-access");
        assert_eq!(env.requested().len(), 1);
    }
}

#[test]
fn transient_failure_leaves_a_live_token_in_use() {
    for failure in [LOST, (503, ""), (200, "<html>captive portal</html>")] {
        let env = TestEnv::new(move |_, _| failure);
        env.store(200, Some("old-refresh"));
        assert_eq!(env.live().unwrap(), "old-access");
        let requests = env.requested().len();
        assert_eq!(env.live().unwrap(), "old-access");
        assert_eq!(env.requested().len(), requests, "not again within half a minute");
    }
}

#[test]
fn transient_failure_with_an_expired_token_is_no_reason_to_sign_in() {
    for (failure, requests) in [
        // The service may have spent the refresh token: no second attempt.
        (LOST, 1),
        ((504, ""), 1),
        ((200, "<html>captive portal</html>"), 1),
        // It has not.
        ((503, ""), 3),
        ((429, ""), 3),
        ((400, r#"{"error":"server_error"}"#), 3),
        ((400, r#"{"error":"slow_down"}"#), 1),
    ] {
        let env = TestEnv::new(move |_, _| failure);
        env.store(-60, Some("old-refresh"));
        for _ in 0..2 {
            let error = env.live().unwrap_err();
            assert!(!error.needs_sign_in(), "{failure:?}: {error}");
        }
        assert_eq!(env.requested().len(), requests, "{failure:?}, then held off");
        assert_eq!(env.state(), "refreshable");
        assert!(env.stored().is_some());
    }
}

#[test]
fn token_that_expires_during_a_failed_refresh_is_not_returned() {
    for (seconds, is_live) in [(59, true), (60, false)] {
        let env = rotating();
        env.store(60, Some("old-refresh"));
        let clock = env.clock.clone();
        let transport = memory::Transport::new(move |_| {
            clock.advance(Duration::from_secs(seconds));
            Err(TransportError::new(TransportErrorKind::Lost, "http://oidc.test"))
        });
        let world = World { transport: Arc::new(transport), ..env.world.clone() };
        let token = block_on(env.sessions.live_token(&world, &env.instance));
        assert_eq!(token.is_ok(), is_live, "{seconds}");
    }
}

#[test]
fn error_message_has_times_in_the_format_of_the_caller() {
    let env = TestEnv::new(|_, _| LOST);
    env.store(-60, Some("old-refresh"));
    let error = env.live().unwrap_err();
    assert_eq!(
        error.message(|at| format!("second {}", at.unix_seconds())),
        "The token of SSO session \"my-sso\" expired at second 1767225540 \
         and could not be refreshed."
    );
    env.store(-60, None);
    let error = env.live().unwrap_err();
    assert_eq!(error.message(|_| String::new()), "Your SSO session \"my-sso\" has expired.");
}

#[test]
fn token_that_cannot_be_refreshed_is_used_until_it_expires() {
    let env = rotating();
    env.store(10, None);
    assert_eq!(env.live().unwrap(), "old-access");
    env.store(-10, None);
    let error = spell(&env.live().unwrap_err());
    let expected =
        "Your SSO session \"my-sso\" has expired.: the stored token has no `refreshToken`";
    assert_eq!(error, expected);
    assert!(env.requested().is_empty());
}

#[test]
fn missing_corrupt_and_foreign_tokens_are_told_apart() {
    let env = rotating();
    let message = |env: &TestEnv| env.live().unwrap_err().to_string();
    assert_eq!(message(&env), "You are not signed in to SSO session \"my-sso\".");
    env.store_text("{\"accessToken\": \"half");
    assert!(message(&env).contains("the cached token is corrupt"), "{}", message(&env));
    assert!(message(&env).contains(TOKEN_FILE));
    env.store_text(&env.token_text("x", 3_600, None).replace("org.", "other."));
    assert!(message(&env).contains(
        "the cached token was issued for https://other.awsapps.com/start, \
         but sso_start_url is https://org.awsapps.com/start"
    ));
    env.store_text(&env.token_text("x", 3_600, None).replace("us-east-1", "us-east-2"));
    assert!(message(&env).contains("issued for us-east-2, but sso_region is now us-east-1"));
    assert!(env.requested().is_empty());
}

#[test]
fn rejected_token_is_not_returned_while_its_refresh_is_not_repeated() {
    for (failure, requests) in [(LOST, 1), ((503, ""), 3)] {
        let env = TestEnv::new(move |_, _| failure);
        env.store(3_600, Some("old-refresh"));
        let rejected = env.stored().unwrap().access_token;
        for _ in 0..2 {
            let next = env.sessions.token_after(&env.world, &env.instance, &rejected);
            let error = block_on(next).unwrap_err();
            assert!(!error.needs_sign_in(), "{error}");
        }
        assert_eq!(env.requested().len(), requests);
    }
}

#[test]
fn token_that_the_portal_rejects_is_refreshed_once_and_then_revoked() {
    let env = rotating();
    env.store(3_600, Some("old-refresh"));
    let token = env.stored().unwrap();
    let after = |rejected| block_on(env.sessions.token_after(&env.world, &env.instance, rejected));
    let refreshed = after(&token.access_token).unwrap();
    assert_eq!(refreshed.access_token.expose(), "new-access");
    // A caller that comes late with the old one gets the new one without a request.
    assert_eq!(after(&token.access_token).unwrap().access_token.expose(), "new-access");
    assert_eq!(env.requested().len(), 1);
    // The new one is rejected as well. That is recorded, and the file stays as it was.
    let error = after(&refreshed.access_token).unwrap_err();
    assert_eq!(error.to_string(), "Your SSO session \"my-sso\" has expired or was revoked.");
    assert_eq!(env.state(), "revoked");
    assert_eq!(env.stored().unwrap().expires_at.to_string(), "2026-01-01T01:00:00Z");
    let other = block_on(env.another_process().live_token(&env.world, &env.instance));
    assert!(other.unwrap_err().needs_sign_in());
    assert_eq!(env.requested().len(), 1);
}
