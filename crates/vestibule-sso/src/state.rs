//! The state of a session, as a pure function of what is stored and the time.

use std::fmt;

use vestibule_cache::{JsonError, SessionMismatch};
use vestibule_types::Timestamp;

use crate::Fingerprint;
use crate::record::SessionRecord;

/// The state of a session. Status, errors, the decision to refresh, and the decision that a login
/// is needed all read it here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionState {
    /// No token is stored.
    NeverSignedIn,
    /// The access token works.
    Valid {
        /// When the access token expires.
        expires_at: Timestamp,
        /// Whether it can be refreshed when it has expired.
        refresh: Result<(), NotRefreshable>,
    },
    /// The access token expired; nothing is known that prevents a refresh.
    Refreshable {
        /// When the access token expired.
        expired_at: Timestamp,
    },
    /// The access token expired and cannot be refreshed: the user has to sign in.
    Expired {
        /// When the access token expired.
        expired_at: Timestamp,
        /// The reason why it cannot be refreshed.
        reason: NotRefreshable,
    },
    /// The portal rejected an access token that had not expired.
    Revoked,
    /// The stored token was issued for another portal, region, or purpose.
    NotOurs(Mismatch),
    /// The stored text is not a valid token.
    Corrupt {
        /// The syntax error.
        problem: JsonError,
    },
}

/// The reason why an access token cannot be refreshed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message(|at| at.to_string()))]
#[non_exhaustive]
pub enum NotRefreshable {
    /// The service refused a refresh.
    Refused {
        /// When the service refused it.
        at: Timestamp,
        /// The message of the service, on one printable line without secrets.
        message: String,
    },
    /// The response to a refresh was lost, and the service does not accept the refresh token
    /// again.
    ResponseLost {
        /// When the service refused it.
        at: Timestamp,
    },
    /// The token file lacks a key that a refresh needs.
    Missing {
        /// The key, as in the file.
        key: &'static str,
    },
    /// The client registration expired.
    RegistrationExpired {
        /// When it expired.
        at: Timestamp,
    },
}

impl NotRefreshable {
    /// Returns the message with times in the format of the caller; `Display` has them in UTC.
    pub fn message(&self, time: fn(Timestamp) -> String) -> String {
        match self {
            Self::Refused { at, message } => {
                format!("the service refused the refresh at {}: {message}", time(*at))
            }
            Self::ResponseLost { .. } => "the response to a refresh was lost, \
                                          and the refresh token cannot be used again"
                .to_owned(),
            Self::Missing { key } => format!("the stored token has no `{key}`"),
            Self::RegistrationExpired { at } => {
                format!("the client registration expired at {}", time(*at))
            }
        }
    }
}

/// The difference between a stored token and the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// The token was issued for another portal or region.
    #[error(transparent)]
    Session(SessionMismatch),
    /// The token has no scope that gives access to accounts, such as the token of an IDE.
    #[error("the cached token belongs to another tool (scopes: {})", scopes.join(", "))]
    Scopes {
        /// The scopes of the token.
        scopes: Vec<String>,
    },
}

impl SessionState {
    /// Returns `true` if the access token works.
    pub fn is_valid(&self) -> bool {
        matches!(self, Self::Valid { .. })
    }

    /// Returns `true` if the user has to sign in.
    pub fn needs_sign_in(&self) -> bool {
        !matches!(self, Self::Valid { .. } | Self::Refreshable { .. })
    }

    /// Returns when the access token expires or expired, where there is one.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Valid { expires_at: at, .. }
            | Self::Refreshable { expired_at: at }
            | Self::Expired { expired_at: at, .. } => Some(*at),
            _ => None,
        }
    }

    /// Returns a word for programs: `valid`, `refreshable`, `expired`, …
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NeverSignedIn => "never",
            Self::Valid { .. } => "valid",
            Self::Refreshable { .. } => "refreshable",
            Self::Expired { .. } => "expired",
            Self::Revoked => "revoked",
            Self::NotOurs(_) => "notOurs",
            Self::Corrupt { .. } => "corrupt",
        }
    }

    /// Returns the reason for the state, if it says more than the state itself.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Expired { reason, .. } | Self::Valid { refresh: Err(reason), .. } => {
                Some(reason.to_string())
            }
            Self::NotOurs(mismatch) => Some(mismatch.to_string()),
            Self::Corrupt { problem } => Some(format!("the cached token is corrupt ({problem})")),
            _ => None,
        }
    }
}

