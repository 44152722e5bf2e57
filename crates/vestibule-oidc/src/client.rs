use std::time::Duration;

use vestibule_types::{ClientSecret, SsoSession, StartUrl, Timestamp};
use vestibule_wire::Endpoint;

/// The scope without which a session has no accounts and no refresh token.
pub const ACCOUNT_ACCESS: &str = "sso:account:access";

/// A registration this close to its end is not used for a new sign-in, as in the AWS CLI.
const REGISTRATION_MARGIN: Duration = Duration::from_secs(15 * 60);

/// The two ways to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two that Identity Center has")]
pub enum Flow {
    /// A code to compare, on any device (RFC 8628).
    DeviceCode,
    /// A redirect to this machine, with PKCE (RFC 7636, RFC 8252).
    AuthorizationCode,
}

impl Flow {
    /// The grant types to register for.
    pub const fn grant_types(self) -> [&'static str; 2] {
        match self {
            Self::DeviceCode => ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
            Self::AuthorizationCode => ["authorization_code", "refresh_token"],
        }
    }
}

/// Who asks, whom, and for what.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Client {
    /// The OIDC service.
    pub at: Endpoint,
    /// How the approval page names us.
    pub name: String,
    /// The portal to sign in to.
    pub start_url: StartUrl,
    /// What to register for; empty for the older style of profile, which has no scopes.
    pub scopes: Vec<String>,
    /// An earlier registration; used if it still serves.
    pub registration: Option<Registration>,
}

impl Client {
    /// The client for a session: with at least [`ACCOUNT_ACCESS`], unless it is of the older
    /// style, whose registrations have no scopes at all.
    pub fn for_session(session: &SsoSession, at: Endpoint) -> Self {
        let (name, scopes) = match &session.name {
            None => ("vestibule-client".to_owned(), Vec::new()),
            Some(name) => {
                (format!("vestibule-client-{name}"), with_account_access(&session.scopes))
            }
        };
        Self { at, name, start_url: session.start_url.clone(), scopes, registration: None }
    }

    /// With an earlier registration.
    #[must_use]
    pub fn with_registration(mut self, registration: impl Into<Option<Registration>>) -> Self {
        self.registration = registration.into();
        self
    }
}

fn with_account_access(scopes: &[String]) -> Vec<String> {
    let mut scopes = scopes.to_vec();
    if !scopes.iter().any(|scope| scope == ACCOUNT_ACCESS) {
        scopes.push(ACCOUNT_ACCESS.to_owned());
    }
    scopes
}

/// What the service knows a client by. Lives some 90 days.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registration {
    /// The public half.
    pub client_id: String,
    /// The other half; no real secret for a public client, and still not shown.
    pub client_secret: ClientSecret,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What it was registered for.
    pub scopes: Vec<String>,
    /// How it may ask for tokens.
    pub grant_types: Vec<String>,
}

impl Registration {
    /// A registration as read from somewhere.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: ClientSecret,
        expires_at: Timestamp,
    ) -> Self {
        let client_id = client_id.into();
        Self { client_id, client_secret, expires_at, scopes: Vec::new(), grant_types: Vec::new() }
    }

    /// With what it was registered for.
    #[must_use]
    pub fn with_terms(mut self, scopes: Vec<String>, grant_types: Vec<String>) -> Self {
        self.scopes = scopes;
        self.grant_types = grant_types;
        self
    }

    /// True if a sign-in by this flow, for these scopes, can still use it.
    pub fn serves(&self, flow: Flow, scopes: &[String], now: Timestamp) -> bool {
        let grants = self.grant_types.is_empty() && flow == Flow::DeviceCode && scopes.is_empty()
            || flow.grant_types().iter().all(|grant| self.grant_types.iter().any(|g| g == grant));
        grants && self.scopes == scopes && now + REGISTRATION_MARGIN < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_serves_its_own_flow_and_scopes_until_shortly_before_its_end() {
        let scopes = vec![ACCOUNT_ACCESS.to_owned()];
        let end = Timestamp::EPOCH + Duration::from_secs(86_400);
        let code = Flow::AuthorizationCode;
        let registration = Registration::new("id", ClientSecret::new("s"), end)
            .with_terms(scopes.clone(), code.grant_types().map(str::to_owned).to_vec());
        assert!(registration.serves(code, &scopes, Timestamp::EPOCH));
        assert!(!registration.serves(Flow::DeviceCode, &scopes, Timestamp::EPOCH));
        assert!(!registration.serves(code, &[], Timestamp::EPOCH));
        assert!(!registration.serves(code, &scopes, end - REGISTRATION_MARGIN));
    }
}
