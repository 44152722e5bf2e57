//! The refresh of a token, of SSO sessions and console logins alike.

use std::sync::Arc;
use std::time::Duration;

use vestibule_types::{Timestamp, hex, with_causes};
use vestibule_world::{Guard, World, WriteMode};

use crate::error::RetryDelayed;
use crate::kind::{BoxError, RefreshError, SessionKind};
use crate::record::{PortalRecord, RefusedRefresh, SessionRecord, SessionStart};
use crate::shared::{Attempt, Destination, Snapshot, TokenHandle};
use crate::state::TokenProperties;
use crate::store::{StoreError, StoreErrorKind};
use crate::{Error, Fingerprint, SessionState};

/// The remaining lifetime at which a token is refreshed, as in the SDKs for Rust and JavaScript.
const WINDOW: Duration = Duration::from_secs(5 * 60);
/// The time between two attempts of one process.
const RETRY_INTERVAL: Duration = Duration::from_secs(30);
/// The time for which a refused refresh waits for the token of a tool without locks, which may have
/// used the refresh token first.
const WAIT_FOR_OTHERS: Duration = Duration::from_secs(2);
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// The longest wait for the lock, which is longer than any refresh takes: a process that holds it for
/// longer hangs, or was stopped.
const LOCK_WAIT: Duration = Duration::from_secs(150);
/// The number of times that another process may replace the token before this one gives up.
const ROUNDS: u32 = 5;

/// The requirement of a caller on a token.
#[derive(Clone, Debug)]
pub(crate) enum Requirement {
    /// Works now.
    Live,
    /// Lasts this long, if a refresh can achieve that.
    Lasting(Duration),
    /// Differs from this one, which the portal rejected.
    Other(Fingerprint),
}

impl Requirement {
    fn rejects(&self, token: &TokenProperties) -> bool {
        matches!(self, Self::Other(rejected) if *rejected == token.access_token)
    }

    fn window(&self) -> Duration {
        match self {
            Self::Lasting(span) => WINDOW.max(*span),
            Self::Live | Self::Other(_) => WINDOW,
        }
    }
}

/// The next step for the stored token.
enum Decision {
    Use,
    Refresh(TokenProperties),
    /// It was rejected and cannot be refreshed.
    Revoked(TokenProperties),
    Fail(Error),
}

/// The access token that is to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "refresh-helper", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "refresh-helper", serde(rename_all = "camelCase"))]
pub(crate) struct Due {
    pub(crate) access_token: Fingerprint,
    /// True if the portal rejected it.
    #[cfg_attr(feature = "refresh-helper", serde(default))]
    pub(crate) is_rejected: bool,
}

/// The result of an attempt to refresh.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The stored token is another one now, or cannot be refreshed.
    Changed,
    Refused,
    Unavailable {
        source: Arc<dyn std::error::Error + Send + Sync>,
        is_transient: bool,
        is_usable: bool,
    },
    /// Nothing was sent, since the result could not be stored.
    NotStorable(StoreError),
}

/// Returns the stored token, refreshed if need be.
pub(crate) async fn live_token<K: SessionKind>(
    world: &World,
    handle: &TokenHandle<K>,
    requirement: Requirement,
) -> Result<K::Token, Error> {
    let mut snapshot = handle.snapshot(world).await?;
    for _ in 0..ROUNDS {
        let token = match decide(handle, &snapshot, &requirement, world.clock.now()) {
            Decision::Use => return stored_token(handle, &snapshot),
            Decision::Fail(error) => return Err(error),
            Decision::Revoked(token) => return Err(record_revocation(world, handle, token).await),
            Decision::Refresh(token) => token,
        };
        let is_rejected = requirement.rejects(&token);
        let outcome = refresh(world, handle, &token, is_rejected).await;
        let can_use = !is_rejected && world.clock.now() < token.expires_at;
        match outcome {
            Outcome::Changed => {}
            Outcome::Refused => wait_for_others(world, handle, &token).await?,
            Outcome::Unavailable { source, is_usable, .. } if can_use && is_usable => {
                tracing::warn!(%source, "the token could not be refreshed; it has not expired yet");
                return stored_token(handle, &snapshot);
            }
            Outcome::Unavailable { source, is_transient, .. } => {
                return Err(cannot_refresh(handle, token.expires_at, is_transient, source));
            }
            Outcome::NotStorable(error) if can_use => {
                tracing::warn!(%error, "the token is not refreshed, since it could not be stored");
                return stored_token(handle, &snapshot);
            }
            Outcome::NotStorable(error) => return Err(error.into()),
        }
        snapshot = handle.snapshot(world).await?;
    }
    // Other processes replace the token again and again, with one that is due at once.
    let now = world.clock.now();
    match snapshot.properties::<K>(now) {
        Some(token) if token.expires_at <= now || requirement.rejects(&token) => {
            let source = Arc::from(BoxError::from("other processes keep replacing the token"));
            Err(cannot_refresh(handle, token.expires_at, true, source))
        }
        _ => stored_token(handle, &snapshot),
    }
}

