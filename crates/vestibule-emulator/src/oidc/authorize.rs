//! `/authorize`: where a browser is sent, and sent back from.
//!
//! No API page describes it; the parameters are those of RFC 6749 §4.1.1 and RFC 7636 §4.3 but
//! for `scopes`, which AWS's own clients send in the plural and which changes nothing: the scopes
//! are those of the registration.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode, Uri};
use vestibule_types::Timestamp;
use vestibule_wire::Request;

use super::AUTHORIZATION_CODE;
use crate::answer::{self, Answered};
use crate::pages;
use crate::params::Params;
use crate::pkce;
use crate::state::{Client, Code, State};

/// How long a code waits to be exchanged.
const EXPIRES_IN: Duration = Duration::from_secs(600);
/// How long a redirect may be, which is kept with its code.
const LONGEST: usize = 2048;

pub(super) fn answer(state: &mut State, request: &Request, now: Timestamp) -> Answered {
    let query = Params::of_query(request);
    let ask = match Ask::read(state, &query, now) {
        Ok(ask) => ask,
        Err(problem) => return refuse(problem),
    };
    let form = Params::of_body(request);
    let posted = request.method() == Method::POST;
    let answered = match (ask.problem(&query), posted, form.get("decision")) {
        (Some((error, description)), ..) => ask.send_away(error, description),
        (None, false, _) if state.config.auto_approve => ask.approve(state, None, &query, now),
        (None, false, _) => {
            let page = pages::authorize(state, &ask.client, &ask.redirect_uri);
            let response = answer::html(StatusCode::OK, page);
            Answered { response, error: None, about: String::new() }
        }
        (None, true, Some("approve")) => ask.approve(state, form.get("user"), &query, now),
        (None, true, Some("deny")) => ask.send_away("access_denied", "The user refused"),
        (None, true, _) => refuse("a decision is `approve` or `deny`"),
    };
    Answered { about: ask.client.name.clone(), ..answered }
}

/// A page that says what is wrong; nobody is sent anywhere.
pub(super) fn refuse(problem: &str) -> Answered {
    Answered {
        response: answer::html(StatusCode::BAD_REQUEST, pages::problem(problem)),
        error: Some(problem.to_owned()),
        about: String::new(),
    }
}

/// Who asks, and where the browser goes next. Anything else that is wrong is told there.
struct Ask {
    client: Arc<Client>,
    redirect_uri: String,
    state: Option<String>,
}

impl Ask {
    /// RFC 6749 §4.1.2.1: without these two, nobody is sent anywhere.
    fn read(state: &State, query: &Params, now: Timestamp) -> Result<Self, &'static str> {
        let client = query.get("client_id").and_then(|id| state.clients.get(id));
        let client = client.filter(|client| now < client.expires);
        let client = client.ok_or("client_id is unknown or expired")?.clone();
        let redirect_uri = query.get("redirect_uri").ok_or("redirect_uri is missing")?;
        if !client.redirect_uris.iter().any(|own| leads_to(own, redirect_uri)) {
            return Err("redirect_uri is not one that the client registered");
        }
        let state = query.get("state").map(str::to_owned);
        Ok(Self { redirect_uri: redirect_uri.to_owned(), client, state })
    }

    fn problem(&self, query: &Params) -> Option<(&'static str, &'static str)> {
        if query.get("response_type") != Some("code") {
            return Some(("unsupported_response_type", "response_type is not code"));
        }
        if !self.client.may_use(AUTHORIZATION_CODE) {
            return Some(("unauthorized_client", "Registered for other grants only"));
        }
        let proven = query.get("code_challenge_method") == Some("S256")
            && query.get("code_challenge").is_some_and(pkce::is_challenge);
        (!proven).then_some(("invalid_request", "There is no code_challenge by S256"))
    }

    fn approve(
        &self,
        state: &mut State,
        user: Option<&str>,
        query: &Params,
        now: Timestamp,
    ) -> Answered {
        let Some(user) = state.config.user(user).map(str::to_owned) else {
            return refuse("no such user");
        };
        let code = Code {
            client: self.client.clone(),
            redirect_uri: self.redirect_uri.clone(),
            challenge: query.get("code_challenge").unwrap_or_default().to_owned(),
            user,
            expires: now + EXPIRES_IN,
            spent: false,
        };
        let text = state.mint.secret("", 48);
        state.codes.insert(text.clone(), code);
        self.send_back(&[("code", &text)], None)
    }

    fn send_away(&self, error: &str, description: &str) -> Answered {
        self.send_back(&[("error", error), ("error_description", description)], Some(error))
    }

    fn send_back(&self, pairs: &[(&str, &str)], error: Option<&str>) -> Answered {
        let state = self.state.iter().map(|state| ("state", state.as_str()));
        Answered {
            response: answer::send_back(&self.redirect_uri, pairs.iter().copied().chain(state)),
            error: error.map(str::to_owned),
            about: String::new(),
        }
    }
}

/// RFC 8252 §7.3: the port of a loopback redirect is free; a registration without a path leaves
/// that free too.
fn leads_to(registered: &str, asked: &str) -> bool {
    if asked.contains('#') || LONGEST < asked.len() {
        return false;
    }
    let (Ok(registered), Ok(asked)) = (registered.parse::<Uri>(), asked.parse::<Uri>()) else {
        return false;
    };
    registered.scheme_str() == asked.scheme_str()
        && registered.host() == asked.host()
        && (registered.path() == asked.path() || matches!(registered.path(), "" | "/"))
}
