//! A refresh whose response never arrived.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use vestibule_types::AccessToken;
use vestibule_world::{BoxFuture, Tasks, World, block_on, memory};

use crate::refresh::{REFRESHED, REFUSED};
use crate::support::{LOST, TestEnv, spell};

#[test]
fn refusal_after_a_lost_response_is_an_error_that_names_the_lost_response() {
    let attempts = AtomicU32::new(0);
    let env = TestEnv::new(move |_, _| match attempts.fetch_add(1, Ordering::SeqCst) {
        0 => LOST,
        _ => REFUSED,
    });
    env.store(-60, Some("old-refresh"));
    assert!(!env.live().unwrap_err().needs_sign_in());
    env.clock.advance(Duration::from_secs(30));
    let error = block_on(env.another_process().live_token(&env.world, &env.instance)).unwrap_err();
    assert!(error.needs_sign_in());
    let text = spell(&error);
    assert!(text.contains("the response to a refresh was lost"), "{text}");
    assert_eq!(env.state(), "expired");
}

#[test]
fn refresh_token_that_may_be_spent_is_not_sent_again_while_the_access_token_works() {
    let env = TestEnv::new(|_, _| LOST);
    env.store(180, Some("old-refresh"));
    for _ in 0..3 {
        assert_eq!(env.live().unwrap(), "old-access");
        env.clock.advance(Duration::from_secs(60));
    }
    assert_eq!(env.requested().len(), 1);
    env.live().unwrap_err();
    assert_eq!(
        env.requested().len(),
        2,
        "the access token has expired, so the refresh token is tried again"
    );
}

#[test]
fn refresh_token_that_was_not_spent_is_sent_again_after_half_a_minute() {
    let env = TestEnv::new(|_, _| (503, ""));
    env.store(200, Some("old-refresh"));
    for requests in [3, 6] {
        assert_eq!(env.live().unwrap(), "old-access");
        assert_eq!(env.requested().len(), requests);
        env.clock.advance(Duration::from_secs(30));
    }
}

#[test]
fn refresh_token_that_another_tool_stored_is_sent_although_an_earlier_response_was_lost() {
    let env = TestEnv::new(|_, body| if body.contains("old-refresh") { LOST } else { REFRESHED });
    env.store(200, Some("old-refresh"));
    assert_eq!(env.live().unwrap(), "old-access");
    env.store_text(&env.token_text("others", 200, Some("others-refresh")));
    assert_eq!(env.live().unwrap(), "new-access");
}

#[test]
fn rejected_token_is_refreshed_although_the_refresh_token_may_be_spent() {
    let env = TestEnv::new(|_, _| LOST);
    env.store(200, Some("old-refresh"));
    assert_eq!(env.live().unwrap(), "old-access");
    env.clock.advance(Duration::from_secs(30));
    let rejected = AccessToken::new("old-access");
    let next = env.sessions.token_after(&env.world, &env.instance, &rejected);
    assert!(!block_on(next).unwrap_err().needs_sign_in());
    assert_eq!(env.requested().len(), 2);
}

#[test]
fn session_is_valid_once_the_service_accepts_the_refresh_token_again() {
    let attempts = AtomicU32::new(0);
    let env = TestEnv::new(move |_, _| match attempts.fetch_add(1, Ordering::SeqCst) {
        0 => LOST,
        _ => REFRESHED,
    });
    env.store(-60, Some("old-refresh"));
    env.live().unwrap_err();
    env.clock.advance(Duration::from_secs(30));
    assert_eq!(env.live().unwrap(), "new-access");
    assert_eq!(env.state(), "valid");
}

/// Tasks that run only when the test runs them, also if the future that waits for them was dropped.
#[derive(Default)]
struct Manual(Mutex<Vec<Box<dyn FnOnce() + Send>>>);

impl fmt::Debug for Manual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Manual(..)")
    }
}

impl Tasks for Manual {
    fn spawn(&self, task: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
        self.0.lock().unwrap().push(Box::new(move || block_on(task)));
        Box::pin(std::future::pending())
    }
}

#[test]
fn dropped_future_loses_no_response() {
    for _ in 0..200 {
        let env = crate::refresh::rotating();
        env.store(-60, Some("old-refresh"));
        let tasks = Arc::new(Manual::default());
        let world = World { tasks: Some(tasks.clone()), ..env.world.clone() };
        {
            let mut future = pin!(env.sessions.live_token(&world, &env.instance));
            let mut context = Context::from_waker(Waker::noop());
            assert!(matches!(future.as_mut().poll(&mut context), Poll::Pending));
        }
        for task in tasks.0.lock().unwrap().drain(..) {
            task();
        }
        assert_eq!(env.stored().unwrap().refresh_token.unwrap().expose(), "new-refresh");
        assert_eq!(env.live().unwrap(), "new-access");
        assert_eq!(env.requested().len(), 1);
    }
}

#[test]
fn world_in_memory_needs_no_tasks() {
    assert!(memory::world().tasks.is_none());
}
