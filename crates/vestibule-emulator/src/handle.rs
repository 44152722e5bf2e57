use std::time::Duration;

use http::header::{DATE, HeaderValue, RETRY_AFTER, USER_AGENT};
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
use crate::{container, control, instance, model, oidc, pages, portal, signin, sts};

/// The most a request may carry.
pub(crate) const MOST_BODY: usize = 1 << 20;

/// A request, and the circumstances of its arrival.
pub(crate) struct Arrival<'a> {
    pub(crate) request: &'a Request,
    pub(crate) place: Place,
    /// What support asks for.
    pub(crate) id: String,
    pub(crate) now: Timestamp,
}

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

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self { response, late: Duration::ZERO, delivery: Delivery::Whole, moves: 0 }
    }
}

/// All of the emulator: what the services know, a request and the time in, an answer out.
pub(crate) fn handle(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    state.forget(now);
    let id = state.mint.request_id();
    let arrival = Arrival { request, place: Place::of(request), id, now };
    let mut reply = if MOST_BODY < request.body().len() {
        answer::bare(StatusCode::PAYLOAD_TOO_LARGE).into()
    } else if let Some(portal) = state.config.leads_to(&arrival.place.base) {
        answer::redirect(StatusCode::FOUND, portal).into()
    } else {
        match arrival.place.target(request) {
            target if target.is_a_page() && pages::is_forged(state, &arrival) => {
                let page =
                    pages::problem("Only a page of this emulator may send this. Load it anew.");
                answer::html(StatusCode::FORBIDDEN, page).into()
            }
            Target::Call(operation) => call(state, operation, &arrival),
            Target::OtherAction => {
                let violations = model::of_other_action(request);
                log(state, sts::other_action(&arrival), violations, &arrival).into()
            }
            Target::Nothing => {
                let violations = model::of_nothing(request, arrival.place.is_a_service());
                log(state, unknown(request.uri()), violations, &arrival).into()
            }
            Target::Verification => pages::verification(state, request, now).into(),
            Target::Status => pages::status(state, request, now).into(),
            Target::Control => {
                let (response, moves) = control::answer(state, request, now);
                Reply { moves, ..response.into() }
            }
        }
    };
    finish(&mut reply.response, &arrival);
    reply
}

/// Refuses what a proxy was asked to fetch from elsewhere.
#[cfg(feature = "server")]
pub(crate) fn turn_away(state: &mut State, request: &Request, now: Timestamp) -> Response {
    let id = state.mint.request_id();
    let arrival = Arrival { request, place: Place::of(request), id, now };
    let authority = request.uri().authority().map_or("", http::uri::Authority::as_str);
    let hosts = state.config.start_hosts().collect::<Vec<_>>().join(", ");
    let text = format!(
        "{} is not emulated, and nothing is relayed to the network.\n\
         Here are oidc, portal.sso, sts, signin and device.sso of every region of AWS, and {hosts}.\n",
        one_line(authority, 200)
    );
    let mut response = answer::text(text);
    *response.status_mut() = StatusCode::FORBIDDEN;
    let about = authority.to_owned();
    let error = Some("NotEmulated".to_owned());
    let mut response = log(state, Answered { response, error, about }, Vec::new(), &arrival);
    finish(&mut response, &arrival);
    response
}

fn call(state: &mut State, operation: Operation, arrival: &Arrival<'_>) -> Reply {
    let mishap = state.faults.take(operation);
    let scripted = mishap.is_any();
    let Mishap { late, retry_after, revoke, fault } = mishap;
    if revoke {
        state.revoke(None, arrival.now);
    }
    let delivery = match fault {
        Some(Fault::Reset) => Delivery::Reset,
        Some(Fault::ResetMidBody) => Delivery::ResetMidBody,
        Some(Fault::Endless) => Delivery::Endless,
        _ => Delivery::Whole,
    };
    let without_service = |response| Answered { response, error: None, about: String::new() };
    let mut answered = match &fault {
        Some(Fault::Error(code)) => match operation.service() {
            Service::Oidc => oidc::refuse(operation, code),
            Service::Portal => portal::refuse(code),
            Service::Sts => sts::refuse(code, arrival),
            Service::Instance => instance::refuse(operation, code, arrival.now),
            Service::Container => container::refuse(code),
            Service::Console => signin::refuse(operation, code),
        },
        Some(Fault::Status(status)) => without_service(answer::bare(*status)),
        Some(Fault::Html) => {
            let page = pages::problem("Sign in to the network of this hotel first.");
            without_service(answer::html(StatusCode::OK, page))
        }
        Some(Fault::Reset | Fault::Endless) => without_service(answer::bare(StatusCode::OK)),
        // Those that are left do nothing to what the services of AWS say.
        _ => {
            let cut_off = fault == Some(Fault::Stale);
            match operation.service() {
                Service::Oidc => oidc::answer(state, operation, arrival),
                Service::Portal => portal::answer(state, operation, arrival),
                Service::Sts => sts::answer(state, operation, arrival),
                Service::Instance => instance::answer(state, operation, arrival, cut_off),
                Service::Container => container::answer(state, arrival, cut_off),
                Service::Console => signin::answer(state, operation, arrival),
            }
        }
    };
    if fault == Some(Fault::Truncate) {
        let half = answered.response.body().len() / 2;
        answered.response.body_mut().truncate(half);
    }
    let broken = matches!(delivery, Delivery::Reset | Delivery::ResetMidBody);
    let status = (!broken).then_some(answered.response.status());
    if let Some(span) = retry_after {
        answered.response.headers_mut().insert(RETRY_AFTER, span.as_secs().into());
    }
    let entry = entry(&answered, model::of_call(operation, arrival.request), arrival);
    state.log.push(Logged { operation: Some(operation), status, scripted, ..entry });
    Reply { late, delivery, ..answered.response.into() }
}

fn log(
    state: &mut State,
    answered: Answered,
    violations: Vec<String>,
    arrival: &Arrival<'_>,
) -> Response {
    state.log.push(entry(&answered, violations, arrival));
    answered.response
}

/// Of the address only the path: queries may hold what is nobody's business.
fn entry(answered: &Answered, violations: Vec<String>, arrival: &Arrival<'_>) -> Logged {
    let request = arrival.request;
    let line = format!("{} {}", request.method(), request.uri().path());
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Logged {
        at: arrival.now,
        operation: None,
        line: one_line(line.trim_end(), 200),
        about: one_line(&answered.about, 100),
        user_agent: one_line(user_agent.unwrap_or_default(), 200),
        status: Some(answered.response.status()),
        error: answered.error.clone(),
        scripted: false,
        violations,
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
fn finish(response: &mut Response, arrival: &Arrival<'_>) {
    let headers = response.headers_mut();
    if let Ok(date) = HeaderValue::from_str(&arrival.now.http_date()) {
        headers.insert(DATE, date);
    }
    if let Ok(id) = HeaderValue::from_str(&arrival.id) {
        headers.insert("x-amzn-requestid", id);
    }
}
