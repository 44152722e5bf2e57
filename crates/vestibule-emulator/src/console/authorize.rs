//! `/v1/authorize`, which a client opens in a browser.
//!
//! It differs from Identity Center's in names: the challenge method is `SHA-256` and the scope is
//! `openid`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::Value;
use vestibule_types::{Region, Timestamp};

use super::client::Client;
use super::error::{ErrorCode, ErrorResponse, Result};
use crate::authorization::{AuthorizationCodes, AuthorizationRequest, CodeError, error_page};
use crate::context::RequestContext;
use crate::pages;
use crate::params::Params;
use crate::pkce;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;

/// The codes of clients, each with the region of its request.
pub(super) type Codes = AuthorizationCodes<(Client, Region)>;

pub(super) fn respond(
    codes: &mut Codes,
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
    let region = context.origin.region(&shared.settings.region).clone();
    let authorization = AuthorizationRequest {
        client: (client, region),
        details: (client.name(), &["openid".to_owned()]),
        redirect_uri,
        problem: problem(&query).map(|description| ("invalid_request", description)),
        query: &query,
    };
    let response = codes.respond(shared, authorization, context.request, context.now);
    ServiceResponse { about: client.id().to_owned(), ..response }
}

/// Exchanges a code of a client: returns the user who approved it.
pub(super) fn exchange(
    codes: &mut Codes,
    body: &Value,
    client: Client,
    region: &Region,
    now: Timestamp,
) -> Result<String> {
    let member = |name: &str| body[name].as_str().unwrap_or_default();
    if member("code").is_empty() {
        return Err(ErrorResponse::invalid_request("code is missing"));
    }
    let error = |error: CodeError| match error {
        CodeError::Used | CodeError::Expired => {
            ErrorResponse::new(ErrorCode::AuthcodeExpired, error.message())
        }
        _ => ErrorResponse::invalid_request(error.message()),
    };
    let code = codes.find(member("code"), |(own, _)| *own == client, now).map_err(error)?;
    if code.client.1 != *region {
        return Err(ErrorResponse::invalid_request("The code is of another region"));
    }
    code.exchange(member("redirectUri"), member("codeVerifier")).map_err(error)
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
