//! `CreateOAuth2Token`, with its two grants.
//!
//! <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html>

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use vestibule_wire::Partition;

use super::grant::Refresh;
use super::program::Program;
use super::proof::{self, Key};
use super::refusal::{Code, Refusal};
use crate::answer::{self, Answered};
use crate::handle::Arrival;
use crate::iam::Principal;
use crate::pkce;
use crate::state::State;

/// How long credentials work.
const LIFETIME: Duration = Duration::from_secs(900);

pub(super) fn answer(state: &mut State, arrival: &Arrival<'_>) -> Answered {
    let body: Value = serde_json::from_slice(arrival.request.body()).unwrap_or_default();
    let about = body["grantType"].as_str().unwrap_or_default().to_owned();
    match create(state, &body, arrival) {
        Ok(tokens) => {
            let response = answer::json(StatusCode::OK, &tokens);
            Answered { response, error: None, about }
        }
        Err(refusal) => refusal.answer(about),
    }
}

/// A refusal with a code of the caller's choice.
pub(super) fn refuse(code: &str) -> Answered {
    let code = Code::of(code).unwrap_or(Code::InvalidRequest);
    Refusal::new(code, "Scripted").answer(String::new())
}

fn create(state: &mut State, body: &Value, arrival: &Arrival<'_>) -> Result<Value, Refusal> {
    if !body.is_object() {
        return Err(Refusal::invalid("The body is not a JSON object"));
    }
    let program = body["clientId"].as_str().and_then(Program::of);
    let program = program.ok_or_else(|| Refusal::invalid("clientId is unknown"))?;
    let key = proof::verify(arrival, &mut state.console.proofs).map_err(Refusal::invalid)?;
    match body["grantType"].as_str() {
        Some("authorization_code") => by_code(state, body, program, key, arrival),
        Some("refresh_token") => by_refresh(state, body, program, &key, arrival),
        _ => Err(Refusal::invalid("grantType is not one of the two that there are")),
    }
}

/// The key that comes with the code is the one that all refreshes must be proved with.
fn by_code(
    state: &mut State,
    body: &Value,
    program: Program,
    key: Key,
    arrival: &Arrival<'_>,
) -> Result<Value, Refusal> {
    let region = super::region(state, arrival).clone();
    let text = body["code"].as_str().ok_or_else(|| Refusal::invalid("code is missing"))?;
    let code = state.console.codes.get_mut(text).filter(|code| code.program == program);
    let code = code.ok_or_else(|| Refusal::invalid("The code is unknown"))?;
    if code.spent || code.expires <= arrival.now {
        return Err(Refusal::new(Code::AuthcodeExpired, "The code expired, or was used"));
    }
    if code.region != region {
        return Err(Refusal::invalid("The code is of another region"));
    }
    if body["redirectUri"] != *code.redirect_uri {
        return Err(Refusal::invalid("redirectUri is not the one authorized"));
    }
    let verifier = body["codeVerifier"].as_str().unwrap_or_default();
    if !pkce::matches(verifier, &code.challenge) {
        return Err(Refusal::invalid("codeVerifier does not match the challenge"));
    }
    code.spent = true;
    let user = code.user.clone();
    let session = state.open_session(&user, &program.client(), arrival.now);
    let refresh = Refresh { program, session, key, region };
    let who = person(state, &user);
    let claims = json!({
        "iss": arrival.place.base,
        "sub": who.arn(Partition::of(&refresh.region).id),
        "aud": program.client_id(),
        "iat": arrival.now.unix_seconds(),
        "exp": (arrival.now + LIFETIME).unix_seconds(),
    });
    let mut tokens = issue(state, who, refresh, arrival);
    tokens["idToken"] = state.mint.token(&claims).into();
    Ok(tokens)
}

fn by_refresh(
    state: &mut State,
    body: &Value,
    program: Program,
    key: &Key,
    arrival: &Arrival<'_>,
) -> Result<Value, Refusal> {
    let text = body["refreshToken"].as_str();
    let text = text.ok_or_else(|| Refusal::invalid("refreshToken is missing"))?;
    let refresh = state.console.refresh_tokens.get(text);
    let refresh = refresh.filter(|refresh| refresh.program == program).cloned();
    let refresh = refresh.ok_or_else(|| Refusal::invalid("refreshToken is unknown"))?;
    if refresh.key != *key {
        return Err(Refusal::invalid("refreshToken belongs to another key"));
    }
    if refresh.region != *super::region(state, arrival) {
        return Err(Refusal::invalid("refreshToken is of another region"));
    }
    let session = state.sessions.get(&refresh.session);
    let session = session.filter(|session| session.is_live(arrival.now));
    let Some(session) = session else {
        return Err(Refusal::new(Code::TokenExpired, "The session is over"));
    };
    let who = person(state, &session.user);
    Ok(issue(state, who, refresh, arrival))
}

/// People have a user of the same name in the first account.
fn person(state: &State, user: &str) -> Principal {
    let account = state.config.accounts.first().map(|account| account.id.clone());
    Principal::User { account: account.unwrap_or_default(), name: user.to_owned() }
}

fn issue(state: &mut State, who: Principal, refresh: Refresh, arrival: &Arrival<'_>) -> Value {
    let left = state.sessions.get(&refresh.session);
    let left = left.map_or(LIFETIME, |session| session.until.saturating_since(arrival.now));
    let lifetime = LIFETIME.min(left);
    let keys = state.issue(who, false, arrival.now + lifetime);
    let refresh_token = state.mint.secret("rt", 96);
    state.console.refresh_tokens.insert(refresh_token.clone(), refresh);
    json!({
        "accessToken": {
            "accessKeyId": keys.id,
            "secretAccessKey": keys.secret,
            "sessionToken": keys.session_token,
        },
        "tokenType": "aws_sigv4",
        "expiresIn": lifetime.as_secs(),
        "refreshToken": refresh_token,
    })
}
