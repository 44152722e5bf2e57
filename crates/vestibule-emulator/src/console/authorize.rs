//! `/v1/authorize`, which a client opens in a browser.
//!
//! It differs from Identity Center's in names: the challenge method is `SHA-256` and the scope is
//! `openid`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use serde_json::Value;
use vestibule_types::{Region, Timestamp};

use super::client::Client;
use super::error::{ErrorCode, ErrorResponse, Result};
use crate::context::RequestContext;
use crate::pages;
use crate::params::Params;
use crate::pkce;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;
use crate::table::Table;

const EXPIRES_IN: Duration = Duration::from_secs(600);

/// An authorization code.
struct AuthorizationCode {
    client: Client,
    redirect_uri: String,
    challenge: String,
    user: String,
    region: Region,
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
        context: &RequestContext<'_>,
    ) -> ServiceResponse {
        let query = Params::from_query(context.request);
        let Some(client) = query.get("client_id").and_then(Client::from_id) else {
            return error_page("client_id is unknown");
        };
        let redirect_uri = query.get("redirect_uri").unwrap_or_default();
        if !client.allows_redirect(redirect_uri, &context.origin) {
            return error_page("redirect_uri is not allowed for this client");
        }
        let form = Params::from_body(context.request);
        let is_form = context.request.method() == Method::POST;
        let response = match (problem(&query), is_form, form.get("decision")) {
            (Some(description), ..) => fail(&query, "invalid_request", description),
            (None, false, _) if shared.settings.auto_approve => {
                self.approve(shared, context, client, &query, None)
            }
            (None, false, _) => {
                let scopes = ["openid".to_owned()];
                let page = pages::authorize(shared, (client.name(), &scopes), redirect_uri);
                ServiceResponse::success(response::html(StatusCode::OK, page), String::new())
            }
            (None, true, Some("approve")) => {
                self.approve(shared, context, client, &query, form.get("user"))
            }
            (None, true, Some("deny")) => {
                fail(&query, "access_denied", "The user denied the request")
            }
            (None, true, _) => error_page("decision is neither `approve` nor `deny`"),
        };
        ServiceResponse { about: client.id().to_owned(), ..response }
    }

    fn approve(
        &mut self,
        shared: &mut Shared,
        context: &RequestContext<'_>,
        client: Client,
        query: &Params,
        user: Option<&str>,
    ) -> ServiceResponse {
        let Some(user) = shared.settings.user(user).map(str::to_owned) else {
            return error_page("user is unknown");
        };
        let code = AuthorizationCode {
            client,
            redirect_uri: query.get("redirect_uri").unwrap_or_default().to_owned(),
            challenge: query.get("code_challenge").unwrap_or_default().to_owned(),
            user,
            region: context.origin.region(&shared.settings.region).clone(),
            expires: context.now + EXPIRES_IN,
            used: false,
        };
        let text = shared.tokens.secret("", 48);
        self.0.insert(text.clone(), code);
        ServiceResponse::success(redirect(query, &[("code", &text)]), String::new())
    }

    /// Exchanges a code of a client: returns the user who approved it.
    pub(super) fn exchange(
        &mut self,
        body: &Value,
        client: Client,
        region: &Region,
        now: Timestamp,
    ) -> Result<String> {
        let text = body["code"].as_str();
        let text = text.ok_or_else(|| ErrorResponse::invalid_request("code is missing"))?;
        let code = self.0.get_mut(text).filter(|code| code.client == client);
        let code = code.ok_or_else(|| ErrorResponse::invalid_request("The code is unknown"))?;
        if code.used || code.expires <= now {
            let message = "The code expired, or was used";
            return Err(ErrorResponse::new(ErrorCode::AuthcodeExpired, message));
        }
        if code.region != *region {
            return Err(ErrorResponse::invalid_request("The code is of another region"));
        }
        if body["redirectUri"] != *code.redirect_uri {
            return Err(ErrorResponse::invalid_request("redirectUri is not the one authorized"));
        }
        let verifier = body["codeVerifier"].as_str().unwrap_or_default();
        if !pkce::matches(verifier, &code.challenge) {
            let message = "codeVerifier does not match the challenge";
            return Err(ErrorResponse::invalid_request(message));
        }
        code.used = true;
        Ok(code.user.clone())
    }
}

/// Returns the page `/v1/sessions/confirmation`, with the code that the user pastes on another computer.
pub(super) fn confirmation_page(context: &RequestContext<'_>) -> ServiceResponse {
    let query = Params::from_query(context.request);
    let Some((state, code)) = query.get("state").zip(query.get("code")) else {
        return error_page(query.get("error").unwrap_or("state or code is missing"));
    };
    let text = STANDARD.encode(format!("state={state}&code={code}"));
    let page = response::html(StatusCode::OK, pages::cross_device_code(&text));
    ServiceResponse::success(page, String::new())
}

/// Returns a page with the problem. It does not redirect.
pub(super) fn error_page(problem: &str) -> ServiceResponse {
    let page = response::html(StatusCode::BAD_REQUEST, pages::problem(problem));
    ServiceResponse::error(page, problem, String::new())
}

fn problem(query: &Params) -> Option<&'static str> {
    if query.get("response_type") != Some("code") {
        return Some("response_type is not code");
    }
    if query.get("scope") != Some("openid") {
        return Some("scope is not openid");
    }
    if query.get("state").is_none() {
        return Some("state is missing");
    }
    let has_challenge = query.get("code_challenge_method") == Some("SHA-256")
        && query.get("code_challenge").is_some_and(pkce::is_challenge);
    (!has_challenge).then_some("code_challenge is missing or not SHA-256")
}

fn fail(query: &Params, error: &str, description: &str) -> ServiceResponse {
    let response = redirect(query, &[("error", error), ("error_description", description)]);
    ServiceResponse::error(response, error, String::new())
}

fn redirect(query: &Params, pairs: &[(&str, &str)]) -> vestibule_wire::Response {
    let redirect_uri = query.get("redirect_uri").unwrap_or_default();
    let state = query.get("state").map(|state| ("state", state));
    response::redirect_to_client(redirect_uri, pairs.iter().copied().chain(state))
}
