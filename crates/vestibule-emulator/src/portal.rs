//! The access portal: accounts, roles and role credentials for an access token.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/Welcome.html>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use vestibule_types::{Timestamp, hex};
use vestibule_wire::Response;

use crate::context::RequestContext;
use crate::iam::Principal;
use crate::operation::Operation;
use crate::params::Params;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;

/// The most entries of a page (`MaxResultType` in the model).
const MAX_PAGE_SIZE: usize = 100;
/// The entries of a page without `max_result`. The documentation has no number; this one is small,
/// so that tests find clients that read the first page only.
const DEFAULT_PAGE_SIZE: usize = 20;

/// Responds to a request. The portal has no state but the sessions.
pub(crate) fn respond(
    shared: &mut Shared,
    operation: Operation,
    context: &RequestContext<'_>,
) -> ServiceResponse {
    let query = Params::from_query(context.request);
    let parameters = [query.get("account_id"), query.get("role_name")];
    let about = parameters.into_iter().flatten().collect::<Vec<_>>().join(" ");
    match call(shared, operation, context, &query) {
        Ok(response) => ServiceResponse::success(response, about),
        Err(error) => error.into_response(about),
    }
}

/// Returns the error response with a code that a script chose.
pub(crate) fn scripted_error(code: &str) -> ServiceResponse {
    let status = match code {
        "UnauthorizedException" => StatusCode::UNAUTHORIZED,
        "ForbiddenException" => StatusCode::FORBIDDEN,
        "ResourceNotFoundException" => StatusCode::NOT_FOUND,
        "TooManyRequestsException" => StatusCode::TOO_MANY_REQUESTS,
        "InternalServerException" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    ErrorResponse { status, code: code.to_owned(), message: "Scripted" }
        .into_response(String::new())
}

fn call(
    shared: &mut Shared,
    operation: Operation,
    context: &RequestContext<'_>,
    query: &Params,
) -> Result<Response> {
    let &RequestContext { request, ref origin, now, .. } = context;
    let token = request.headers().get("x-amz-sso_bearer_token");
    let session = token
        .and_then(|token| token.to_str().ok())
        .filter(|_| origin.is_in_region(&shared.settings.region))
        .and_then(|token| shared.sessions.authenticate(token, now));
    let Some((id, session)) = session else {
        return Err(ErrorResponse::new(
            StatusCode::UNAUTHORIZED,
            "UnauthorizedException",
            "Session token not found or invalid",
        ));
    };
    let body = match operation {
        Operation::Logout => {
            let id = id.to_owned();
            shared.sessions.revoke(Some(&id), now);
            return Ok(response::empty(StatusCode::OK));
        }
        Operation::ListAccounts => list_accounts(shared, query)?,
        Operation::ListAccountRoles => list_account_roles(shared, query)?,
        _ => {
            let user = session.user.clone();
            get_role_credentials(shared, query, &user, now)?
        }
    };
    Ok(response::json(StatusCode::OK, &body))
}

fn get_role_credentials(
    shared: &mut Shared,
    query: &Params,
    user: &str,
    now: Timestamp,
) -> Result<Value> {
    let account = query.get("account_id").ok_or_else(|| invalid("account_id is missing"))?;
    let role = query.get("role_name").ok_or_else(|| invalid("role_name is missing"))?;
    let known = shared.settings.account(account).ok_or_else(no_access)?;
    if !known.roles.iter().any(|own| own == role) {
        return Err(no_access());
    }
    // The name of the IAM role that Identity Center creates for a permission set.
    let hash = hex(&hmac_sha256::Hash::hash(format!("{account}/{role}").as_bytes()));
    let principal = Principal::Session {
        account: account.to_owned(),
        role: format!("AWSReservedSSO_{role}_{}", &hash[..16]),
        name: user.to_owned(),
    };
    let expires = now + shared.settings.role_duration;
    let credentials = shared.issue_credentials(principal, false, expires);
    Ok(json!({ "roleCredentials": {
        "accessKeyId": credentials.id,
        "secretAccessKey": credentials.secret,
        "sessionToken": credentials.session_token,
        "expiration": expires.unix_millis(),
    }}))
}

fn list_accounts(shared: &Shared, query: &Params) -> Result<Value> {
    let accounts = &shared.settings.accounts;
    let (page, next) = page(accounts, "accounts", query)?;
    let list: Vec<_> = page
        .iter()
        .map(|account| match &account.name {
            Some(name) => json!({
                "accountId": account.id,
                "accountName": name,
                "emailAddress": format!("{}@example.com", account.id),
            }),
            None => json!({ "accountId": account.id }),
        })
        .collect();
    Ok(with_next_token(json!({ "accountList": list }), next))
}

fn list_account_roles(shared: &Shared, query: &Params) -> Result<Value> {
    let id = query.get("account_id").ok_or_else(|| invalid("account_id is missing"))?;
    let account = shared.settings.account(id).ok_or_else(no_access)?;
    let (page, next) = page(&account.roles, id, query)?;
    let list: Vec<_> =
        page.iter().map(|role| json!({ "roleName": role, "accountId": id })).collect();
    Ok(with_next_token(json!({ "roleList": list }), next))
}

/// Returns a page of a list, and the token of the next page.
fn page<'a, T>(list: &'a [T], name: &str, query: &Params) -> Result<(&'a [T], Option<String>)> {
    let size = match query.get("max_result") {
        None => DEFAULT_PAGE_SIZE,
        Some(text) => text
            .parse()
            .ok()
            .filter(|size| (1..=MAX_PAGE_SIZE).contains(size))
            .ok_or_else(|| invalid("max_result is not a number from 1 to 100"))?,
    };
    let start = match query.get("next_token") {
        None => 0,
        Some(token) => start_of_page(token, name)
            .filter(|start| *start < list.len())
            .ok_or_else(|| invalid("next_token is not one of this list"))?,
    };
    let end = list.len().min(start + size);
    let next = (end < list.len()).then(|| URL_SAFE_NO_PAD.encode(format!("{name}/{end}")));
    Ok((&list[start..end], next))
}

fn start_of_page(token: &str, name: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix(name)?.strip_prefix('/')?.parse().ok()
}

fn with_next_token(mut body: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        body["nextToken"] = next.into();
    }
    body
}

type Result<T> = std::result::Result<T, ErrorResponse>;

struct ErrorResponse {
    status: StatusCode,
    code: String,
    message: &'static str,
}

impl ErrorResponse {
    fn new(status: StatusCode, code: &str, message: &'static str) -> Self {
        Self { status, code: code.to_owned(), message }
    }

    /// Returns the response as observed at the service, with the type in the body.
    fn into_response(self, about: String) -> ServiceResponse {
        let body = json!({
            "message": self.message,
            "__type": format!("com.amazonaws.switchboard.portal#{}", self.code),
        });
        ServiceResponse::error(response::json(self.status, &body), self.code, about)
    }
}

fn invalid(message: &'static str) -> ErrorResponse {
    ErrorResponse::new(StatusCode::BAD_REQUEST, "InvalidRequestException", message)
}

/// Returns the error for unknown accounts and roles, which is that for a missing assignment.
fn no_access() -> ErrorResponse {
    ErrorResponse::new(StatusCode::FORBIDDEN, "ForbiddenException", "No access")
}
