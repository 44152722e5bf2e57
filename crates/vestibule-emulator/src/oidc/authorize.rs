//! `/authorize`, which a client opens in a browser.
//!
//! It is not in the service's model. Its parameters are those of RFC 6749 §4.1.1 and RFC 7636
//! §4.3, and `scopes`, which AWS's clients send. It has no effect: a client has the scopes of its
//! registration.

use http::Uri;
use vestibule_types::Timestamp;
use vestibule_wire::Request;

use super::client::{AUTHORIZATION_CODE, Client, Clients};
use super::error::{ErrorCode, ErrorResponse, Result};
use super::members::Members;
use crate::authorization::{AuthorizationCodes, AuthorizationRequest, CodeError, error_page};
use crate::params::Params;
use crate::pkce;
use crate::response::ServiceResponse;
use crate::shared::Shared;

/// The longest redirect URI, which is bounded since it is stored with the code.
const MAX_REDIRECT_URI_BYTES: usize = 2048;

/// The codes of clients, which are named by their IDs.
pub(super) type Codes = AuthorizationCodes<String>;

pub(super) fn respond(
    codes: &mut Codes,
    shared: &mut Shared,
    clients: &Clients,
    request: &Request,
    now: Timestamp,
) -> ServiceResponse {
    let query = Params::from_query(request);
    // Without a known client and redirect URI, there is no redirect (RFC 6749 §4.1.2.1).
    let client = query.get("client_id").and_then(|id| clients.get(id));
    let Some(client) = client.filter(|client| now < client.expires) else {
        return error_page("client_id is unknown or expired");
    };
    let Some(redirect_uri) = query.get("redirect_uri") else {
        return error_page("redirect_uri is missing");
    };
    if !client.redirect_uris.iter().any(|registered| is_allowed(registered, redirect_uri)) {
        return error_page("redirect_uri is not one that the client registered");
    }
    let authorization = AuthorizationRequest {
        client: client.id.clone(),
        details: (&client.name, client.scopes()),
        redirect_uri,
        problem: problem(client, &query),
        query: &query,
    };
    let response = codes.respond(shared, authorization, request, now);
    ServiceResponse { about: client.name.clone(), ..response }
}

/// Exchanges a code of a client: returns the user who approved it.
pub(super) fn exchange(
    codes: &mut Codes,
    members: &Members,
    client: &Client,
    now: Timestamp,
) -> Result<String> {
    let (text, verifier) = (members.required("code")?, members.required("codeVerifier")?);
    let redirect_uri = members.required("redirectUri")?;
    let code = codes.find(text, |id| *id == client.id, now);
    code.and_then(|code| code.exchange(redirect_uri, verifier)).map_err(|error| match error {
        CodeError::Expired => ErrorResponse::new(ErrorCode::ExpiredToken, error.message()),
        _ => ErrorResponse::invalid_grant(error.message()),
    })
}

/// Returns an error code and its description.
fn problem(client: &Client, query: &Params) -> Option<(&'static str, &'static str)> {
    if query.get("response_type") != Some("code") {
        return Some(("unsupported_response_type", "response_type is not code"));
    }
    if !client.allows(AUTHORIZATION_CODE) {
        return Some(("unauthorized_client", "The client is not registered for this grant"));
    }
    let has_challenge = query.get("code_challenge_method") == Some("S256")
        && query.get("code_challenge").is_some_and(pkce::is_challenge);
    (!has_challenge).then_some(("invalid_request", "code_challenge is missing or not S256"))
}

/// Returns whether a redirect URI is one of the registered ones, for which the port is free (RFC
/// 8252 §7.3), and the path too if the registered one has none.
fn is_allowed(registered: &str, requested: &str) -> bool {
    if requested.contains('#') || MAX_REDIRECT_URI_BYTES < requested.len() {
        return false;
    }
    let (Ok(registered), Ok(requested)) = (registered.parse::<Uri>(), requested.parse::<Uri>())
    else {
        return false;
    };
    registered.scheme_str() == requested.scheme_str()
        && registered.host() == requested.host()
        && (registered.path() == requested.path() || matches!(registered.path(), "" | "/"))
}