fn stored_token<K: SessionKind>(
    handle: &TokenHandle<K>,
    snapshot: &Snapshot<K::Token>,
) -> Result<K::Token, Error> {
    let token = snapshot.stored.as_token().cloned();
    token.ok_or_else(|| handle.sign_in_needed(SessionState::NeverSignedIn).into())
}

fn decide<K: SessionKind>(
    handle: &TokenHandle<K>,
    snapshot: &Snapshot<K::Token>,
    requirement: &Requirement,
    now: Timestamp,
) -> Decision {
    let state = snapshot.state::<K>(now);
    let Some(token) = snapshot.properties::<K>(now) else {
        return Decision::Fail(handle.sign_in_needed(state).into());
    };
    // An attempt that lies in the future was made by another clock.
    let recent = handle
        .attempt(&token.access_token)
        .filter(|attempt| attempt.at <= now && now.saturating_since(attempt.at) < RETRY_INTERVAL);
    match state {
        SessionState::Valid { expires_at, refresh } => {
            let is_rejected = requirement.rejects(&token);
            let is_due = expires_at.saturating_since(now) <= requirement.window();
            match (refresh, recent) {
                _ if !is_rejected && !is_due => Decision::Use,
                (Err(_), _) | (Ok(()), Some(Attempt { error: None, .. })) if is_rejected => {
                    Decision::Revoked(token)
                }
                (Ok(()), Some(Attempt { at, error: Some(error), .. })) if is_rejected => {
                    Decision::Fail(retry_delayed(handle, expires_at, now, at, error))
                }
                (Err(_), _) | (Ok(()), Some(_)) => Decision::Use,
                // The refresh token may be spent. There is time until the access token expires.
                (Ok(()), None) if !is_rejected && is_awaiting_response(snapshot, &token) => {
                    Decision::Use
                }
                (Ok(()), None) => Decision::Refresh(token),
            }
        }
        SessionState::Refreshable { expired_at } => match recent {
            Some(Attempt { at, error: Some(error), .. }) => {
                Decision::Fail(retry_delayed(handle, expired_at, now, at, error))
            }
            _ => Decision::Refresh(token),
        },
        state => Decision::Fail(handle.sign_in_needed(state).into()),
    }
}

fn is_awaiting_response<T>(snapshot: &Snapshot<T>, token: &TokenProperties) -> bool {
    snapshot.record.awaiting_response.is_some()
        && snapshot.record.awaiting_response.as_ref() == token.refresh.as_ref().ok()
}

/// Refreshes this token, unless the stored one is another by then.
async fn refresh<K: SessionKind>(
    world: &World,
    handle: &TokenHandle<K>,
    due: &TokenProperties,
    is_rejected: bool,
) -> Outcome {
    let due = Due { access_token: due.access_token.clone(), is_rejected };
    #[cfg(feature = "refresh-helper")]
    if let Some(outcome) = crate::refresh_job::refresh_by_helper(world, handle, &due).await {
        return outcome;
    }
    let task = refresh_here(world.clone(), handle.clone(), due, false);
    world.run_to_completion(task).await.unwrap_or_else(|| {
        let aborted = "the task that refreshes was aborted";
        let source = Arc::from(BoxError::from(aborted));
        Outcome::Unavailable { source, is_transient: true, is_usable: true }
    })
}

