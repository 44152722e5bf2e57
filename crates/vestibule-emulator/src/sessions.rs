use std::time::Duration;

use vestibule_types::Timestamp;

use crate::table::Table;
use crate::token_factory::TokenFactory;

/// The sessions of users, and the access tokens that give access to them.
#[derive(Default)]
pub(crate) struct Sessions {
    /// By an id that is not a secret.
    sessions: Table<Session>,
    /// By access token.
    access_tokens: Table<AccessToken>,
}

/// A session of a user, which the tokens of one sign-in share.
pub(crate) struct Session {
    pub(crate) user: String,
    /// The name of the client that the user signed in with.
    pub(crate) client_name: String,
    pub(crate) started: Timestamp,
    pub(crate) expires: Timestamp,
    /// By a sign-out or an administrator.
    pub(crate) revoked: bool,
}

impl Session {
    pub(crate) fn is_active(&self, now: Timestamp) -> bool {
        !self.revoked && now < self.expires
    }
}

pub(crate) struct AccessToken {
    pub(crate) session: String,
    pub(crate) expires: Timestamp,
}

impl Sessions {
    /// Opens a session and returns its id.
    pub(crate) fn open(
        &mut self,
        tokens: &mut TokenFactory,
        (user, client_name): (&str, &str),
        now: Timestamp,
        duration: Duration,
    ) -> String {
        let id = tokens.id();
        let session = Session {
            user: user.to_owned(),
            client_name: client_name.to_owned(),
            started: now,
            expires: now + duration,
            revoked: false,
        };
        self.sessions.insert(id.clone(), session);
        id
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Session> {
        self.sessions.get(id)
    }

    /// Returns a session that is neither expired nor revoked.
    pub(crate) fn active(&self, id: &str, now: Timestamp) -> Option<&Session> {
        self.sessions.get(id).filter(|session| session.is_active(now))
    }

    pub(crate) fn add_access_token(
        &mut self,
        access_token: String,
        session: &str,
        expires: Timestamp,
    ) {
        let session = session.to_owned();
        self.access_tokens.insert(access_token, AccessToken { session, expires });
    }

    /// Returns the active session of an access token that has not expired.
    pub(crate) fn authenticate(
        &self,
        access_token: &str,
        now: Timestamp,
    ) -> Option<(&str, &Session)> {
        let token = self.access_tokens.get(access_token).filter(|token| now < token.expires)?;
        Some((token.session.as_str(), self.active(&token.session, now)?))
    }

    /// Revokes one session, or all of them, and returns how many were active.
    pub(crate) fn revoke(&mut self, id: Option<&str>, now: Timestamp) -> usize {
        let revoke = |session: &mut Session| {
            let was_active = session.is_active(now);
            session.revoked = true;
            usize::from(was_active)
        };
        match id {
            Some(id) => self.sessions.get_mut(id).map_or(0, revoke),
            None => self.sessions.values_mut().map(revoke).sum(),
        }
    }

    /// Lets all sessions expire.
    pub(crate) fn expire(&mut self, now: Timestamp) {
        for session in self.sessions.values_mut() {
            session.expires = session.expires.min(now);
        }
    }

    #[cfg(feature = "server")]
    pub(crate) fn postpone_expiry(&mut self, by: Duration) {
        for session in self.sessions.values_mut() {
            session.started = session.started + by;
            session.expires = session.expires + by;
        }
        for token in self.access_tokens.values_mut() {
            token.expires = token.expires + by;
        }
    }

    pub(crate) fn remove_expired(&mut self, is_expired: impl Fn(Timestamp) -> bool) {
        self.access_tokens.remove_expired(|token| is_expired(token.expires));
    }

    /// Returns the sessions with their ids, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Session)> {
        self.sessions.iter()
    }

    /// Returns the access tokens, the oldest first.
    pub(crate) fn access_tokens(&self) -> impl DoubleEndedIterator<Item = (&str, &AccessToken)> {
        self.access_tokens.iter()
    }
}
