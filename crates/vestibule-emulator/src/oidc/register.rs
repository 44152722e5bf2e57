//! `RegisterClient`.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>

use std::sync::Arc;
use std::time::Duration;

use http::{StatusCode, Uri};
use serde_json::json;
use vestibule_types::Timestamp;

use super::{AUTHORIZATION_CODE, Code, DEVICE_CODE, Done, Members, REFRESH_TOKEN, Refusal};
use crate::answer;
use crate::state::{Client, State};

/// Ninety days, as the service has been seen to give.
const LIFETIME: Duration = Duration::from_secs(90 * 86_400);

pub(super) fn register(state: &mut State, members: &Members, now: Timestamp) -> Done {
    let name = members.required("clientName")?;
    if members.required("clientType")? != "public" {
        return Err(Refusal::new(Code::InvalidClientMetadata, "clientType is not public"));
    }
    let scopes = members.texts("scopes")?;
    if !scopes.iter().all(|scope| is_scope(scope)) {
        return Err(Refusal::new(Code::InvalidScope, "A scope is not of the form NAME:NAME"));
    }
    let grant_types = members.texts("grantTypes")?;
    if !grant_types.iter().all(|grant_type| is_known(grant_type)) {
        return Err(Refusal::new(Code::UnsupportedGrantType, "A grant type is not supported"));
    }
    let redirect_uris = members.texts("redirectUris")?;
    if !redirect_uris.iter().all(|uri| is_redirect_uri(uri)) {
        return Err(Refusal::new(
            Code::InvalidRedirectUri,
            "A redirect URI is not http://127.0.0.1/oauth/callback or without a path",
        ));
    }
    if members.text("issuerUrl")?.is_some_and(|issuer| !state.config.is_start_url(issuer)) {
        return Err(Refusal::new(Code::InvalidRequest, "issuerUrl is unknown"));
    }
    let client = Client {
        id: state.mint.id(),
        secret: state.mint.secret("eyJ", 96),
        name: name.to_owned(),
        scopes,
        grant_types,
        redirect_uris,
        expires: now + LIFETIME,
    };
    let body = json!({
        "clientId": client.id,
        "clientSecret": client.secret,
        "clientIdIssuedAt": now.unix_seconds(),
        "clientSecretExpiresAt": client.expires.unix_seconds(),
    });
    state.clients.insert(client.id.clone(), Arc::new(client));
    Ok(answer::json(StatusCode::OK, &body))
}

/// The client that a request names and proves to be.
pub(super) fn authenticate(
    state: &State,
    members: &Members,
    now: Timestamp,
) -> Result<Arc<Client>, Refusal> {
    let (id, secret) = (members.required("clientId")?, members.required("clientSecret")?);
    let client = state.clients.get(id).filter(|client| client.secret == secret);
    match client {
        Some(client) if now < client.expires => Ok(client.clone()),
        Some(_) => Err(Refusal::new(Code::InvalidClient, "The registration expired")),
        None => Err(Refusal::new(Code::InvalidClient, "Client id or secret are wrong")),
    }
}

fn is_known(grant_type: &str) -> bool {
    [AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN].contains(&grant_type)
}

/// `sso:account:access`, `sso-portal:*`, `codewhisperer:completions`.
fn is_scope(scope: &str) -> bool {
    scope.contains(':') && scope.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Native programs get their redirects on loopback (RFC 8252 §7.3), at the one path the service
/// takes; a bare address stands for any path.
fn is_redirect_uri(uri: &str) -> bool {
    let Ok(uri) = uri.parse::<Uri>() else { return false };
    uri.scheme_str() == Some("http")
        && matches!(uri.host(), Some("127.0.0.1" | "[::1]"))
        && matches!(uri.path(), "" | "/" | "/oauth/callback")
        && uri.query().is_none()
}
