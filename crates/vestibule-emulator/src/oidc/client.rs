//! Registered clients, and `RegisterClient`.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>

use std::sync::Arc;

use http::{StatusCode, Uri};
use serde_json::json;
use vestibule_types::Timestamp;

use super::error::{ErrorCode, ErrorResponse, Result};
use super::members::Members;
use crate::response;
use crate::shared::Shared;
use crate::table::Table;

// The grant types of `CreateToken`.
pub(super) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
pub(super) const AUTHORIZATION_CODE: &str = "authorization_code";
pub(super) const REFRESH_TOKEN: &str = "refresh_token";

/// A registered client.
#[derive(Clone)]
pub(crate) struct Client {
    pub(super) id: String,
    pub(super) secret: String,
    pub(crate) name: String,
    pub(super) scopes: Vec<String>,
    /// Empty if the registration named none, which allows all.
    grant_types: Vec<String>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) expires: Timestamp,
}

impl Client {
    /// Returns whether the registration allows the grant type.
    pub(super) fn allows(&self, grant_type: &str) -> bool {
        self.grant_types.is_empty() || self.grant_types.iter().any(|own| own == grant_type)
    }

    pub(super) fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Refuses scopes that the registration does not have (RFC 6749 §6).
    pub(super) fn require_scopes(&self, scopes: &[String]) -> Result<()> {
        match scopes.iter().find(|scope| !self.scopes.contains(scope)) {
            Some(_) => {
                let description = "The client is not registered for a scope";
                Err(ErrorResponse::new(ErrorCode::InvalidScope, description))
            }
            None => Ok(()),
        }
    }

    pub(super) fn require(&self, grant_type: &str) -> Result<()> {
        if self.allows(grant_type) {
            return Ok(());
        }
        let description = "The client is not registered for this grant";
        Err(ErrorResponse::new(ErrorCode::UnauthorizedClient, description))
    }
}

/// The registered clients, by client id.
#[derive(Default)]
pub(super) struct Clients(Table<Arc<Client>>);

impl Clients {
    pub(super) fn get(&self, id: &str) -> Option<&Arc<Client>> {
        self.0.get(id)
    }

    pub(super) fn register(
        &mut self,
        shared: &mut Shared,
        members: &Members,
        now: Timestamp,
    ) -> Result {
        let name = members.required("clientName")?;
        if members.required("clientType")? != "public" {
            let description = "clientType is not public";
            return Err(ErrorResponse::new(ErrorCode::InvalidClientMetadata, description));
        }
        let scopes = members.strings("scopes")?;
        if !scopes.iter().all(|scope| is_scope(scope)) {
            let description = "A scope is not of the form NAME:NAME";
            return Err(ErrorResponse::new(ErrorCode::InvalidScope, description));
        }
        let grant_types = members.strings("grantTypes")?;
        if !grant_types.iter().all(|grant_type| is_grant_type(grant_type)) {
            let description = "A grant type is not supported";
            return Err(ErrorResponse::new(ErrorCode::UnsupportedGrantType, description));
        }
        let redirect_uris = members.strings("redirectUris")?;
        if !redirect_uris.iter().all(|uri| is_redirect_uri(uri)) {
            let description =
                "A redirect URI is not http://127.0.0.1/oauth/callback or without a path";
            return Err(ErrorResponse::new(ErrorCode::InvalidRedirectUri, description));
        }
        let issuer_url = members.string("issuerUrl")?;
        if issuer_url.is_some_and(|issuer| !shared.settings.is_start_url(issuer)) {
            return Err(ErrorResponse::invalid_request("issuerUrl is unknown"));
        }
        let client = Client {
            id: shared.tokens.id(),
            secret: shared.tokens.secret("eyJ", 96),
            name: name.to_owned(),
            scopes,
            grant_types,
            redirect_uris,
            expires: now + shared.settings.registration_duration,
        };
        let body = json!({
            "clientId": client.id,
            "clientSecret": client.secret,
            "clientIdIssuedAt": now.unix_seconds(),
            "clientSecretExpiresAt": client.expires.unix_seconds(),
        });
        self.0.insert(client.id.clone(), Arc::new(client));
        Ok(response::json(StatusCode::OK, &body))
    }

    pub(super) fn expire(&mut self, now: Timestamp) {
        for client in self.0.values_mut() {
            let client = Arc::make_mut(client);
            client.expires = client.expires.min(now);
        }
    }

    #[cfg(feature = "server")]
    pub(super) fn postpone_expiry(&mut self, by: std::time::Duration) {
        for client in self.0.values_mut() {
            let client = Arc::make_mut(client);
            client.expires = client.expires + by;
        }
    }

    /// Returns the client whose id and secret are in the request.
    pub(super) fn authenticate(&self, members: &Members, now: Timestamp) -> Result<Arc<Client>> {
        let (id, secret) = (members.required("clientId")?, members.required("clientSecret")?);
        let invalid = |description: &str| ErrorResponse::new(ErrorCode::InvalidClient, description);
        match self.0.get(id).filter(|client| client.secret == secret) {
            Some(client) if now < client.expires => Ok(client.clone()),
            Some(_) => Err(invalid("The registration expired")),
            None => Err(invalid("The client id or secret is wrong")),
        }
    }
}

fn is_grant_type(grant_type: &str) -> bool {
    [AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN].contains(&grant_type)
}

/// Returns whether the text is a scope, such as `sso:account:access` or `sso-portal:*`.
fn is_scope(scope: &str) -> bool {
    scope.contains(':') && scope.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns whether the URI is on loopback (RFC 8252 §7.3) and has the path that the service
/// accepts, or no path, which stands for any.
fn is_redirect_uri(uri: &str) -> bool {
    let Ok(uri) = uri.parse::<Uri>() else { return false };
    uri.scheme_str() == Some("http")
        && matches!(uri.host(), Some("127.0.0.1" | "[::1]"))
        && matches!(uri.path(), "" | "/" | "/oauth/callback")
        && uri.query().is_none()
}
