//! `/federation`: credentials of a role for a link to the console.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>
//! (read 2026-11)

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::answer::{self, Answered};
use crate::handle::Arrival;
use crate::pages;
use crate::params::Params;
use crate::state::State;

/// How long a link waits to be followed.
const EXPIRES_IN: Duration = Duration::from_secs(15 * 60);

pub(super) fn answer(state: &mut State, arrival: &Arrival<'_>) -> Answered {
    let params = Params::of_body(arrival.request).or(Params::of_query(arrival.request));
    match params.get("Action") {
        Some("getSigninToken") => token(state, arrival, &params),
        Some("login") => login(state, arrival, &params),
        _ => refuse("Action is neither getSigninToken nor login"),
    }
}

/// The service's own refusals are pages.
pub(super) fn refuse(problem: &str) -> Answered {
    Answered {
        response: answer::html(StatusCode::BAD_REQUEST, pages::problem(problem)),
        error: Some(problem.to_owned()),
        about: String::new(),
    }
}

fn token(state: &mut State, arrival: &Arrival<'_>, params: &Params) -> Answered {
    let session: Value =
        params.get("Session").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let member = |name: &str| session[name].as_str();
    let key = member("sessionId").and_then(|id| state.key(id)).filter(|key| {
        member("sessionKey") == Some(key.secret.as_str())
            && key.session_token.is_some()
            && member("sessionToken") == key.session_token.as_deref()
            && key.expires.is_none_or(|expires| arrival.now < expires)
    });
    let Some(key) = key else {
        return refuse("The credentials are not live ones of a role");
    };
    let about = key.who.arn("aws");
    // It is meant for a browser, and so for the arguments that one is started with: no secret.
    let token = state.mint.id();
    state.console.links.insert(token.clone(), arrival.now + EXPIRES_IN);
    let response = answer::json(StatusCode::OK, &json!({ "SigninToken": token }));
    Answered { response, error: None, about }
}

fn login(state: &State, arrival: &Arrival<'_>, params: &Params) -> Answered {
    let until = params.get("SigninToken").and_then(|token| state.console.links.get(token));
    let (Some(until), Some(destination)) = (until, params.get("Destination")) else {
        return refuse("SigninToken or Destination is missing or wrong");
    };
    if *until <= arrival.now {
        return refuse("The link is older than 15 minutes");
    }
    let response = answer::redirect(StatusCode::FOUND, destination);
    Answered { response, error: None, about: destination.to_owned() }
}
