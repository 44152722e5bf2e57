use std::path::PathBuf;

use vestibule_cache::freshness::{Decision, Obstacle, Policy, decide};
use vestibule_types::Timestamp;
use vestibule_world::World;

use crate::NoTokenReason;
use crate::store::Store;

/// What the files say about one session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// The name of the session, or its start URL.
    pub session: String,
    /// Where its token is, or would be.
    pub token_file: PathBuf,
    /// The token, or why there is none.
    pub token: Result<TokenStatus, NoTokenReason>,
}

/// The clocks of a token.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TokenStatus {
    /// When the access token ends, or ended.
    pub expires_at: Timestamp,
    /// True if it is over.
    pub is_expired: bool,
    /// Whether it can be refreshed without anybody.
    pub refresh: Refresh,
}

/// Whether a token can be refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it can or it cannot")]
pub enum Refresh {
    /// It can, at the latest until the client registration ends.
    Until(Timestamp),
    /// It cannot: a key is missing in the file, or the registration is over.
    Impossible(&'static str),
}

impl Status {
    pub(crate) fn of(world: &World, store: &Store<'_>) -> Self {
        let now = world.clock.now();
        let always = Policy::default().with_window(std::time::Duration::MAX);
        let token = store.token(world).map(|token| {
            let refresh = match decide(&token, now, always) {
                Decision::NotRefreshable(Obstacle::Missing { key })
                | Decision::Expired(Obstacle::Missing { key }) => Refresh::Impossible(key),
                Decision::NotRefreshable(_) | Decision::Expired(_) => {
                    Refresh::Impossible("registrationExpiresAt")
                }
                _ => Refresh::Until(token.registration_expires_at.unwrap_or(token.expires_at)),
            };
            let is_expired = token.is_expired(now);
            TokenStatus { expires_at: token.expires_at, is_expired, refresh }
        });
        let session = store.session.label().to_owned();
        Self { session, token_file: store.token_file.clone(), token }
    }
}
