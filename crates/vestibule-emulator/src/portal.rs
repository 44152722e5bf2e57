//! The access portal: from an access token to accounts, roles and keys.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/Welcome.html>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use vestibule_types::Timestamp;
use vestibule_wire::Response;

use crate::answer::{self, Answered};
use crate::handle::Arrival;
use crate::iam::Principal;
use crate::mint::hex;
use crate::operation::Operation;
use crate::params::Params;
use crate::state::State;

/// The most entries of a page (`MaxResultType` in the model).
const MOST: usize = 100;
/// How many there are when nobody asks for a number. The service says nothing about it; few, so
/// that who forgets to turn pages finds out.
const USUAL: usize = 20;

pub(crate) fn answer(state: &mut State, operation: Operation, arrival: &Arrival<'_>) -> Answered {
    let query = Params::of_query(arrival.request);
    let words = [query.get("account_id"), query.get("role_name")];
    let about = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
    match ask(state, operation, arrival, &query) {
        Ok(response) => Answered { response, error: None, about },
        Err(refusal) => refusal.answer(about),
    }
}

/// A refusal with a code of the caller's choice.
pub(crate) fn refuse(code: &str) -> Answered {
    let status = match code {
        "UnauthorizedException" => StatusCode::UNAUTHORIZED,
        "ForbiddenException" => StatusCode::FORBIDDEN,
        "ResourceNotFoundException" => StatusCode::NOT_FOUND,
        "TooManyRequestsException" => StatusCode::TOO_MANY_REQUESTS,
        "InternalServerException" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    Refusal { status, code: code.to_owned(), message: "Scripted" }.answer(String::new())
}

fn ask(
    state: &mut State,
    operation: Operation,
    arrival: &Arrival<'_>,
    query: &Params,
) -> Result<Response, Refusal> {
    let &Arrival { request, ref place, now, .. } = arrival;
    let token = request.headers().get("x-amz-sso_bearer_token");
    let session = token
        .and_then(|token| token.to_str().ok())
        .filter(|_| place.may_be_in(&state.config.region))
        .and_then(|token| state.session_of(token, now));
    let Some((id, session)) = session else {
        return Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "UnauthorizedException",
            "Session token not found or invalid",
        ));
    };
    let body = match operation {
        Operation::Logout => {
            let id = id.to_owned();
            state.revoke(Some(&id), now);
            return Ok(answer::bare(StatusCode::OK));
        }
        Operation::ListAccounts => list_accounts(state, query)?,
        Operation::ListAccountRoles => list_account_roles(state, query)?,
        _ => {
            let user = session.user.clone();
            get_role_credentials(state, query, &user, now)?
        }
    };
    Ok(answer::json(StatusCode::OK, &body))
}

fn get_role_credentials(
    state: &mut State,
    query: &Params,
    user: &str,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let account = query.get("account_id").ok_or_else(|| missing("account_id is missing"))?;
    let role = query.get("role_name").ok_or_else(|| missing("role_name is missing"))?;
    let known = state.config.account(account).ok_or_else(no_access)?;
    if !known.roles.iter().any(|own| own == role) {
        return Err(no_access());
    }
    // What Identity Center calls the role in the account: the permission set and a fixed suffix.
    let hash = hex(&hmac_sha256::Hash::hash(format!("{account}/{role}").as_bytes()));
    let who = Principal::Session {
        account: account.to_owned(),
        role: format!("AWSReservedSSO_{role}_{}", &hash[..16]),
        name: user.to_owned(),
    };
    let expires = now + state.config.role_credentials;
    let issued = state.issue(who, false, expires);
    let millis =
        expires.unix_seconds() * 1000 + i64::from(expires.subsec_nanoseconds() / 1_000_000);
    Ok(json!({ "roleCredentials": {
        "accessKeyId": issued.id,
        "secretAccessKey": issued.secret,
        "sessionToken": issued.session_token,
        "expiration": millis,
    }}))
}

fn list_accounts(state: &State, query: &Params) -> Result<Value, Refusal> {
    let accounts = &state.config.accounts;
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
    Ok(with_next(json!({ "accountList": list }), next))
}

fn list_account_roles(state: &State, query: &Params) -> Result<Value, Refusal> {
    let id = query.get("account_id").ok_or_else(|| missing("account_id is missing"))?;
    let account = state.config.account(id).ok_or_else(no_access)?;
    let (page, next) = page(&account.roles, id, query)?;
    let list: Vec<_> =
        page.iter().map(|role| json!({ "roleName": role, "accountId": id })).collect();
    Ok(with_next(json!({ "roleList": list }), next))
}

/// The part of a list that is asked for, and what to ask for next.
fn page<'a, T>(
    list: &'a [T],
    name: &str,
    query: &Params,
) -> Result<(&'a [T], Option<String>), Refusal> {
    let most = match query.get("max_result") {
        None => USUAL,
        Some(text) => text
            .parse()
            .ok()
            .filter(|most| (1..=MOST).contains(most))
            .ok_or_else(|| missing("max_result is not a number from 1 to 100"))?,
    };
    let start = match query.get("next_token") {
        None => 0,
        Some(token) => place_of(token, name)
            .filter(|start| *start < list.len())
            .ok_or_else(|| missing("next_token is not one of this list"))?,
    };
    let end = list.len().min(start + most);
    let next = (end < list.len()).then(|| URL_SAFE_NO_PAD.encode(format!("{name}/{end}")));
    Ok((&list[start..end], next))
}

fn place_of(token: &str, name: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix(name)?.strip_prefix('/')?.parse().ok()
}

fn with_next(mut body: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        body["nextToken"] = next.into();
    }
    body
}

struct Refusal {
    status: StatusCode,
    code: String,
    message: &'static str,
}

impl Refusal {
    fn new(status: StatusCode, code: &str, message: &'static str) -> Self {
        Self { status, code: code.to_owned(), message }
    }

    /// As seen on the wire, with the type in the body.
    fn answer(self, about: String) -> Answered {
        let body = json!({
            "message": self.message,
            "__type": format!("com.amazonaws.switchboard.portal#{}", self.code),
        });
        Answered { response: answer::json(self.status, &body), error: Some(self.code), about }
    }
}

fn missing(message: &'static str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "InvalidRequestException", message)
}

/// Not assigned, or not there: the portal does not tell.
fn no_access() -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, "ForbiddenException", "No access")
}
