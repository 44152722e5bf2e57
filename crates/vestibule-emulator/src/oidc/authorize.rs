//! `/authorize`, which a client opens in a browser.
//!
//! It is not in the service's model. Its parameters are those of RFC 6749 §4.1.1 and RFC 7636
//! §4.3, and `scopes`, which AWS's clients send. It has no effect: a client has the scopes of its
//! registration.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode, Uri};
use vestibule_types::Timestamp;
use vestibule_wire::Request;

use super::client::{AUTHORIZATION_CODE, Client, Clients};
use super::error::{ErrorCode, ErrorResponse, Result};
use super::members::Members;
use crate::pages;
use crate::params::Params;
use crate::pkce;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;
use crate::table::Table;

const EXPIRES_IN: Duration = Duration::from_secs(600);
/// The longest redirect URI, which is bounded since it is stored with the code.
const MAX_REDIRECT_URI_BYTES: usize = 2048;

/// An authorization code.
struct AuthorizationCode {
    client: Arc<Client>,
    redirect_uri: String,
    challenge: String,
    user: String,
    expires: Timestamp,
    used: bool,
}

/// The authorization codes, by their text.
#[derive(Default)]
pub(super) struct AuthorizationCodes(Table<AuthorizationCode>);

impl AuthorizationCodes {
    pub(super) fn respond(
        &mut self,
        shared: &mut Shared,
        clients: &Clients,
        request: &Request,
        now: Timestamp,
    ) -> ServiceResponse {
        let query = Params::from_query(request);
        let authorization = match AuthorizationRequest::parse(clients, &query, now) {
            Ok(authorization) => authorization,
            Err(problem) => return error_page(problem),
        };
        let form = Params::from_body(request);
        let is_form = request.method() == Method::POST;
        let response = match (authorization.problem(&query), is_form, form.get("decision")) {
            (Some((error, description)), ..) => authorization.fail(error, description),
            (None, false, _) if shared.settings.auto_approve => {
                self.approve(shared, &authorization, None, &query, now)
            }
            (None, false, _) => {
                let Client { name, scopes, .. } = &*authorization.client;
                let page = pages::authorize(shared, (name, scopes), &authorization.redirect_uri);
                ServiceResponse::success(response::html(StatusCode::OK, page), String::new())
            }
            (None, true, Some("approve")) => {
                self.approve(shared, &authorization, form.get("user"), &query, now)
            }
            (None, true, Some("deny")) => {
                authorization.fail("access_denied", "The user denied the request")
            }
            (None, true, _) => error_page("decision is neither `approve` nor `deny`"),
        };
        ServiceResponse { about: authorization.client.name.clone(), ..response }
    }

    fn approve(
        &mut self,
        shared: &mut Shared,
        authorization: &AuthorizationRequest,
        user: Option<&str>,
        query: &Params,
        now: Timestamp,
    ) -> ServiceResponse {
        let Some(user) = shared.settings.user(user).map(str::to_owned) else {
            return error_page("user is unknown");
        };
        let code = AuthorizationCode {
            client: authorization.client.clone(),
            redirect_uri: authorization.redirect_uri.clone(),
            challenge: query.get("code_challenge").unwrap_or_default().to_owned(),
            user,
            expires: now + EXPIRES_IN,
            used: false,
        };
        let text = shared.tokens.secret("", 48);
        self.0.insert(text.clone(), code);
        let response = authorization.redirect(&[("code", &text)]);
        ServiceResponse::success(response, String::new())
    }

    /// Exchanges a code of a client: returns the user who approved it.
    pub(super) fn exchange(
        &mut self,
        members: &Members,
        client: &Client,
        now: Timestamp,
    ) -> Result<String> {
        let (text, verifier) = (members.required("code")?, members.required("codeVerifier")?);
        let redirect_uri = members.required("redirectUri")?;
        let code = self.0.get_mut(text).filter(|code| code.client.id == client.id);
        let code = code.ok_or_else(|| ErrorResponse::invalid_grant("The code is unknown"))?;
        if code.used {
            return Err(ErrorResponse::invalid_grant("The code was used"));
        }
        if code.expires <= now {
            return Err(ErrorResponse::new(ErrorCode::ExpiredToken, "The code expired"));
        }
        if code.redirect_uri != redirect_uri {
            return Err(ErrorResponse::invalid_grant("redirectUri is not the one authorized"));
        }
        if !pkce::matches(verifier, &code.challenge) {
            return Err(ErrorResponse::invalid_grant("codeVerifier does not match the challenge"));
        }
        code.used = true;
        Ok(code.user.clone())
    }

    pub(super) fn remove_expired(&mut self, is_expired: impl Fn(Timestamp) -> bool) {
        self.0.remove_expired(|code| is_expired(code.expires));
    }
}

/// Returns a page with the problem. It does not redirect.
pub(super) fn error_page(problem: &str) -> ServiceResponse {
    let page = response::html(StatusCode::BAD_REQUEST, pages::problem(problem));
    ServiceResponse::error(page, problem, String::new())
}

/// The client that asks, and where the browser is redirected, with errors too.
struct AuthorizationRequest {
    client: Arc<Client>,
    redirect_uri: String,
    state: Option<String>,
}

impl AuthorizationRequest {
    /// Without a known client and redirect URI, there is no redirect (RFC 6749 §4.1.2.1).
    fn parse(
        clients: &Clients,
        query: &Params,
        now: Timestamp,
    ) -> std::result::Result<Self, &'static str> {
        let client = query.get("client_id").and_then(|id| clients.get(id));
        let client = client.filter(|client| now < client.expires);
        let client = client.ok_or("client_id is unknown or expired")?.clone();
        let redirect_uri = query.get("redirect_uri").ok_or("redirect_uri is missing")?;
        if !client.redirect_uris.iter().any(|registered| is_allowed(registered, redirect_uri)) {
            return Err("redirect_uri is not one that the client registered");
        }
        let state = query.get("state").map(str::to_owned);
        Ok(Self { redirect_uri: redirect_uri.to_owned(), client, state })
    }

    /// Returns an error code and its description.
    fn problem(&self, query: &Params) -> Option<(&'static str, &'static str)> {
        if query.get("response_type") != Some("code") {
            return Some(("unsupported_response_type", "response_type is not code"));
        }
        if !self.client.allows(AUTHORIZATION_CODE) {
            return Some(("unauthorized_client", "The client is not registered for this grant"));
        }
        let has_challenge = query.get("code_challenge_method") == Some("S256")
            && query.get("code_challenge").is_some_and(pkce::is_challenge);
        (!has_challenge).then_some(("invalid_request", "code_challenge is missing or not S256"))
    }

    fn fail(&self, error: &str, description: &str) -> ServiceResponse {
        let response = self.redirect(&[("error", error), ("error_description", description)]);
        ServiceResponse::error(response, error, String::new())
    }

    fn redirect(&self, pairs: &[(&str, &str)]) -> vestibule_wire::Response {
        let state = self.state.iter().map(|state| ("state", state.as_str()));
        response::redirect_to_client(&self.redirect_uri, pairs.iter().copied().chain(state))
    }
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