/// Refreshes the token in this process. `must_store` is false where the caller could use a token
/// that cannot be stored.
pub(crate) async fn refresh_here<K: SessionKind>(
    world: World,
    handle: TokenHandle<K>,
    due: Due,
    must_store: bool,
) -> Outcome {
    let lock = lock(&world, &handle).await;
    let snapshot = match handle.snapshot(&world).await {
        Ok(snapshot) => snapshot,
        Err(error) => return Outcome::NotStorable(error),
    };
    let properties = snapshot.properties::<K>(world.clock.now());
    let (Some(token), Some(properties)) = (snapshot.stored.as_token(), properties) else {
        return Outcome::Changed;
    };
    let Ok(refresh_token) = properties.refresh.clone() else { return Outcome::Changed };
    // Another process has done it while this one waited for the lock.
    if !is_still_due::<K>(&world, &snapshot, &due) {
        return Outcome::Changed;
    }
    let has_expired = properties.expires_at <= world.clock.now();
    let destination = match handle.prepare(&world, token).await {
        Ok(destination) => destination,
        // In a home folder that stays read-only, every call would fail otherwise.
        Err(error) if error.kind == StoreErrorKind::ReadOnly && has_expired && !must_store => {
            tracing::warn!(%error, "the refreshed token is kept in memory, since it could not be stored");
            Destination::Memory
        }
        Err(error) => return Outcome::NotStorable(error),
    };
    let started = world.clock.now();
    let mut record = snapshot.record.clone();
    record.request_id = Some(request_id(&world));
    if !K::ACCEPTS_AGAIN {
        // If this process is killed, the next one knows that the token may be spent.
        record.awaiting_response = Some(refresh_token.clone());
    }
    handle.store_record(&world, record.clone()).await;
    let response = handle.kind.exchange(&world, token).await;
    let now = world.clock.now();
    let due = due.access_token;
    let mut attempt = Attempt { access_token: due.clone(), at: started, error: None };
    let outcome = match response {
        Ok(refreshed) => {
            handle.store_refreshed(&world, destination, &refreshed, due.clone()).await;
            attempt.access_token = K::properties(&refreshed, now).access_token;
            let began = record.began(&due).cloned();
            let began = began
                .map(|began| SessionStart { access_token: attempt.access_token.clone(), ..began });
            record_session_length(&world, &handle, began.as_ref(), now, false).await;
            handle.store_record(&world, SessionRecord { began, ..SessionRecord::default() }).await;
            tracing::debug!("token refreshed");
            Outcome::Changed
        }
        Err(RefreshError::Refused { source, ends_session }) => {
            let response_lost = snapshot
                .record
                .awaiting_response
                .as_ref()
                .is_some_and(|lost| *lost == refresh_token);
            if !response_lost {
                record_session_length(&world, &handle, record.began(&due), now, true).await;
            }
            record.awaiting_response = None;
            record.refused = Some(RefusedRefresh {
                refresh_token,
                at: now,
                message: with_causes(&*source),
                response_lost,
                ends_session,
            });
            handle.store_record(&world, record).await;
            Outcome::Refused
        }
        Err(RefreshError::Unavailable { source, may_be_spent, is_transient, is_usable }) => {
            let source = Arc::from(source);
            // The service did not process the request, so this process is not awaiting a response.
            if !may_be_spent && record.awaiting_response != snapshot.record.awaiting_response {
                record.awaiting_response.clone_from(&snapshot.record.awaiting_response);
                handle.store_record(&world, record).await;
            }
            attempt.error = Some(Arc::clone(&source));
            Outcome::Unavailable { source, is_transient, is_usable }
        }
    };
    handle.record_attempt(attempt);
    drop(lock);
    outcome
}

