//! `/v1/sessions/confirmation`: what a person carries to a program on another machine.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;

use crate::answer::{self, Answered};
use crate::handle::Arrival;
use crate::pages;
use crate::params::Params;

pub(super) fn answer(arrival: &Arrival<'_>) -> Answered {
    let query = Params::of_query(arrival.request);
    let (state, code) = (query.get("state"), query.get("code"));
    let Some((state, code)) = state.zip(code) else {
        let error = query.get("error").unwrap_or("state or code is missing");
        let response = answer::html(StatusCode::BAD_REQUEST, pages::problem(error));
        return Answered { response, error: Some(error.to_owned()), about: String::new() };
    };
    let text = STANDARD.encode(format!("state={state}&code={code}"));
    let response = answer::html(StatusCode::OK, pages::to_carry(&text));
    Answered { response, error: None, about: String::new() }
}
