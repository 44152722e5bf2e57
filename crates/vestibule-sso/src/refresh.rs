//! From the stored token to one that works.

use std::time::Duration;

use vestibule_cache::Token;
use vestibule_cache::freshness::{Decision, Obstacle, Policy, decide};
use vestibule_oidc::{CreateToken, Grant, Tokens};
use vestibule_types::{AccessToken, Timestamp};
use vestibule_wire::Anonymous;
use vestibule_world::{CallError, World};

use crate::error::Fault;
use crate::memory::Tried;
use crate::store::Store;
use crate::{Error, Instance, NoTokenReason};

/// How long, and how often, a refused refresh looks whether another tool has just made it.
const SECOND_LOOK: Duration = Duration::from_secs(2);
const GLANCE: Duration = Duration::from_millis(100);

/// What the caller needs of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Want<'a> {
    /// That it works.
    Live,
    /// That it lasts a while, where that can be had.
    Lasting(Duration),
    /// That it is not this one.
    Other(&'a AccessToken),
}

impl Want<'_> {
    fn is_not(self, token: &Token) -> bool {
        matches!(self, Self::Other(rejected) if rejected.expose() == token.access_token.expose())
    }

    fn policy(self, token: &Token, tried: Option<&Tried>) -> Policy {
        let policy = Policy::default().with_tried(tried.map(|tried| tried.at));
        match self {
            Self::Lasting(span) => policy.with_window(span.max(policy.window)),
            Self::Other(_) if self.is_not(token) => policy.with_window(Duration::MAX),
            _ => policy,
        }
    }
}

/// The stored token, or the one it buys.
pub(crate) async fn token(
    world: &World,
    store: &Store<'_>,
    instance: &Instance,
    want: Want<'_>,
) -> Result<Token, Error> {
    let token = settled(world, store).await?;
    if let Some(settled) = without_asking(world, store, &token, want) {
        return settled.map(|()| token);
    }
    let lock = store.lock_refresh(world).await;
    // Whoever held the lock has most likely done the work.
    let token = settled(world, store).await?;
    if let Some(settled) = without_asking(world, store, &token, want) {
        return settled.map(|()| token);
    }
    let asked_at = world.clock.now();
    let answer = ask(world, instance, &token).await;
    // From here to the store nothing is awaited: the old refresh token may be spent.
    match answer {
        Ok(tokens) => {
            let expires_at = world.clock.now() + tokens.expires_in;
            let refreshed = token.refreshed(tokens.access_token, expires_at, tokens.refresh_token);
            store.write_token_or_keep(world, &refreshed);
            store.memory.remember(&store.token_file, Tried { at: asked_at, fault: None });
            drop(lock);
            tracing::debug!(%expires_at, "token refreshed");
            Ok(refreshed)
        }
        Err(Refusal::ForGood(reason)) => {
            store.memory.remember(&store.token_file, Tried { at: asked_at, fault: None });
            drop(lock);
            refused(world, store, token, want, reason).await
        }
        Err(Refusal::ForNow(fault)) => {
            let tried = Tried { at: asked_at, fault: Some(fault.to_string()) };
            store.memory.remember(&store.token_file, tried);
            drop(lock);
            if !want.is_not(&token) && !token.is_expired(world.clock.now()) {
                tracing::warn!(%fault, "the token could not be refreshed; the old one still works");
                return Ok(token);
            }
            Err(cannot_refresh(store, token.expires_at, fault))
        }
    }
}