/// Takes the lock that every process takes before it replaces or removes the token.
///
/// Returns `None` if there can be no lock, or if one process holds it for longer than any refresh
/// takes. While other processes take it in turn, each of which sends a request, it is waited for.
pub(crate) async fn lock<K: SessionKind>(
    world: &World,
    handle: &TokenHandle<K>,
) -> Option<Box<dyn Guard>> {
    let mut request_id = handle.record(world).await.request_id;
    for _ in 0..ROUNDS {
        let guard = handle.lock(world, "lock", LOCK_WAIT).await;
        let before = std::mem::replace(&mut request_id, handle.record(world).await.request_id);
        if guard.is_some() || request_id == before {
            return guard;
        }
    }
    None
}

fn request_id(world: &World) -> String {
    let mut random = [0; 8];
    world.entropy.fill(&mut random);
    hex(&random)
}

/// Returns `true` if the stored token is still this one and can be refreshed.
pub(crate) fn is_still_due<K: SessionKind>(
    world: &World,
    snapshot: &Snapshot<K::Token>,
    due: &Due,
) -> bool {
    let now = world.clock.now();
    let Some(token) = snapshot.properties::<K>(now) else { return false };
    let is_same = token.access_token == due.access_token;
    // The response of another process was lost while this one waited for the lock.
    let may_be_spent = is_awaiting_response(snapshot, &token) && now < token.expires_at;
    let can_refresh = matches!(
        snapshot.state::<K>(now),
        SessionState::Refreshable { .. } | SessionState::Valid { refresh: Ok(()), .. }
    );
    is_same && can_refresh && (due.is_rejected || !may_be_spent)
}

/// Records how long a session of this portal lasted, if its start is known.
async fn record_session_length<K: SessionKind>(
    world: &World,
    handle: &TokenHandle<K>,
    began: Option<&SessionStart>,
    now: Timestamp,
    is_refused: bool,
) {
    let (Some(began), Some(entry)) = (began, handle.kind.portal_entry()) else { return };
    let span = now.saturating_since(began.at);
    let tokens = &handle.store.tokens;
    let stored = tokens.load(world, &entry).await.ok().flatten();
    let before = stored.map(|contents| PortalRecord::read(&contents)).unwrap_or_default();
    let mut portal = before;
    if is_refused {
        portal.refused_after(span);
    } else {
        portal.lasted(span);
    }
    if portal != before {
        let _ = tokens.store(world, &entry, &portal.write(), WriteMode::BestEffort).await;
    }
}

/// Waits for a tool that takes no lock: it may have spent the refresh token, and be about to store
/// the next one.
async fn wait_for_others<K: SessionKind>(
    world: &World,
    handle: &TokenHandle<K>,
    refused: &TokenProperties,
) -> Result<(), Error> {
    let mut poll = world.poll(POLL_INTERVAL, WAIT_FOR_OTHERS);
    loop {
        let properties = handle.snapshot(world).await?.properties::<K>(world.clock.now());
        let is_same = properties.is_none_or(|token| token.access_token == refused.access_token);
        if !is_same || !poll.pause().await {
            return Ok(());
        }
    }
}

/// Records that the portal rejected a token, so that nothing uses it anymore.
async fn record_revocation<K: SessionKind>(
    world: &World,
    handle: &TokenHandle<K>,
    token: TokenProperties,
) -> Error {
    let record = handle.record(world).await;
    let record = SessionRecord { revoked: Some(token.access_token), ..record };
    handle.store_record(world, record).await;
    handle.sign_in_needed(SessionState::Revoked).into()
}

fn retry_delayed<K: SessionKind>(
    handle: &TokenHandle<K>,
    expired_at: Timestamp,
    now: Timestamp,
    at: Timestamp,
    source: Arc<dyn std::error::Error + Send + Sync>,
) -> Error {
    let seconds = now.saturating_since(at).as_secs();
    cannot_refresh(handle, expired_at, true, Arc::new(RetryDelayed { seconds, source }))
}

fn cannot_refresh<K: SessionKind>(
    handle: &TokenHandle<K>,
    expired_at: Timestamp,
    is_transient: bool,
    source: Arc<dyn std::error::Error + Send + Sync>,
) -> Error {
    let session = handle.kind.label().to_owned();
    Error::CannotRefresh { what: K::NOUN, session, expired_at, is_transient, source }
}
