//! `/emulator/…`, with which tests and scripts take the place of users and of time.
//!
//! Parameters are in the query or in a form. A browser, which accepts HTML, is redirected to the
//! status page; other clients get JSON.

use std::time::Duration;

use http::header::ACCEPT;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use crate::fault::Fault;
use crate::fault_schedule::Rule;
use crate::oidc::DeviceState;
use crate::operation::Operation;
use crate::pages;
use crate::params::Params;
use crate::response;
use crate::script;
use crate::settings::Rotation;
use crate::state::State;

/// Returns the response, and by how many seconds to move the clock.
pub(crate) fn respond(state: &mut State, request: &Request, now: Timestamp) -> (Response, i64) {
    let params = Params::from_query(request).or(Params::from_body(request));
    let path = request.uri().path();
    let mut clock_shift = 0;
    let result = match (request.method().as_str(), path.trim_start_matches("/emulator/")) {
        ("GET", "requests") => Ok(requests(state)),
        ("GET", "violations") => Ok(violations(state)),
        ("GET", "time") => Ok(json!({ "now": now.to_string() })),
        ("GET", "secrets") => {
            let secrets = state.shared.tokens.secrets();
            let lines = secrets.flat_map(|secret| [secret, "\n"]).collect();
            return (response::text(StatusCode::OK, lines), 0);
        }
        ("POST", "approve") => approve(state, &params, now),
        ("POST", "deny") => decide(state, &params, &DeviceState::Denied, now),
        ("POST", "revoke") => {
            let revoked = state.shared.sessions.revoke(params.get("session"), now);
            Ok(json!({ "revoked": revoked }))
        }
        ("POST", "expire-sessions") => {
            state.shared.sessions.expire(now);
            Ok(json!({}))
        }
        ("POST", "expire-registrations") => {
            state.oidc.expire_registrations(now);
            Ok(json!({}))
        }
        ("POST", "fail") => fail(state, &params),
        ("POST", "script") => schedule(state, params.get("script").unwrap_or_default()),
        ("POST", "rotate") => set_rotation(state, params.get("to").unwrap_or_default()),
        ("POST", "identity-token") => match identity_token(state, &params, now) {
            Ok(token) => return (response::text(StatusCode::OK, token), 0),
            Err(problem) => Err(problem),
        },
        ("POST", "heal") => {
            state.faults.clear();
            Ok(json!({}))
        }
        ("POST", "advance") => match params.get("seconds").map(str::parse::<i32>) {
            Some(Ok(seconds)) => {
                clock_shift = i64::from(seconds);
                Ok(json!({ "now": shifted(now, clock_shift).to_string() }))
            }
            _ => Err("seconds is not a whole number of up to 68 years".to_owned()),
        },
        _ => return (not_found(), 0),
    };
    (into_response(request, result), clock_shift)
}

fn approve(state: &mut State, params: &Params, now: Timestamp) -> Result<Value, String> {
    let user = state.shared.settings.user(params.get("user")).ok_or("user is unknown")?.to_owned();
    decide(state, params, &DeviceState::Approved(user), now)
}

/// Decides the device authorization of a user code, or all that are pending.
fn decide(
    state: &mut State,
    params: &Params,
    decision: &DeviceState,
    now: Timestamp,
) -> Result<Value, String> {
    let codes: Vec<_> = match params.get("user_code") {
        Some(code) => vec![code.to_owned()],
        None => state.oidc.devices.pending(now).map(|device| device.user_code.clone()).collect(),
    };
    for code in &codes {
        state.decide(code, decision, now).map_err(|error| error.to_string())?;
    }
    Ok(json!({ "decided": codes.len() }))
}

fn fail(state: &mut State, params: &Params) -> Result<Value, String> {
    let operation = params.get("operation").unwrap_or_default();
    let operation = script::parse_operation(operation).map_err(|error| error.to_string())?;
    let fault = params.get("what").unwrap_or_default().parse::<Fault>();
    let fault = fault.map_err(|error| error.to_string())?;
    let times = match params.get("times") {
        None => Some(1),
        Some("always") => None,
        Some(times) => {
            let times = times.parse().map_err(|_| "times is neither a number nor `always`")?;
            Some(times)
        }
    };
    let name = operation.map_or("anything", Operation::name);
    let body = json!({ "operation": name, "what": fault.to_string(), "times": times });
    state.faults.add(Rule { operation, times, fault });
    Ok(body)
}

fn schedule(state: &mut State, text: &str) -> Result<Value, String> {
    let rules = script::parse(text).map_err(|error| error.to_string())?;
    let body = json!({ "scripted": rules.len() });
    state.faults.extend(rules);
    Ok(body)
}

fn set_rotation(state: &mut State, name: &str) -> Result<Value, String> {
    let rotation = Rotation::from_name(name).map_err(|error| error.to_string())?;
    state.shared.settings.rotation = rotation;
    Ok(json!({}))
}

/// Returns an identity token that expires in an hour by default.
fn identity_token(state: &mut State, params: &Params, now: Timestamp) -> Result<String, String> {
    let audience = params.get("audience").ok_or("audience is missing")?;
    let subject = params.get("subject").ok_or("subject is missing")?;
    let seconds = params.get("seconds").map_or(Ok(3600), str::parse);
    let lifetime = Duration::from_secs(seconds.map_err(|_| "seconds is not a whole number")?);
    Ok(state.shared.tokens.identity_token((audience, subject), now, lifetime))
}

fn requests(state: &State) -> Value {
    let counts = state.log.counts().iter();
    let counts: serde_json::Map<_, _> =
        counts.map(|(operation, count)| (operation.name().to_owned(), (*count).into())).collect();
    let entries = state.log.entries().map(|entry| {
        json!({
            "at": entry.at.to_string(),
            "operation": entry.operation.map(Operation::name),
            "line": entry.line,
            "about": entry.about,
            "userAgent": entry.user_agent,
            "status": entry.status.map(|status| status.as_u16()),
            "error": entry.error,
            "scripted": entry.scripted,
            "requestBody": entry.request_body,
            "responseBody": entry.response_body,
            "violations": entry.violations,
        })
    });
    json!({ "counts": counts, "requests": entries.collect::<Vec<_>>() })
}

fn violations(state: &State) -> Value {
    let list: Vec<_> = state.log.violations().map(ToString::to_string).collect();
    json!({ "violations": list })
}

fn into_response(request: &Request, result: Result<Value, String>) -> Response {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let is_browser = accept.is_some_and(|types| types.contains("text/html"));
    match result {
        Ok(_) if is_browser && request.method() == Method::POST => {
            response::redirect(StatusCode::SEE_OTHER, "/")
        }
        Ok(body) => response::json(StatusCode::OK, &body),
        Err(problem) if is_browser => {
            response::html(StatusCode::BAD_REQUEST, pages::problem(&problem))
        }
        Err(problem) => response::json(StatusCode::BAD_REQUEST, &json!({ "message": problem })),
    }
}

fn not_found() -> Response {
    let message = "GET requests, violations, secrets or time; POST approve, deny, revoke, \
                   expire-sessions, expire-registrations, fail, script, heal, rotate, \
                   identity-token or advance";
    response::json(StatusCode::NOT_FOUND, &json!({ "message": message }))
}

fn shifted(now: Timestamp, seconds: i64) -> Timestamp {
    let span = Duration::from_secs(seconds.unsigned_abs());
    if 0 <= seconds { now + span } else { now - span }
}
