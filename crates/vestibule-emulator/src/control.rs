//! `/emulator/…`: what tests and scripts do, in place of people and of time.
//!
//! Parameters come in the query or in a form. A browser, which asks for HTML, is sent back to the
//! status page; all others get JSON.

use std::time::Duration;

use http::header::ACCEPT;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use crate::answer;
use crate::config::Rotation;
use crate::faults::Rule;
use crate::operation::Operation;
use crate::params::Params;
use crate::script;
use crate::state::{Progress, State};

/// The answer, and by how many seconds to move the clock.
pub(crate) fn answer(state: &mut State, request: &Request, now: Timestamp) -> (Response, i64) {
    let params = Params::of_query(request).or(Params::of_body(request));
    let path = request.uri().path();
    let mut moves = 0;
    let done = match (request.method().as_str(), path.trim_start_matches("/emulator/")) {
        ("GET", "requests") => Ok(requests(state)),
        ("GET", "violations") => Ok(violations(state)),
        ("GET", "time") => Ok(json!({ "now": now.to_string() })),
        ("GET", "secrets") => {
            let lines: String = state.mint.issued().flat_map(|secret| [secret, "\n"]).collect();
            return (answer::text(lines), 0);
        }
        ("POST", "approve") => approve(state, &params, now),
        ("POST", "deny") => decide(state, &params, &Progress::Denied, now),
        ("POST", "revoke") => Ok(json!({ "revoked": state.revoke(params.get("session"), now) })),
        ("POST", "fail") => fail(state, &params),
        ("POST", "script") => play(state, params.get("script").unwrap_or_default()),
        ("POST", "rotate") => rotate(state, params.get("to").unwrap_or_default()),
        ("POST", "identity-token") => {
            let token = identity_token(state, &params, now);
            return (token.map_or_else(|error| respond(request, Err(error)), answer::text), 0);
        }
        ("POST", "heal") => {
            state.faults.clear();
            Ok(json!({}))
        }
        ("POST", "advance") => match params.get("seconds").map(str::parse::<i32>) {
            Some(Ok(seconds)) => {
                moves = i64::from(seconds);
                Ok(json!({ "now": moved(now, moves).to_string() }))
            }
            _ => Err("seconds is not a whole number of up to 68 years".to_owned()),
        },
        _ => return (nothing(), 0),
    };
    (respond(request, done), moves)
}

fn approve(state: &mut State, params: &Params, now: Timestamp) -> Result<Value, String> {
    let user = state.config.user(params.get("user")).ok_or("no such user")?.to_owned();
    decide(state, params, &Progress::Approved(user), now)
}

/// One device authorization, or all that wait.
fn decide(
    state: &mut State,
    params: &Params,
    progress: &Progress,
    now: Timestamp,
) -> Result<Value, String> {
    let codes: Vec<_> = match params.get("user_code") {
        Some(code) => vec![code.to_owned()],
        None => state.waiting(now).map(|device| device.user_code.clone()).collect(),
    };
    for code in &codes {
        state.decide(code, progress, now).map_err(|error| error.to_string())?;
    }
    Ok(json!({ "decided": codes.len() }))
}

fn fail(state: &mut State, params: &Params) -> Result<Value, String> {
    let operation = script::operation(params.get("operation").unwrap_or_default())?;
    let fault = script::fault_named(params.get("what").unwrap_or_default())?;
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

fn play(state: &mut State, text: &str) -> Result<Value, String> {
    let rules = script::read(text).map_err(|error| error.to_string())?;
    let body = json!({ "scripted": rules.len() });
    state.faults.extend(rules);
    Ok(body)
}

/// An hour long unless told otherwise.
fn identity_token(state: &mut State, params: &Params, now: Timestamp) -> Result<String, String> {
    let to = params.get("audience").ok_or("audience is missing")?;
    let about = params.get("subject").ok_or("subject is missing")?;
    let seconds = params.get("seconds").map_or(Ok(3600), str::parse);
    let seconds = seconds.map_err(|_| "seconds is not a whole number")?;
    Ok(state.mint.identity_token((to, about), now, Duration::from_secs(seconds)))
}

fn rotate(state: &mut State, to: &str) -> Result<Value, String> {
    state.config.rotation = Rotation::named(to)?;
    Ok(json!({}))
}

fn requests(state: &State) -> Value {
    let counts: serde_json::Map<_, _> = state
        .log
        .counts()
        .iter()
        .map(|(operation, count)| (operation.name().to_owned(), (*count).into()))
        .collect();
    let entries: Vec<_> = state
        .log
        .entries()
        .map(|entry| {
            json!({
                "at": entry.at.to_string(),
                "operation": entry.operation.map(Operation::name),
                "line": entry.line,
                "about": entry.about,
                "userAgent": entry.user_agent,
                "status": entry.status.map(|status| status.as_u16()),
                "error": entry.error,
                "scripted": entry.scripted,
                "violations": entry.violations,
            })
        })
        .collect();
    json!({ "counts": counts, "requests": entries })
}

fn violations(state: &State) -> Value {
    let list: Vec<_> = state.log.violations().map(ToString::to_string).collect();
    json!({ "violations": list })
}

fn respond(request: &Request, done: Result<Value, String>) -> Response {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let browser = accept.is_some_and(|types| types.contains("text/html"));
    match done {
        Ok(_) if browser && request.method() == Method::POST => {
            answer::redirect(StatusCode::SEE_OTHER, "/")
        }
        Ok(body) => answer::json(StatusCode::OK, &body),
        Err(problem) => answer::json(StatusCode::BAD_REQUEST, &json!({ "message": problem })),
    }
}

fn nothing() -> Response {
    let message = "GET requests, violations, secrets or time; POST approve, deny, revoke, fail, \
                   script, heal, rotate, identity-token or advance";
    answer::json(StatusCode::NOT_FOUND, &json!({ "message": message }))
}

fn moved(now: Timestamp, seconds: i64) -> Timestamp {
    let span = Duration::from_secs(seconds.unsigned_abs());
    if 0 <= seconds { now + span } else { now - span }
}
