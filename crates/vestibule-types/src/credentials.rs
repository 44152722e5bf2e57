use crate::{AccountId, SecretAccessKey, SessionToken, Timestamp};

/// A key pair, and until when it works.
///
/// `Debug` shows the access key id, which is no secret, and hides the rest.
#[derive(Clone, Debug)]
pub struct Credentials {
    access_key_id: String,
    secret_access_key: SecretAccessKey,
    session_token: Option<SessionToken>,
    expires: Option<Timestamp>,
    account_id: Option<AccountId>,
}

impl Credentials {
    /// A key pair that is neither temporary nor known to belong to an account.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: SecretAccessKey) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key,
            session_token: None,
            expires: None,
            account_id: None,
        }
    }

    /// With the token that temporary keys need.
    #[must_use]
    pub fn with_session_token(mut self, token: impl Into<Option<SessionToken>>) -> Self {
        self.session_token = token.into();
        self
    }

    /// With the moment from which they no longer work.
    #[must_use]
    pub fn with_expiry(mut self, expires: impl Into<Option<Timestamp>>) -> Self {
        self.expires = expires.into();
        self
    }

    /// With the account they belong to.
    #[must_use]
    pub fn with_account_id(mut self, account_id: impl Into<Option<AccountId>>) -> Self {
        self.account_id = account_id.into();
        self
    }

    /// The public half of the pair.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret half of the pair.
    pub fn secret_access_key(&self) -> &SecretAccessKey {
        &self.secret_access_key
    }

    /// The token of temporary keys.
    pub fn session_token(&self) -> Option<&SessionToken> {
        self.session_token.as_ref()
    }

    /// When they stop working; `None` for keys that last.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// The account they belong to, where the source says it.
    pub fn account_id(&self) -> Option<&AccountId> {
        self.account_id.as_ref()
    }

    /// True once they no longer work.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}
