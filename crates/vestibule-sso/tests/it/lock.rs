//! Waiting for another process that refreshes the same token.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use vestibule_world::{Clock as _, Files as _, WriteMode, block_on};

use crate::refresh::{REFUSED, rotating};
use crate::support::{Action, LOST, TestEnv, beside};

/// Refreshes an expired token whose lock another process holds, and returns the seconds it took.
fn refresh_beside_others(env: &TestEnv, actions: Vec<(u64, Action)>) -> u64 {
    env.store(-60, Some("old-refresh"));
    let start = env.clock.now();
    let world = env.beside_others(actions);
    let token = block_on(env.sessions.live_token(&world, &env.instance)).unwrap();
    assert_eq!(token.access_token.expose(), "new-access");
    env.clock.now().saturating_since(start).as_secs()
}

#[test]
fn lock_of_a_process_that_hangs_is_waited_for_once() {
    let env = rotating();
    let _held = env.take_lock("lock");
    assert_eq!(refresh_beside_others(&env, Vec::new()), 150);
}

#[test]
fn lock_that_several_processes_take_in_turn_is_waited_for() {
    let env = rotating();
    let held = env.take_lock("lock");
    let files = env.files.clone();
    let request = move |record: &str| {
        let path = beside("session");
        files.replace(&path, record.as_bytes(), WriteMode::BestEffort).unwrap();
    };
    request(r#"{"requestId":"1"}"#);
    // The first process gives up after 120 seconds, and the next one sends its request.
    let second_process = move || request(r#"{"requestId":"2"}"#);
    let took = refresh_beside_others(
        &env,
        vec![(120, Box::new(second_process)), (240, Box::new(move || drop(held)))],
    );
    assert_eq!(took, 240);
}

/// A waiting process compares the names to see whether another one has the lock now.
#[test]
fn each_request_is_recorded_under_another_name() {
    let env = TestEnv::new(|_, _| LOST);
    env.store(-60, Some("old-refresh"));
    let mut names = HashSet::new();
    for _ in 0..3 {
        env.live().unwrap_err();
        let record = env.files.read(&beside("session")).unwrap();
        let record: Value = serde_json::from_slice(&record).unwrap();
        names.insert(record["requestId"].as_str().unwrap().to_owned());
        env.clock.advance(Duration::from_secs(30));
    }
    assert_eq!((names.len(), env.requested().len()), (3, 3));
}

#[test]
fn refresh_that_another_process_was_refused_meanwhile_is_not_sent() {
    let other = TestEnv::new(|_, _| REFUSED);
    other.store(-60, Some("old-refresh"));
    other.live().unwrap_err();
    let refusal = other.files.read(&beside("session")).unwrap();

    let env = rotating();
    env.store(-60, Some("old-refresh"));
    let (files, held) = (env.files.clone(), env.take_lock("lock"));
    let world = env.beside_others(vec![(
        10,
        Box::new(move || {
            files.replace(&beside("session"), &refusal, WriteMode::BestEffort).unwrap();
            drop(held);
        }),
    )]);
    let error = block_on(env.sessions.live_token(&world, &env.instance)).unwrap_err();
    assert!(error.needs_sign_in(), "{error}");
    assert!(env.requested().is_empty());
}

/// The process that waits for the response has the lock, perhaps for minutes.
#[test]
fn access_token_whose_refresh_has_no_response_is_used_without_the_lock() {
    let env = TestEnv::new(|_, _| LOST);
    env.store(200, Some("old-refresh"));
    assert_eq!(env.live().unwrap(), "old-access");
    env.clock.advance(Duration::from_secs(60));
    let before = env.clock.now();
    let _held = env.take_lock("lock");
    assert_eq!(env.live().unwrap(), "old-access");
    assert_eq!(env.clock.now(), before);
}
