//! The result of a refresh must be storable before the refresh token is spent.

use std::io::ErrorKind;
use std::time::Duration;

use vestibule_sso::{Error, StoreErrorKind};
use vestibule_world::block_on;

use crate::refresh::{REFUSED, rotating};
use crate::support::{Answer, TestEnv};

const FULL: [ErrorKind; 3] =
    [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge];

#[test]
fn live_token_is_used_while_nothing_can_be_stored() {
    for refused in FULL.into_iter().chain([ErrorKind::ReadOnlyFilesystem, ErrorKind::Other]) {
        let env = rotating();
        env.store(200, Some("old-refresh"));
        env.files.refuse_writes(refused);
        assert_eq!(env.live().unwrap(), "old-access");
        assert!(env.requested().is_empty(), "{refused}");
        env.files.refuse_writes(None);
        assert_eq!(env.live().unwrap(), "new-access");
        assert_eq!(env.stored().unwrap().refresh_token.unwrap().expose(), "new-refresh");
    }
}

#[test]
fn expired_token_is_not_refreshed_on_a_full_disk() {
    for refused in FULL {
        let env = rotating();
        env.store(-60, Some("old-refresh"));
        env.files.refuse_writes(refused);
        let error = env.live().unwrap_err();
        assert!(matches!(&error, Error::Store(error) if error.kind == StoreErrorKind::Full));
        assert!(env.requested().is_empty());
        env.files.refuse_writes(None);
        assert_eq!(env.live().unwrap(), "new-access");
    }
}

#[test]
fn expired_token_in_a_read_only_home_is_refreshed_and_kept_in_memory() {
    let env = rotating();
    env.store(-60, Some("old-refresh"));
    env.files.freeze();
    assert_eq!(env.live().unwrap(), "new-access");
    assert_eq!(env.live().unwrap(), "new-access");
    assert_eq!(env.requested().len(), 1);
    // Another tool signs in after all: its token counts.
    env.files.refuse_writes(None);
    env.store_text(&env.token_text("others", 3_600, None));
    assert_eq!(env.live().unwrap(), "others");
    env.clock.advance(Duration::from_secs(3_600));
    assert!(env.live().unwrap_err().needs_sign_in());
}

#[test]
fn token_in_memory_is_refreshed_again_in_memory() {
    let refreshed: Answer =
        (200, r#"{"accessToken":"second","expiresIn":3600,"refreshToken":"second-refresh"}"#);
    let env = TestEnv::new(move |_, body| {
        if body.contains("old-refresh") {
            (200, r#"{"accessToken":"first","expiresIn":3600,"refreshToken":"first-refresh"}"#)
        } else if body.contains("first-refresh") {
            refreshed
        } else {
            REFUSED
        }
    });
    env.store(-60, Some("old-refresh"));
    env.files.freeze();
    assert_eq!(env.live().unwrap(), "first");
    env.clock.advance(Duration::from_secs(3_600));
    for _ in 0..2 {
        assert_eq!(env.live().unwrap(), "second");
    }
    assert_eq!(env.requested().len(), 2);
}

#[test]
fn refresh_needs_no_more_room_than_a_refreshed_token() {
    for (len, is_refreshed) in [(1_000, true), (3_000, false)] {
        let env = rotating();
        env.store_text(&env.token_text(&"a".repeat(len), -60, Some("old-refresh")));
        let token = block_on(env.sessions.live_token(&env.with_room(4_096), &env.instance));
        assert_eq!(token.is_ok(), is_refreshed, "{len}");
    }
}