/// One or two words: `expired`, `not signed in`.
impl fmt::Display for SessionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeverSignedIn => "not signed in",
            Self::Valid { .. } => "signed in",
            Self::Refreshable { .. } => "refreshable",
            Self::Expired { .. } => "expired",
            Self::Revoked => "expired or revoked",
            Self::NotOurs(_) => "another tool's or portal's token",
            Self::Corrupt { .. } => "corrupt token",
        })
    }
}

/// The entry of a token, as it was read from a store.
#[derive(Clone, Debug)]
pub(crate) enum Stored<T> {
    Missing,
    Corrupt(JsonError),
    NotOurs(Mismatch),
    Token(T),
}

impl<T> Stored<T> {
    pub(crate) fn as_token(&self) -> Option<&T> {
        match self {
            Self::Token(token) => Some(token),
            _ => None,
        }
    }

    pub(crate) fn map<U>(self, map: impl FnOnce(T) -> U) -> Stored<U> {
        match self {
            Self::Missing => Stored::Missing,
            Self::Corrupt(problem) => Stored::Corrupt(problem),
            Self::NotOurs(mismatch) => Stored::NotOurs(mismatch),
            Self::Token(token) => Stored::Token(map(token)),
        }
    }
}

/// The properties of a token that decide the state, for both kinds of session.
#[derive(Clone, Debug)]
pub(crate) struct TokenProperties {
    pub(crate) access_token: Fingerprint,
    pub(crate) expires_at: Timestamp,
    /// The refresh token, or why it cannot be used now.
    pub(crate) refresh: Result<Fingerprint, NotRefreshable>,
}

