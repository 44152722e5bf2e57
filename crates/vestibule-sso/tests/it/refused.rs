//! A refused refresh is remembered until there is another token.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use vestibule_sso::Sessions;
use vestibule_world::{Clock as _, Files as _, World, WriteMode, block_on, memory};

use crate::refresh::{REFUSED, rotating};
use crate::support::{TOKEN_FILE, TestEnv, spell};

/// A service that refuses, and a token that expired a minute ago.
fn refused() -> TestEnv {
    let env = TestEnv::new(|_, _| REFUSED);
    env.store(-60, Some("old-refresh"));
    env
}

#[test]
fn refused_refresh_is_an_expired_session_and_keeps_the_token() {
    let env = refused();
    assert_eq!(env.state(), "refreshable");
    let before = env.files.read(Path::new(TOKEN_FILE)).unwrap();
    let error = env.live().unwrap_err();
    assert!(error.needs_sign_in());
    assert_eq!(
        spell(&error),
        "Your SSO session \"my-sso\" has expired.: \
         the service refused the refresh at 2026-01-01T00:00:00Z: \
         the grant is no longer valid: invalid_grant: no: … (HTTP 400)"
    );
    assert_eq!(env.state(), "expired");
    assert_eq!(env.files.read(Path::new(TOKEN_FILE)).unwrap(), before);
}

#[test]
fn refused_refresh_is_remembered_by_every_process() {
    let env = refused();
    env.live().unwrap_err();
    assert_eq!(env.requested().len(), 1);
    for _ in 0..3 {
        let before = env.world.clock.now();
        let sessions = env.another_process();
        let error = block_on(sessions.live_token(&env.world, &env.instance)).unwrap_err();
        assert!(error.needs_sign_in());
        assert_eq!(env.world.clock.now(), before, "nothing is waited for");
    }
    env.clock.advance(Duration::from_secs(24 * 3600));
    assert!(env.live().unwrap_err().needs_sign_in());
    assert_eq!(env.requested().len(), 1);
}

#[test]
fn refused_refresh_is_remembered_in_the_process_without_a_disk() {
    let env = refused();
    env.files.freeze();
    env.live().unwrap_err();
    assert!(env.live().unwrap_err().needs_sign_in());
    assert_eq!(env.requested().len(), 1);
    assert_eq!(env.state(), "expired");
}

#[test]
fn no_file_of_the_record_ends_in_json() {
    let env = refused();
    env.live().unwrap_err();
    let names = env.files.list(Path::new("/home/.aws/sso/cache")).unwrap();
    let json = names.iter().filter(|path| path.extension().is_some_and(|ext| ext == "json"));
    assert_eq!(json.count(), 1);
    assert_eq!(names.len(), 2);
}

#[test]
fn live_token_outlives_a_refused_refresh() {
    let env = TestEnv::new(|_, _| REFUSED);
    env.store(200, Some("old-refresh"));
    assert_eq!(env.live().unwrap(), "old-access");
    assert_eq!(env.live().unwrap(), "old-access");
    assert_eq!(env.requested().len(), 1);
    assert_eq!(env.state(), "valid");
    env.clock.advance(Duration::from_secs(200));
    assert!(env.live().unwrap_err().needs_sign_in());
    assert_eq!(env.state(), "expired");
    assert_eq!(env.requested().len(), 1);
}

/// Whatever tool wrote it, and also while a failure is remembered.
#[test]
fn new_token_on_disk_overrides_a_refusal_and_a_backoff_at_once() {
    for answer in [REFUSED, (503, "")] {
        let env = TestEnv::new(move |_, _| answer);
        env.store(-60, Some("old-refresh"));
        env.live().unwrap_err();
        for hour in 0..24 {
            // As the AWS CLI writes it.
            let text = env.token_text(&format!("access-{hour}"), 3_600, Some("others"));
            drop(env.files.replace(Path::new(TOKEN_FILE), text.as_bytes(), WriteMode::Durable));
            assert_eq!(env.live().unwrap(), format!("access-{hour}"));
            assert_eq!(env.state(), "valid");
            env.clock.advance(Duration::from_secs(3_600));
            env.live().unwrap_err();
        }
    }
}

#[test]
fn token_of_a_tool_without_locks_is_waited_for_after_a_refusal() {
    let env = refused();
    // The other tool stores its token while our request is refused.
    let text = env.token_text("others-access", 3_600, Some("others-refresh"));
    let files = env.files.clone();
    let transport = memory::Transport::new(move |_| {
        files.replace(Path::new(TOKEN_FILE), text.as_bytes(), WriteMode::Durable).unwrap();
        let body = bytes::Bytes::from_static(REFUSED.1.as_bytes());
        Ok(http::Response::builder().status(400).body(body).unwrap())
    });
    let world = World { transport: Arc::new(transport), ..env.world.clone() };
    let token = block_on(env.sessions.live_token(&world, &env.instance)).unwrap();
    assert_eq!(token.access_token.expose(), "others-access");
}

#[test]
fn token_of_a_tool_without_locks_is_waited_for_at_most_two_seconds() {
    for (seconds, is_in_time) in [(1, true), (2, true), (3, false)] {
        let env = refused();
        let (files, text) = (env.files.clone(), env.token_text("others-access", 3_600, None));
        let world = env.beside_others(vec![(
            seconds,
            Box::new(move || {
                files.replace(Path::new(TOKEN_FILE), text.as_bytes(), WriteMode::Durable).unwrap();
            }),
        )]);
        let start = env.clock.now();
        let token = block_on(env.sessions.live_token(&world, &env.instance));
        assert_eq!(token.is_ok(), is_in_time, "{seconds}");
        let took = env.clock.now().saturating_since(start);
        assert_eq!(took, Duration::from_secs(seconds.min(2)));
    }
}

#[test]
fn refusal_of_one_session_says_nothing_of_another_in_memory() {
    let env = rotating();
    let sessions = Sessions::in_memory();
    let error = block_on(sessions.live_token(&env.world, &env.instance)).unwrap_err();
    assert!(error.needs_sign_in());
    assert!(env.requested().is_empty());
}

#[test]
fn token_that_is_replaced_while_the_record_is_read_is_used() {
    let env = refused();
    env.live().unwrap_err();
    let token = env.token_text("other-access", 3_600, Some("other-refresh"));
    let files = env.files.clone();
    // Another tool stores a token when the record of the session has been read.
    let world = env.after_reads(move |path| {
        if path.extension().is_some_and(|extension| extension == "session") {
            let path = Path::new(TOKEN_FILE);
            files.replace(path, token.as_bytes(), WriteMode::Durable).unwrap();
        }
    });
    let token = block_on(env.another_process().live_token(&world, &env.instance)).unwrap();
    assert_eq!(token.access_token.expose(), "other-access");
}
