use std::time::Duration;

use bytes::Bytes;
use http::header::{DATE, HeaderValue, USER_AGENT};
use http::{StatusCode, Uri};
use serde_json::json;
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use crate::answer::{self, Answered};
use crate::faults::{Fault, Mishap};
use crate::log::{Logged, one_line};
use crate::operation::{Operation, Service};
use crate::route::{Place, Target};
use crate::state::State;
use crate::{control, oidc, pages, portal, sts};

/// The most a request may carry.
pub(crate) const MOST_BODY: usize = 1 << 20;

/// What comes of a request.
pub(crate) struct Reply {
    pub(crate) response: Response,
    /// How much later than at once.
    pub(crate) late: Duration,
    pub(crate) delivery: Delivery,
    /// By how many seconds it asks for the clock to be moved.
    pub(crate) moves: i64,
}

/// How much of the response arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    /// Nothing.
    Reset,
    /// The head, and half of the body.
    ResetMidBody,
    /// The head, and more body than anybody reads.
    Endless,
}

/// All of the emulator: what the services know, a request and the time in, an answer out.
pub(crate) fn handle(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    let place = Place::of(request);
    let mut moves = 0;
    let mut mishap = Mishap::default();
    let whole = |response| (response, Delivery::Whole);
    let (mut response, delivery) = if MOST_BODY < request.body().len() {
        whole(answer::bare(StatusCode::PAYLOAD_TOO_LARGE))
    } else {
        match place.target(request) {
            Target::Call(operation) => {
                mishap = state.faults.take(operation);
                call(state, operation, mishap.fault.as_ref(), request, &place, now)
            }
            Target::OtherAction => {
                let answered = sts::other_action(state);
                whole(log(state, None, request, answered, now))
            }
            Target::Nothing => {
                let answered = unknown(request.uri());
                whole(log(state, None, request, answered, now))
            }
            Target::Verification => whole(pages::verification(state, request, now)),
            Target::Status => whole(pages::status(state, request, now)),
            Target::Control => {
                let (response, seconds) = control::answer(state, request, now);
                moves = seconds;
                whole(response)
            }
        }
    };
    finish(&mut response, state.mint.request_id(), now);
    Reply { response, late: mishap.late, delivery, moves }
}

fn call(
    state: &mut State,
    operation: Operation,
    fault: Option<&Fault>,
    request: &Request,
    place: &Place,
    now: Timestamp,
) -> (Response, Delivery) {
    let delivery = match fault {
        Some(Fault::Reset) => Delivery::Reset,
        Some(Fault::ResetMidBody) => Delivery::ResetMidBody,
        Some(Fault::Endless) => Delivery::Endless,
        _ => Delivery::Whole,
    };
    let without_service = |response| Answered { response, error: None, about: String::new() };
    let mut answered = match fault {
        Some(Fault::Error(code)) => match operation.service() {
            Service::Oidc => oidc::refuse(operation, code),
            Service::Portal => portal::refuse(code),
            Service::Sts => sts::refuse(state, code),
        },
        Some(Fault::Status(status)) => without_service(answer::bare(*status)),
        Some(Fault::Html) => {
            let page = pages::problem("Sign in to the network of this hotel first.");
            without_service(answer::html(StatusCode::OK, page))
        }
        Some(Fault::Reset | Fault::Endless) => without_service(answer::bare(StatusCode::OK)),
        Some(Fault::ResetMidBody | Fault::Truncate | Fault::Latency(_)) | None => {
            match operation.service() {
                Service::Oidc => oidc::answer(state, operation, request, place, now),
                Service::Portal => portal::answer(state, operation, request, place, now),
                Service::Sts => sts::get_caller_identity(state, request, place, now),
            }
        }
    };
    if fault == Some(&Fault::Truncate) {
        let half = answered.response.body().len() / 2;
        answered.response.body_mut().truncate(half);
    }
    let broken = matches!(delivery, Delivery::Reset | Delivery::ResetMidBody);
    let status = (!broken).then_some(answered.response.status());
    let entry = Logged { status, scripted: fault.is_some(), ..entry(request, &answered, now) };
    state.log.push(Logged { operation: Some(operation), ..entry });
    (answered.response, delivery)
}

fn log(
    state: &mut State,
    operation: Option<Operation>,
    request: &Request,
    answered: Answered,
    now: Timestamp,
) -> Response {
    let entry = Logged { operation, ..entry(request, &answered, now) };
    state.log.push(entry);
    answered.response
}

/// Of the address only the path: queries may hold what is nobody's business.
fn entry(request: &Request, answered: &Answered, now: Timestamp) -> Logged {
    let line = format!("{} {}", request.method(), request.uri().path());
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Logged {
        at: now,
        operation: None,
        line: one_line(&line, 200),
        about: answered.about.clone(),
        user_agent: one_line(user_agent.unwrap_or_default(), 200),
        status: Some(answered.response.status()),
        error: answered.error.clone(),
        scripted: false,
    }
}

fn unknown(uri: &Uri) -> Answered {
    let message = format!("nothing answers at {}", one_line(uri.path(), 100));
    Answered {
        response: answer::json(StatusCode::NOT_FOUND, &json!({ "message": message })),
        error: Some("UnknownOperationException".to_owned()),
        about: String::new(),
    }
}

/// What every answer of AWS has.
fn finish(response: &mut Response, request_id: String, now: Timestamp) {
    let headers = response.headers_mut();
    if let Ok(date) = HeaderValue::from_str(&now.http_date()) {
        headers.insert(DATE, date);
    }
    if let Ok(id) = HeaderValue::from_maybe_shared(Bytes::from(request_id)) {
        headers.insert("x-amzn-requestid", id);
    }
}