/// Whether the token will do, or nothing will; `None` if it is worth asking the service.
fn without_asking(
    world: &World,
    store: &Store<'_>,
    token: &Token,
    want: Want<'_>,
) -> Option<Result<(), Error>> {
    let now = world.clock.now();
    let tried = store.memory.tried(&store.token_file);
    let (obstacle, over) = match decide(token, now, want.policy(token, tried.as_ref())) {
        Decision::Fresh => return Some(Ok(())),
        Decision::Refresh(_) => return None,
        Decision::NotRefreshable(obstacle) => (obstacle, want.is_not(token)),
        Decision::Expired(obstacle) => (obstacle, true),
    };
    if !over {
        return Some(Ok(()));
    }
    Some(Err(match (obstacle, tried) {
        (Obstacle::HeldOff { .. }, Some(Tried { at, fault: Some(reason) })) => {
            let seconds = now.saturating_since(at).as_secs();
            cannot_refresh(store, token.expires_at, Fault::HeldOff { seconds, reason })
        }
        _ if want.is_not(token) => revoked(world, store, token),
        (obstacle, _) => ended(store, token.expires_at, spell(obstacle)),
    }))
}

async fn ask(world: &World, instance: &Instance, token: &Token) -> Result<Tokens, Refusal> {
    let always = Policy::default().with_window(Duration::MAX);
    let Decision::Refresh(grant) = decide(token, world.clock.now(), always) else {
        return Err(Refusal::ForGood("it cannot be refreshed".to_owned()));
    };
    let operation = CreateToken {
        client_id: grant.client_id,
        client_secret: grant.client_secret,
        grant: Grant::RefreshToken(grant.refresh_token),
    };
    match world.call(&instance.oidc, &Anonymous, &operation).await {
        Ok(tokens) => Ok(tokens),
        Err(CallError::Answer(error)) if error.is_transient() => {
            Err(Refusal::ForNow(Fault::Service(error)))
        }
        Err(CallError::Answer(error)) => Err(Refusal::ForGood(error.to_string())),
        Err(CallError::Transport(error)) => Err(Refusal::ForNow(Fault::Transport(error))),
        Err(CallError::Unsendable(error)) => Err(Refusal::ForNow(Fault::Unsendable(error))),
    }
}

/// No to a refresh.
enum Refusal {
    ForGood(String),
    ForNow(Fault),
}

/// A tool that knows no lock may have spent the refresh token and be about to write: look again
/// for a moment, with the lock released, before saying that the session is over.
async fn refused(
    world: &World,
    store: &Store<'_>,
    token: Token,
    want: Want<'_>,
    reason: String,
) -> Result<Token, Error> {
    let until = world.clock.now() + SECOND_LOOK;
    loop {
        if let Some(other) = store.token_newer_than(world, Some(&token)) {
            return Ok(other);
        }
        if until <= world.clock.now() {
            break;
        }
        world.clock.sleep(GLANCE).await;
    }
    if want.is_not(&token) {
        return Err(revoked(world, store, &token));
    }
    if !token.is_expired(world.clock.now()) {
        return Ok(token);
    }
    Err(ended(store, token.expires_at, reason))
}

async fn settled(world: &World, store: &Store<'_>) -> Result<Token, Error> {
    store.settled_token(world).await.map_err(|why| needed(store, why))
}

fn needed(store: &Store<'_>, why: NoTokenReason) -> Error {
    Error::SignInNeeded { session: store.session.label().to_owned(), why }
}

fn ended(store: &Store<'_>, at: Timestamp, reason: String) -> Error {
    needed(store, NoTokenReason::Ended { at, reason: Some(reason) })
}

fn cannot_refresh(store: &Store<'_>, ended: Timestamp, fault: Fault) -> Error {
    Error::CannotRefresh {
        session: store.session.label().to_owned(),
        ended,
        source: Box::new(fault),
    }
}

/// The portal's word counts more than the file's date, and the next sign-in must know it.
fn revoked(world: &World, store: &Store<'_>, token: &Token) -> Error {
    store.end_token(world, token, world.clock.now());
    needed(store, NoTokenReason::Revoked)
}

fn spell(obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::Missing { key } => format!("the token file has no `{key}` to refresh it with"),
        Obstacle::RegistrationExpired { at } => format!("the client registration ended at {at}"),
        _ => "a refresh was refused a moment ago".to_owned(),
    }
}
