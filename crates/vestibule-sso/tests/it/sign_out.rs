use vestibule_world::block_on;

use crate::support::{LOST, TestEnv};

#[test]
fn token_is_removed_and_the_portal_session_ended() {
    let env = TestEnv::new(|_, _| (200, ""));
    env.store(3_600, None);
    let out = block_on(env.sessions.sign_out(&env.world, &env.instance)).unwrap();
    assert!(out.was_signed_in && out.portal.is_ok());
    assert_eq!(env.requested(), ["/logout"]);
    assert!(env.stored().is_none());
}

#[test]
fn token_is_removed_although_the_portal_does_not_respond() {
    let env = TestEnv::new(|_, _| LOST);
    env.store(3_600, None);
    let out = block_on(env.sessions.sign_out(&env.world, &env.instance)).unwrap();
    assert!(out.portal.is_err());
    assert!(env.stored().is_none());
}

#[test]
fn expired_token_is_removed_without_a_request() {
    let env = TestEnv::new(|_, _| LOST);
    let out = block_on(env.sessions.sign_out(&env.world, &env.instance)).unwrap();
    assert!(!out.was_signed_in);
    env.store(-1, None);
    block_on(env.sessions.sign_out(&env.world, &env.instance)).unwrap();
    assert!(env.requested().is_empty());
    assert!(env.stored().is_none());
}

#[test]
fn portal_session_that_expired_before_is_not_an_error() {
    for (response, is_ended) in [((401, "{}"), true), ((403, "{}"), false), ((500, ""), false)] {
        let env = TestEnv::new(move |_, _| response);
        env.store(3_600, None);
        let out = block_on(env.sessions.sign_out(&env.world, &env.instance)).unwrap();
        assert_eq!(out.portal.is_ok(), is_ended, "{response:?}");
        assert!(env.stored().is_none());
    }
}
