use std::time::Duration;

use vestibule_types::{ClientSecret, SsoSession, StartUrl, Timestamp};
use vestibule_wire::Endpoint;

/// The scope that sessions need to list accounts and to get a refresh token.
pub const ACCOUNT_ACCESS: &str = "sso:account:access";

/// A registration that expires within this time is not used for a new sign-in, as in the AWS CLI.
const REGISTRATION_MARGIN: Duration = Duration::from_secs(15 * 60);

/// The OAuth flow of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "Identity Center has these two")]
pub enum Flow {
    /// The device authorization flow: the user approves a code on any device (RFC 8628).
    DeviceCode,
    /// The authorization code flow with PKCE: the browser is redirected to this machine (RFC 7636,
    /// RFC 8252).
    AuthorizationCode,
}

impl Flow {
    /// Returns the grant types of the registration.
    pub const fn grant_types(self) -> [&'static str; 2] {
        match self {
            Self::DeviceCode => ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
            Self::AuthorizationCode => ["authorization_code", "refresh_token"],
        }
    }
}

/// The parameters of a sign-in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Client {
    /// The endpoint of the OIDC service.
    pub endpoint: Endpoint,
    /// The client name on the approval page.
    pub name: String,
    /// The start URL of the portal.
    pub start_url: StartUrl,
    /// The scopes to register; empty for profiles with an inline start URL.
    pub scopes: Vec<String>,
    /// An earlier registration, which is used if it is still valid.
    pub registration: Option<Registration>,
}

impl Client {
    /// Creates the client of a session, with at least the scope [`ACCOUNT_ACCESS`]. Registrations for
    /// inline start URLs have no scopes.
    pub fn for_session(session: &SsoSession, endpoint: Endpoint) -> Self {
        let (name, scopes) = match &session.name {
            None => ("vestibule-client".to_owned(), Vec::new()),
            Some(name) => {
                (format!("vestibule-client-{name}"), with_account_access(&session.scopes))
            }
        };
        Self { endpoint, name, start_url: session.start_url.clone(), scopes, registration: None }
    }

    /// Sets an earlier registration.
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

/// A client registration. It is valid for about 90 days.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registration {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: ClientSecret,
    /// The time at which it expires.
    pub expires_at: Timestamp,
    /// The registered scopes.
    pub scopes: Vec<String>,
    /// The registered grant types.
    pub grant_types: Vec<String>,
}

impl Registration {
    /// Creates a registration without scopes and grant types.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: ClientSecret,
        expires_at: Timestamp,
    ) -> Self {
        let client_id = client_id.into();
        Self { client_id, client_secret, expires_at, scopes: Vec::new(), grant_types: Vec::new() }
    }

    /// Sets the registered scopes and grant types.
    #[must_use]
    pub fn with_scopes(mut self, scopes: Vec<String>, grant_types: Vec<String>) -> Self {
        self.scopes = scopes;
        self.grant_types = grant_types;
        self
    }

    /// Returns whether a sign-in with this flow and these scopes can use it.
    pub fn is_usable(&self, flow: Flow, scopes: &[String], now: Timestamp) -> bool {
        let grants = self.grant_types.is_empty() && flow == Flow::DeviceCode && scopes.is_empty()
            || flow.grant_types().iter().all(|grant| self.grant_types.iter().any(|g| g == grant));
        grants && self.scopes == scopes && now + REGISTRATION_MARGIN < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registration_is_usable_for_its_flow_and_scopes_until_15_minutes_before_expiry() {
        let scopes = vec![ACCOUNT_ACCESS.to_owned()];
        let expires = Timestamp::EPOCH + Duration::from_secs(86_400);
        let code = Flow::AuthorizationCode;
        let registration = Registration::new("id", ClientSecret::new("s"), expires)
            .with_scopes(scopes.clone(), code.grant_types().map(str::to_owned).to_vec());
        assert!(registration.is_usable(code, &scopes, Timestamp::EPOCH));
        assert!(!registration.is_usable(Flow::DeviceCode, &scopes, Timestamp::EPOCH));
        assert!(!registration.is_usable(code, &[], Timestamp::EPOCH));
        assert!(!registration.is_usable(code, &scopes, expires - REGISTRATION_MARGIN));
    }
    #[test]
    fn registration_without_grant_types_is_for_device_codes_without_scopes() {
        let expires = Timestamp::EPOCH + Duration::from_secs(86_400);
        let is_usable = |registered: &[String], flow, scopes: &[String]| {
            Registration::new("id", ClientSecret::new("s"), expires)
                .with_scopes(registered.to_vec(), Vec::new())
                .is_usable(flow, scopes, Timestamp::EPOCH)
        };
        let scopes = [ACCOUNT_ACCESS.to_owned()];
        assert!(is_usable(&[], Flow::DeviceCode, &[]));
        assert!(!is_usable(&[], Flow::AuthorizationCode, &[]));
        assert!(!is_usable(&scopes, Flow::DeviceCode, &scopes));
    }

    #[test]
    fn scope_of_the_portal_is_added_once() {
        let added = |scopes: &[&str]| {
            with_account_access(&scopes.iter().copied().map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(added(&[]), [ACCOUNT_ACCESS]);
        assert_eq!(
            added(&["codewhisperer:completions"]),
            ["codewhisperer:completions", ACCOUNT_ACCESS]
        );
        assert_eq!(added(&[ACCOUNT_ACCESS]), [ACCOUNT_ACCESS]);
    }
}
