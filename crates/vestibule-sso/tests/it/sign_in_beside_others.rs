//! Two processes that sign in to one session.

use vestibule_oidc::{Flow, FlowError};
use vestibule_sso::{Event, SignInCause, SignInError, SignInOptions, Token};
use vestibule_world::{Clock as _, Files as _, WriteMode, block_on};

use crate::screen::Screen;
use crate::sign_in::approves;
use crate::support::{Action, TestEnv, beside};

/// Signs in while another process has the lock and performs this action after a second.
fn sign_in_beside(
    env: &TestEnv,
    screen: &Screen,
    action: Option<Action>,
) -> Result<Token, SignInError> {
    let world = env.beside_others(action.into_iter().map(|action| (1, action)).collect());
    let options = SignInOptions::new(Flow::DeviceCode);
    block_on(env.sessions.sign_in(&world, &env.instance, options, screen))
}

/// Returns the action of another process that has the lock: it stores a token, does `then`, and
/// releases the lock.
fn store_token(env: &TestEnv, then: impl FnOnce() + Send + 'static) -> Action {
    let (files, held) = (env.files.clone(), env.take_lock("login.lock"));
    let token = env.token_text("others", 3_600, None);
    Box::new(move || {
        files.replace(&beside("json"), token.as_bytes(), WriteMode::Durable).unwrap();
        then();
        drop(held);
    })
}

#[test]
fn token_of_the_process_that_signed_in_first_is_taken() {
    for old in [None, Some("ref")] {
        let env = approves();
        if old.is_some() {
            env.store(3_600, old);
        }
        let screen = Screen::default();
        let action = store_token(&env, || {});
        let token = sign_in_beside(&env, &screen, Some(action)).unwrap();
        assert_eq!(token.access_token.expose(), "others");
        assert_eq!(screen.events(), [Event::OtherProcess]);
        assert!(env.requested().is_empty() && screen.shown().is_empty());
    }
}

#[test]
fn user_is_asked_if_the_other_process_did_not_sign_in() {
    let env = approves();
    env.store(3_600, Some("ref"));
    let held = env.take_lock("login.lock");
    let screen = Screen::default();
    let token = sign_in_beside(&env, &screen, Some(Box::new(move || drop(held)))).unwrap();
    assert_eq!(token.access_token.expose(), "acc");
    assert_eq!(screen.events()[0], Event::OtherProcess);
    assert_eq!(screen.events().iter().filter(|event| **event == Event::OtherProcess).count(), 1);
    assert_eq!(screen.shown(), ["ABCD-EFGH"]);
}

#[test]
fn token_that_was_revoked_at_once_is_not_taken() {
    let env = approves();
    env.store(3_600, None);
    let (other, world, instance) = (env.another_process(), env.world.clone(), env.instance.clone());
    let action = store_token(&env, move || {
        let token = block_on(other.live_token(&world, &instance)).unwrap();
        let after = other.token_after(&world, &instance, &token.access_token);
        assert!(block_on(after).unwrap_err().needs_sign_in());
    });
    let token = sign_in_beside(&env, &Screen::default(), Some(action)).unwrap();
    assert_eq!(token.access_token.expose(), "acc");
}

#[test]
fn user_who_cancels_does_not_wait_for_the_other_process() {
    let env = approves();
    let _held = env.take_lock("login.lock");
    let start = env.clock.now();
    let screen = Screen::cancelling_after(3);
    let error = sign_in_beside(&env, &screen, None).unwrap_err();
    let cancelled = matches!(
        error,
        SignInError::Failed { source: SignInCause::Flow(FlowError::Cancelled), .. }
    );
    assert!(cancelled, "{error:?}");
    assert_eq!(env.clock.now().saturating_since(start).as_millis(), 100);
    assert!(env.requested().is_empty());
}
