use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_world::World;

use crate::kind::SessionKind;
use crate::record::PortalRecord;
use crate::shared::TokenHandle;
use crate::{SessionState, StoreError};

/// The status of one session, from local files.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// The name of the session, or its start URL.
    pub session: String,
    /// Where its token is stored, or would be.
    pub location: String,
    /// The state of the session.
    pub state: Result<SessionState, StoreError>,
    /// When the client registration expires. It bounds refreshes, and says nothing about the
    /// portal session.
    pub registration_expires_at: Option<Timestamp>,
    /// The portal session, if this program signed in and the token can be refreshed.
    pub portal_session: Option<PortalSession>,
    /// Scopes that are configured, and that the token does not have.
    pub missing_scopes: Vec<String>,
}

/// The session at the portal, within which tokens can be refreshed. An administrator sets its
/// length, which no service returns, so the expiration is an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PortalSession {
    /// When the user signed in.
    pub began_at: Timestamp,
    /// When the session will probably expire.
    pub estimated_expiration: Timestamp,
    /// Whether the length was learned from earlier sessions of this portal; otherwise it is AWS's
    /// default of 8 hours.
    pub is_learned: bool,
}

/// The reason why a sign-in is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInReason {
    /// No token works, and none can be refreshed.
    NoSession,
    /// The token lacks these configured scopes.
    MissingScopes(Vec<String>),
    /// The session does not last long enough.
    ExpiresSoon {
        /// When it expires.
        at: Timestamp,
        /// Whether that is the estimate for the portal session.
        is_estimate: bool,
    },
}

impl Status {
    /// Returns why a sign-in is needed for a session that lasts longer than `min_remaining`;
    /// `None` if this session does.
    ///
    /// A session that can be refreshed lasts until the portal session expires. Where it is not
    /// known when that began, only the access token counts.
    pub fn sign_in_reason(&self, now: Timestamp, min_remaining: Duration) -> Option<SignInReason> {
        let Ok(
            state @ (SessionState::Valid { expires_at: at, .. }
            | SessionState::Refreshable { expired_at: at }),
        ) = &self.state
        else {
            return Some(SignInReason::NoSession);
        };
        if !self.missing_scopes.is_empty() {
            return Some(SignInReason::MissingScopes(self.missing_scopes.clone()));
        }
        let is_refreshable = !matches!(state, SessionState::Valid { refresh: Err(_), .. });
        let portal = self.portal_session.filter(|_| is_refreshable);
        let at = portal.map_or(*at, |portal| portal.estimated_expiration);
        let lasts = min_remaining < at.saturating_since(now);
        (!lasts).then_some(SignInReason::ExpiresSoon { at, is_estimate: portal.is_some() })
    }
}

impl PortalSession {
    fn new(began_at: Timestamp, portal: PortalRecord) -> Self {
        let estimated_expiration = began_at + portal.session_length();
        Self { began_at, estimated_expiration, is_learned: portal.is_learned() }
    }

    /// Returns the probable length of a session.
    pub fn length(&self) -> Duration {
        self.estimated_expiration.saturating_since(self.began_at)
    }
}

/// Reads the status of a session.
pub(crate) async fn status<K: SessionKind>(
    world: &World,
    handle: &TokenHandle<K>,
    wanted_scopes: &[String],
) -> Status {
    let now = world.clock.now();
    let mut status = Status {
        session: handle.kind.label().to_owned(),
        location: String::new(),
        state: Ok(SessionState::NeverSignedIn),
        registration_expires_at: None,
        portal_session: None,
        missing_scopes: Vec::new(),
    };
    let snapshot = handle.snapshot(world).await;
    // A store may learn by reading where a token is.
    status.location = handle.location();
    let snapshot = match snapshot {
        Ok(snapshot) => snapshot,
        Err(error) => {
            status.state = Err(error);
            return status;
        }
    };
    if let (Some(token), Some(properties)) =
        (snapshot.stored.as_token(), snapshot.properties::<K>(now))
    {
        status.registration_expires_at = K::registration_expires_at(token);
        if let Some(began) = snapshot.record.began(&properties.access_token) {
            let portal = match handle.kind.portal_entry() {
                Some(entry) => handle.store.tokens.load(world, &entry).await.ok().flatten(),
                None => None,
            };
            let portal = portal.map(|contents| PortalRecord::read(&contents)).unwrap_or_default();
            status.portal_session = Some(PortalSession::new(began.at, portal));
        }
        // Registrations of the legacy style name no scopes.
        if let Some(scopes) = snapshot.scopes.as_ref().filter(|scopes| !scopes.is_empty()) {
            let missing = wanted_scopes.iter().filter(|scope| !scopes.contains(scope));
            status.missing_scopes = missing.cloned().collect();
        }
    }
    let state = snapshot.state::<K>(now);
    // Otherwise the portal session does not matter, or expired earlier than estimated.
    let is_refreshable = matches!(
        state,
        SessionState::Valid { refresh: Ok(()), .. } | SessionState::Refreshable { .. }
    );
    status.portal_session = status.portal_session.filter(|_| is_refreshable);
    status.state = Ok(state);
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NotRefreshable;

    fn time(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(seconds)
    }

    /// An access token that expires at second 600.
    fn valid(refresh: Result<(), NotRefreshable>) -> SessionState {
        SessionState::Valid { expires_at: time(600), refresh }
    }

    /// Checks the reason at second 100, for a portal session that expires at second 5000, if known.
    #[track_caller]
    fn check(
        state: SessionState,
        is_portal_known: bool,
        min_remaining: u64,
        expected: Option<&SignInReason>,
    ) {
        let status = Status {
            session: "my-sso".to_owned(),
            location: String::new(),
            state: Ok(state),
            registration_expires_at: None,
            portal_session: is_portal_known.then(|| PortalSession {
                began_at: Timestamp::EPOCH,
                estimated_expiration: time(5_000),
                is_learned: false,
            }),
            missing_scopes: Vec::new(),
        };
        let reason = status.sign_in_reason(time(100), Duration::from_secs(min_remaining));
        assert_eq!(reason.as_ref(), expected);
        if expected != Some(&SignInReason::NoSession) {
            let scopes = vec!["extra:scope".to_owned()];
            let status = Status { missing_scopes: scopes.clone(), ..status };
            let reason = status.sign_in_reason(time(100), Duration::ZERO);
            assert_eq!(reason, Some(SignInReason::MissingScopes(scopes)));
        }
    }

    #[test]
    fn session_that_can_be_refreshed_lasts_as_long_as_the_portal_session() {
        let missing = || NotRefreshable::Missing { key: "refreshToken" };
        let expires_soon =
            |at, is_estimate| SignInReason::ExpiresSoon { at: time(at), is_estimate };
        check(valid(Ok(())), true, 4_899, None);
        check(valid(Ok(())), true, 4_900, Some(&expires_soon(5_000, true)));
        check(valid(Ok(())), false, 499, None);
        check(valid(Ok(())), false, 500, Some(&expires_soon(600, false)));
        check(valid(Err(missing())), true, 499, None);
        check(valid(Err(missing())), true, 500, Some(&expires_soon(600, false)));
        let refreshable = || SessionState::Refreshable { expired_at: time(90) };
        check(refreshable(), true, 4_899, None);
        check(refreshable(), false, 0, Some(&expires_soon(90, false)));
        for state in [
            SessionState::NeverSignedIn,
            SessionState::Revoked,
            SessionState::Expired { expired_at: time(90), reason: missing() },
        ] {
            check(state, true, 0, Some(&SignInReason::NoSession));
        }
    }
}
