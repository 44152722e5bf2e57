//! The length of portal sessions, as far as it can be observed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use vestibule_sso::PortalSession;

use crate::refresh::REFUSED;
use crate::screen::Screen;
use crate::sign_in::sign_in;
use crate::support::{Answer, LOST, TestEnv};

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3_600)
}

/// A service where the user approves at once.
struct Portal {
    env: TestEnv,
    /// Whether the session is alive, so that a refresh succeeds.
    is_alive: Arc<AtomicBool>,
    /// Whether the next response to a refresh is lost.
    loses_response: Arc<AtomicBool>,
}

impl Portal {
    fn new() -> Self {
        let (is_alive, loses_response) =
            (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (accepts, loses) = (is_alive.clone(), loses_response.clone());
        let issued = AtomicU32::new(0);
        let env = TestEnv::new(move |path, body| -> Answer {
            match path {
                "/client/register" => (
                    200,
                    r#"{"clientId":"cid","clientSecret":"hidden","clientSecretExpiresAt":1798761600}"#,
                ),
                "/device_authorization" => (
                    200,
                    r#"{"deviceCode":"dev","userCode":"ABCD-EFGH",
                    "verificationUri":"https://d.test/","expiresIn":600,"interval":1}"#,
                ),
                _ if body.contains("deviceCode") || accepts.load(Ordering::SeqCst) => {
                    // Another token each time.
                    match issued.fetch_add(1, Ordering::SeqCst) {
                        0 => (200, r#"{"accessToken":"1","expiresIn":3600,"refreshToken":"r1"}"#),
                        1 => (200, r#"{"accessToken":"2","expiresIn":3600,"refreshToken":"r2"}"#),
                        _ => (200, r#"{"accessToken":"3","expiresIn":3600,"refreshToken":"r3"}"#),
                    }
                }
                _ => {
                    if loses.swap(false, Ordering::SeqCst) {
                        LOST
                    } else {
                        REFUSED
                    }
                }
            }
        });
        Self { env, is_alive, loses_response }
    }

    /// Signs in, and needs a token so much later.
    fn use_after(&self, span: Duration) -> Result<String, vestibule_sso::Error> {
        sign_in(&self.env, &Screen::default()).unwrap();
        self.env.clock.advance(span);
        self.env.live()
    }

    /// Signs in, and returns the estimate for the new session.
    fn estimate(&self) -> PortalSession {
        sign_in(&self.env, &Screen::default()).unwrap();
        self.env.status().portal_session.unwrap()
    }
}

#[test]
fn session_length_is_learned_from_two_sessions_that_expired() {
    let portal = Portal::new();
    for _ in 0..2 {
        let before = portal.estimate();
        assert_eq!((before.length(), before.is_learned), (hours(8), false));
        assert!(portal.use_after(hours(2)).unwrap_err().needs_sign_in());
    }
    let session = portal.estimate();
    assert_eq!((session.length(), session.is_learned), (hours(2), true));
}

#[test]
fn session_length_is_learned_from_a_session_that_lasts_longer() {
    let portal = Portal::new();
    portal.is_alive.store(true, Ordering::SeqCst);
    portal.use_after(hours(11)).unwrap();
    let session = portal.env.status().portal_session.unwrap();
    assert_eq!((session.length(), session.is_learned), (hours(11), true));
}

/// The service may have refused it because it accepts each refresh token once.
#[test]
fn session_length_is_not_learned_from_a_refusal_after_a_lost_response() {
    let portal = Portal::new();
    for _ in 0..2 {
        portal.loses_response.store(true, Ordering::SeqCst);
        assert!(!portal.use_after(hours(2)).unwrap_err().needs_sign_in());
        portal.env.clock.advance(Duration::from_secs(30));
        assert!(portal.env.live().unwrap_err().needs_sign_in());
    }
    assert_eq!(portal.estimate().length(), hours(8));
}
