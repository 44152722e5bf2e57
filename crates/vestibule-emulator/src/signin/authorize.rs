//! `/v1/authorize`: as Identity Center's but for the names. The method is `SHA-256`, the scope is
//! `openid`, and the programs need no registration.

use std::time::Duration;

use http::{Method, StatusCode};

use super::grant::Code;
use super::program::Program;
use crate::answer::{self, Answered};
use crate::handle::Arrival;
use crate::pages;
use crate::params::Params;
use crate::pkce;
use crate::state::State;

/// How long a code waits to be exchanged.
const EXPIRES_IN: Duration = Duration::from_secs(600);

pub(super) fn answer(state: &mut State, arrival: &Arrival<'_>) -> Answered {
    let query = Params::of_query(arrival.request);
    let Some(program) = query.get("client_id").and_then(Program::of) else {
        return refuse("client_id is not one of the two that there are");
    };
    let redirect_uri = query.get("redirect_uri").unwrap_or_default();
    if !program.comes_back_to(redirect_uri, &arrival.place) {
        return refuse("redirect_uri is not one that this client may have");
    }
    let form = Params::of_body(arrival.request);
    let posted = arrival.request.method() == Method::POST;
    let denied = ("access_denied", "The user refused");
    let answered = match (problem(&query), posted, form.get("decision")) {
        (Some(description), ..) => send_away(&query, ("invalid_request", description)),
        (None, false, _) if state.config.auto_approve => {
            approve(state, arrival, program, &query, None)
        }
        (None, false, _) => {
            let page = pages::authorize(state, &program.client(), redirect_uri);
            let response = answer::html(StatusCode::OK, page);
            Answered { response, error: None, about: String::new() }
        }
        (None, true, Some("approve")) => approve(state, arrival, program, &query, form.get("user")),
        (None, true, Some("deny")) => send_away(&query, denied),
        (None, true, _) => refuse("a decision is `approve` or `deny`"),
    };
    Answered { about: program.client_id().to_owned(), ..answered }
}

/// A page that says what is wrong; nobody is sent anywhere.
pub(super) fn refuse(problem: &str) -> Answered {
    Answered {
        response: answer::html(StatusCode::BAD_REQUEST, pages::problem(problem)),
        error: Some(problem.to_owned()),
        about: String::new(),
    }
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
    let proven = query.get("code_challenge_method") == Some("SHA-256")
        && query.get("code_challenge").is_some_and(pkce::is_challenge);
    (!proven).then_some("There is no code_challenge by SHA-256")
}

fn approve(
    state: &mut State,
    arrival: &Arrival<'_>,
    program: Program,
    query: &Params,
    user: Option<&str>,
) -> Answered {
    let Some(user) = state.config.user(user).map(str::to_owned) else {
        return refuse("no such user");
    };
    let code = Code {
        program,
        redirect_uri: query.get("redirect_uri").unwrap_or_default().to_owned(),
        challenge: query.get("code_challenge").unwrap_or_default().to_owned(),
        user,
        region: super::region(state, arrival).clone(),
        expires: arrival.now + EXPIRES_IN,
        spent: false,
    };
    let text = state.mint.secret("", 48);
    state.console.codes.insert(text.clone(), code);
    send_back(query, &[("code", &text)], None)
}

fn send_away(query: &Params, (error, description): (&str, &str)) -> Answered {
    send_back(query, &[("error", error), ("error_description", description)], Some(error))
}

fn send_back(query: &Params, news: &[(&str, &str)], error: Option<&str>) -> Answered {
    let redirect_uri = query.get("redirect_uri").unwrap_or_default();
    let state = query.get("state").map(|state| ("state", state));
    Answered {
        response: answer::send_back(redirect_uri, news.iter().copied().chain(state)),
        error: error.map(str::to_owned),
        about: String::new(),
    }
}
