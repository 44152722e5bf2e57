use vestibule_types::SsoSession;
use vestibule_wire::Endpoint;

/// An SSO session with the endpoints of its Identity Center.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Instance {
    /// The session as configured.
    pub session: SsoSession,
    /// The endpoint that signs users in and refreshes tokens.
    pub oidc: Endpoint,
    /// The endpoint that returns role credentials.
    pub portal: Endpoint,
    /// The entry of the token in a store, if it is not that of the session.
    pub(crate) entry: Option<String>,
}

impl Instance {
    /// Creates an SSO session with both its endpoints.
    pub fn new(session: SsoSession, oidc: Endpoint, portal: Endpoint) -> Self {
        Self { session, oidc, portal, entry: None }
    }

    /// Returns the entry of the token in a store.
    pub fn entry(&self) -> String {
        self.entry.clone().unwrap_or_else(|| vestibule_cache::key::token(&self.session))
    }

    /// Uses the token of another entry in the store.
    #[must_use]
    pub fn with_entry(mut self, entry: String) -> Self {
        self.entry = Some(entry);
        self
    }
}