/// Returns the state of a session.
pub(crate) fn session_state(
    stored: &Stored<TokenProperties>,
    record: &SessionRecord,
    now: Timestamp,
) -> SessionState {
    let token = match stored {
        Stored::Missing => return SessionState::NeverSignedIn,
        Stored::Corrupt(problem) => return SessionState::Corrupt { problem: problem.clone() },
        Stored::NotOurs(mismatch) => return SessionState::NotOurs(mismatch.clone()),
        Stored::Token(token) => token,
    };
    if record.revoked.as_ref() == Some(&token.access_token) {
        return SessionState::Revoked;
    }
    let refused = token.refresh.as_ref().ok().and_then(|refresh| record.refusal(refresh));
    let refresh = match (&token.refresh, refused) {
        (Err(reason), _) => Err(reason.clone()),
        (Ok(_), Some(refused)) => Err(refused.reason()),
        (Ok(_), None) => Ok(()),
    };
    let is_usable = !refused.is_some_and(|refused| refused.ends_session);
    let expires_at = token.expires_at;
    match refresh {
        refresh if now < expires_at && is_usable => SessionState::Valid { expires_at, refresh },
        Ok(()) => SessionState::Refreshable { expired_at: expires_at },
        Err(reason) => SessionState::Expired { expired_at: expires_at, reason },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::record::RefusedRefresh;

    fn time(seconds: u64) -> Timestamp {
        Timestamp::EPOCH + Duration::from_secs(seconds)
    }

    /// A token that expires at second 100.
    fn token(refresh: Result<&str, NotRefreshable>) -> Stored<TokenProperties> {
        Stored::Token(TokenProperties {
            access_token: Fingerprint::new("access"),
            expires_at: time(100),
            refresh: refresh.map(Fingerprint::new),
        })
    }

    /// A token that expires at second 100, and works until then.
    fn valid(refresh: Result<(), NotRefreshable>) -> SessionState {
        SessionState::Valid { expires_at: time(100), refresh }
    }

    fn refused(refresh_token: &str, ends_session: bool) -> SessionRecord {
        let refused = RefusedRefresh {
            refresh_token: Fingerprint::new(refresh_token),
            at: time(50),
            message: "no".to_owned(),
            response_lost: false,
            ends_session,
        };
        SessionRecord { refused: Some(refused), ..SessionRecord::default() }
    }

    #[track_caller]
    fn check(stored: &Stored<TokenProperties>, record: &SessionRecord, now: u64, expected: &str) {
        let state = session_state(stored, record, time(now));
        let refresh = match &state {
            SessionState::Valid { refresh: Ok(()), .. } => ", refreshable",
            _ => "",
        };
        assert_eq!(format!("{}{refresh}", state.as_str()), expected);
    }

    #[test]
    fn time_and_refusals_decide() {
        let nothing = SessionRecord::default();
        check(&Stored::Missing, &nothing, 0, "never");
        let fine = token(Ok("refresh"));
        check(&fine, &nothing, 99, "valid, refreshable");
        check(&fine, &nothing, 100, "refreshable");
        check(&fine, &refused("refresh", false), 99, "valid");
        check(&fine, &refused("refresh", false), 100, "expired");
        check(&fine, &refused("refresh", true), 99, "expired");
        check(&fine, &refused("another", false), 99, "valid, refreshable");
        check(&fine, &refused("another", false), 100, "refreshable");
        let bare = token(Err(NotRefreshable::Missing { key: "refreshToken" }));
        check(&bare, &nothing, 99, "valid");
        check(&bare, &nothing, 100, "expired");
        let revoked = |access_token| SessionRecord {
            revoked: Some(Fingerprint::new(access_token)),
            ..SessionRecord::default()
        };
        check(&fine, &revoked("access"), 0, "revoked");
        check(&fine, &revoked("another"), 0, "valid, refreshable");
    }

    #[test]
    fn state_says_whether_to_sign_in_until_when_and_why() {
        let missing = NotRefreshable::Missing { key: "refreshToken" };
        let problem = vestibule_cache::Token::read(b"{").unwrap_err();
        let scopes = vec!["codewhisperer:completions".to_owned()];
        let lacks = "the stored token has no `refreshToken`";
        let corrupt = format!("the cached token is corrupt ({problem})");
        let theirs = "the cached token belongs to another tool (scopes: codewhisperer:completions)";
        let at = time(100);
        for (state, word, text, needs_sign_in, expires_at, reason) in [
            (SessionState::NeverSignedIn, "never", "not signed in", true, None, None),
            (valid(Ok(())), "valid", "signed in", false, Some(at), None),
            (valid(Err(missing.clone())), "valid", "signed in", false, Some(at), Some(lacks)),
            (
                SessionState::Refreshable { expired_at: at },
                "refreshable",
                "refreshable",
                false,
                Some(at),
                None,
            ),
            (
                SessionState::Expired { expired_at: at, reason: missing },
                "expired",
                "expired",
                true,
                Some(at),
                Some(lacks),
            ),
            (SessionState::Revoked, "revoked", "expired or revoked", true, None, None),
            (
                SessionState::NotOurs(Mismatch::Scopes { scopes }),
                "notOurs",
                "another tool's or portal's token",
                true,
                None,
                Some(theirs),
            ),
            (
                SessionState::Corrupt { problem },
                "corrupt",
                "corrupt token",
                true,
                None,
                Some(corrupt.as_str()),
            ),
        ] {
            assert_eq!((state.as_str(), state.to_string().as_str()), (word, text));
            assert_eq!(state.is_valid(), word == "valid", "{text}");
            assert_eq!(state.needs_sign_in(), needs_sign_in, "{text}");
            assert_eq!(state.expires_at(), expires_at, "{text}");
            assert_eq!(state.reason().as_deref(), reason, "{text}");
        }
    }
}
