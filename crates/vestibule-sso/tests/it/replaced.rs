//! Other processes that replace the token again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use vestibule_sso::{Contents, Error, MemoryTokenStore, Sessions, StoreError, TokenStore};
use vestibule_types::AccessToken;
use vestibule_world::{BoxFuture, Guard, World, WriteMode, block_on};
use zeroize::Zeroizing;

use crate::refresh::rotating;
use crate::support::{TestEnv, spell};

/// A store in which each read finds the other of two tokens.
#[derive(Debug)]
struct AlternatingStore {
    entries: MemoryTokenStore,
    tokens: [String; 2],
    reads: AtomicUsize,
}

impl TokenStore for AlternatingStore {
    fn location(&self, entry: &str) -> String {
        self.entries.location(entry)
    }

    fn load<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Contents>, StoreError>> {
        let is_token = entry.strip_suffix(".json").is_some();
        if !is_token {
            return self.entries.load(world, entry);
        }
        let read = self.reads.fetch_add(1, Ordering::SeqCst);
        let token = self.tokens[read % 2].clone().into_bytes();
        Box::pin(async { Ok(Some(Zeroizing::new(token))) })
    }

    fn store<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        contents: &'a [u8],
        mode: WriteMode,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.entries.store(world, entry, contents, mode)
    }

    fn remove<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.entries.remove(world, entry)
    }

    fn lock<'a>(
        &'a self,
        world: &'a World,
        name: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Guard>>, StoreError>> {
        self.entries.lock(world, name, at_most)
    }

    fn is_shared(&self) -> bool {
        true
    }
}

/// Returns a token beside processes that store "first" and "second", which expire in this many
/// seconds. No request is sent, since each time another process was faster.
fn replaced(left: i64, rejected: Option<&str>) -> Result<String, Error> {
    let env: TestEnv = rotating();
    let tokens = ["first", "second"].map(|access| env.token_text(access, left, Some("refresh")));
    let (entries, reads) = (MemoryTokenStore::default(), AtomicUsize::new(0));
    let sessions = Sessions::new(Arc::new(AlternatingStore { entries, tokens, reads }));
    let token = match rejected.map(AccessToken::new) {
        Some(rejected) => block_on(sessions.token_after(&env.world, &env.instance, &rejected)),
        None => block_on(sessions.live_token(&env.world, &env.instance)),
    };
    assert!(env.requested().is_empty());
    token.map(|token| token.access_token.expose().to_owned())
}

#[test]
fn token_that_others_replace_all_the_time_is_used_while_it_works() {
    assert_eq!(replaced(200, None).unwrap(), "first");
    for error in [replaced(-60, None).unwrap_err(), replaced(3_600, Some("first")).unwrap_err()] {
        assert!(matches!(error, Error::CannotRefresh { is_transient: true, .. }), "{error}");
        assert!(spell(&error).contains("other processes keep replacing the token"), "{error}");
    }
}
