use std::fmt;
use std::sync::Arc;

use crate::{AccountId, SecretAccessKey, SessionToken, Timestamp};

/// A set of AWS credentials: an access key pair, with an optional session token and expiration.
///
/// Cheap to clone: all clones share one copy of the secrets.
///
/// `Debug` shows the access key id, which is no secret, and hides the rest.
#[derive(Clone)]
pub struct Credentials(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    access_key_id: String,
    secret_access_key: SecretAccessKey,
    session_token: Option<SessionToken>,
    expires_at: Option<Timestamp>,
    account_id: Option<AccountId>,
    provider: Option<String>,
}

impl Credentials {
    /// Creates long-lived credentials without an account.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: SecretAccessKey) -> Self {
        Self(Arc::new(Parts {
            access_key_id: access_key_id.into(),
            secret_access_key,
            session_token: None,
            expires_at: None,
            account_id: None,
            provider: None,
        }))
    }

    /// Sets the session token of temporary credentials.
    #[must_use]
    pub fn with_session_token(mut self, token: impl Into<Option<SessionToken>>) -> Self {
        self.parts().session_token = token.into();
        self
    }

    /// Sets the expiration.
    #[must_use]
    pub fn with_expires_at(mut self, expires_at: impl Into<Option<Timestamp>>) -> Self {
        self.parts().expires_at = expires_at.into();
        self
    }

    /// Sets the account that they belong to.
    #[must_use]
    pub fn with_account_id(mut self, account_id: impl Into<Option<AccountId>>) -> Self {
        self.parts().account_id = account_id.into();
        self
    }

    /// Sets the name of the provider that they come from.
    #[must_use]
    pub fn with_provider(mut self, name: impl Into<String>) -> Self {
        self.parts().provider = Some(name.into());
        self
    }

    fn parts(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.0)
    }

    /// Returns the access key id.
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// Returns the secret access key.
    pub fn secret_access_key(&self) -> &SecretAccessKey {
        &self.0.secret_access_key
    }

    /// Returns the session token of temporary credentials.
    pub fn session_token(&self) -> Option<&SessionToken> {
        self.0.session_token.as_ref()
    }

    /// Returns the expiration; `None` for long-lived credentials.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.0.expires_at
    }

    /// Returns the account that they belong to, if the source names it.
    pub fn account_id(&self) -> Option<&AccountId> {
        self.0.account_id.as_ref()
    }

    /// Returns the name of the provider that they come from, such as `sso`; `None` for credentials
    /// that no provider chain returned.
    pub fn provider(&self) -> Option<&str> {
        self.0.provider.as_deref()
    }

    /// Returns whether the credentials are expired.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.0.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.0.access_key_id)
            .field("secret_access_key", &self.0.secret_access_key)
            .field("session_token", &self.0.session_token)
            .field("expires_at", &self.0.expires_at)
            .field("account_id", &self.0.account_id)
            .field("provider", &self.0.provider)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn credentials_have_the_parts_that_were_set() {
        let account = AccountId::new("111122223333").unwrap();
        let bare = Credentials::new("AKID", SecretAccessKey::new("secret"));
        let full = bare
            .clone()
            .with_session_token(SessionToken::new("session"))
            .with_expires_at(Timestamp::EPOCH)
            .with_account_id(account.clone())
            .with_provider("sso");
        for (keys, is_full) in [(&bare, false), (&full, true)] {
            assert_eq!(keys.access_key_id(), "AKID");
            assert_eq!(keys.secret_access_key().expose(), "secret");
            let token = keys.session_token().map(SessionToken::expose);
            assert_eq!(token, is_full.then_some("session"));
            assert_eq!(keys.expires_at(), is_full.then_some(Timestamp::EPOCH));
            assert_eq!(keys.account_id(), is_full.then_some(&account));
            assert_eq!(keys.provider(), is_full.then_some("sso"));
        }
    }

    #[test]
    fn credentials_are_expired_from_their_expiration_on() {
        let second = Duration::from_secs(1);
        let keys = Credentials::new("AKID", SecretAccessKey::new("secret"));
        assert!(!keys.is_expired(Timestamp::EPOCH + Duration::MAX));
        let keys = keys.with_expires_at(Timestamp::EPOCH);
        assert!(!keys.is_expired(Timestamp::EPOCH - second));
        assert!(keys.is_expired(Timestamp::EPOCH));
        assert!(keys.is_expired(Timestamp::EPOCH + second));
    }
}
