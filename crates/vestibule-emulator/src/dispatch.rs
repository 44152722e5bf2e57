use std::time::Duration;

use http::header::{DATE, HeaderValue, RETRY_AFTER, USER_AGENT};
use http::{StatusCode, Uri};
use serde_json::json;
use vestibule_types::{Timestamp, printable_short};
use vestibule_wire::{Request, Response};

use crate::context::RequestContext;
use crate::fault::Fault;
use crate::fault_schedule::AppliedFaults;
use crate::log::LoggedRequest;
use crate::operation::{Operation, Service};
use crate::origin::Origin;
use crate::response::{self, ServiceResponse};
use crate::route::Target;
use crate::state::State;
use crate::transcript::{masked_request, masked_response};
use crate::{
    console, container, control, eks, instance, model, oidc, pages, portal, roles_anywhere,
    status_page, sts,
};

/// The longest body of a request.
pub(crate) const MAX_BODY_BYTES: usize = 1 << 20;

/// A response, and how it is delivered to the client.
pub(crate) struct Delivery {
    pub(crate) response: Response,
    pub(crate) delay: Duration,
    pub(crate) mode: DeliveryMode,
    /// The seconds by which the request moves the clock.
    pub(crate) clock_shift: i64,
}

/// The part of the response that the client receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryMode {
    Complete,
    /// Nothing: the connection is closed.
    Reset,
    /// The head and half of the body.
    ResetMidBody,
    /// The head, and a body without an end.
    Endless,
}

impl From<Response> for Delivery {
    fn from(response: Response) -> Self {
        let mode = DeliveryMode::Complete;
        Self { response, delay: Duration::ZERO, mode, clock_shift: 0 }
    }
}

/// Handles a request: the whole emulator as a function of state, request and time.
pub(crate) fn handle(state: &mut State, request: &Request, now: Timestamp) -> Delivery {
    state.remove_expired(now);
    let id = state.shared.tokens.request_id();
    let context = RequestContext { request, origin: Origin::of_request(request), id, now };
    let mut delivery = if MAX_BODY_BYTES < request.body().len() {
        response::empty(StatusCode::PAYLOAD_TOO_LARGE).into()
    } else if let Some(url) = state.shared.settings.vanity_target(&context.origin.base) {
        response::redirect(StatusCode::FOUND, url).into()
    } else {
        respond(state, &context)
    };
    add_common_headers(&mut delivery.response, &context);
    delivery
}

/// Refuses a request to the proxy for a host that is not emulated.
#[cfg(feature = "server")]
pub(crate) fn refuse_proxying(state: &mut State, request: &Request, now: Timestamp) -> Response {
    let id = state.shared.tokens.request_id();
    let context = RequestContext { request, origin: Origin::of_request(request), id, now };
    let authority = request.uri().authority().map_or("", http::uri::Authority::as_str);
    let hosts = state.shared.settings.start_hosts().collect::<Vec<_>>().join(", ");
    let text = format!(
        "{} is not emulated, and the emulator relays nothing to the network.\n\
         It emulates oidc, portal.sso, sts, eks, rolesanywhere, signin and device.sso in every AWS region, and {hosts}.\n",
        printable_short(authority, 200)
    );
    let response = response::text(StatusCode::FORBIDDEN, text);
    let response = ServiceResponse::error(response, "NotEmulated", authority.to_owned());
    let mut response = log(state, response, Vec::new(), &context);
    add_common_headers(&mut response, &context);
    response
}

fn respond(state: &mut State, context: &RequestContext<'_>) -> Delivery {
    let &RequestContext { request, ref origin, now, .. } = context;
    let target = Target::of_request(request, origin);
    if target.is_page() && pages::is_cross_site(&state.shared, context) {
        let problem = "Only a page of this emulator can send this form. Reload the page.";
        return response::html(StatusCode::FORBIDDEN, pages::problem(problem)).into();
    }
    // Another site's domain that resolves to loopback (DNS rebinding) would have the same origin as
    // the pages, and could read the token of their forms.
    let is_own_host = origin.is_loopback()
        || origin.host.is_some()
        || state.shared.settings.has_start_host(&origin.base);
    if target.is_page() && !is_own_host {
        let problem = "The pages of the emulator are at localhost, and at the hosts of AWS.";
        return response::html(StatusCode::FORBIDDEN, pages::problem(problem)).into();
    }
    match target {
        Target::Operation(operation) => call(state, operation, context),
        Target::UnknownAction => {
            let violations = model::check_unknown_action(request);
            log(state, sts::unknown_action(context), violations, context).into()
        }
        Target::Unknown => {
            let violations = model::check_unknown_path(request, origin.is_service_host());
            log(state, not_found(request.uri()), violations, context).into()
        }
        Target::Verification => state.oidc.verification_page(&state.shared, request, now).into(),
        Target::Status => status_page::respond(state, request, now).into(),
        Target::Control => {
            let (response, clock_shift) = control::respond(state, request, now);
            Delivery { clock_shift, ..response.into() }
        }
    }
}

/// Calls an operation, with the faults that are scheduled for it.
fn call(state: &mut State, operation: Operation, context: &RequestContext<'_>) -> Delivery {
    let applied = state.faults.take(operation);
    let scripted = applied.is_any();
    let AppliedFaults { delay, retry_after, fault, .. } = applied;
    if applied.revoke {
        state.revoke_sessions(context.now);
    }
    if applied.expire_sessions {
        state.shared.sessions.expire(context.now);
    }
    if applied.expire_registrations {
        state.oidc.expire_registrations(context.now);
    }
    let mode = match fault {
        Some(Fault::Reset | Fault::LoseResponse) => DeliveryMode::Reset,
        Some(Fault::ResetMidBody) => DeliveryMode::ResetMidBody,
        Some(Fault::Endless) => DeliveryMode::Endless,
        _ => DeliveryMode::Complete,
    };
    let without_service = |response| ServiceResponse::success(response, String::new());
    let mut service_response = match &fault {
        Some(Fault::Error(code)) => scripted_error(operation, code, context),
        Some(Fault::ErrorWithStatus(code, status)) => {
            let mut error = scripted_error(operation, code, context);
            *error.response.status_mut() = *status;
            error
        }
        Some(Fault::Status(status)) => without_service(response::empty(*status)),
        Some(Fault::Html) => {
            let page = pages::problem("Sign in to the network of this hotel first.");
            without_service(response::html(StatusCode::OK, page))
        }
        Some(Fault::Reset | Fault::Endless) => without_service(response::empty(StatusCode::OK)),
        _ => call_service(state, operation, context, fault == Some(Fault::Stale)),
    };
    let response = &mut service_response.response;
    if fault == Some(Fault::Truncate) {
        let half = response.body().len() / 2;
        response.body_mut().truncate(half);
    }
    if let Some(span) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, span.as_secs().into());
    }
    let is_lost = matches!(mode, DeliveryMode::Reset | DeliveryMode::ResetMidBody);
    let status = (!is_lost).then_some(response.status());
    let violations = model::check_operation(operation, context.request);
    let entry = log_entry(&service_response, violations, context);
    state.log.push(LoggedRequest { operation: Some(operation), status, scripted, ..entry });
    Delivery { delay, mode, ..service_response.response.into() }
}

fn call_service(
    state: &mut State,
    operation: Operation,
    context: &RequestContext<'_>,
    is_offline: bool,
) -> ServiceResponse {
    let State { shared, oidc, sts, console, instance, containers, .. } = state;
    match operation.service() {
        Service::Oidc => oidc.respond(shared, operation, context),
        Service::Portal => portal::respond(shared, operation, context),
        Service::Sts => sts.respond(shared, operation, context),
        Service::Instance => instance.respond(shared, operation, context, is_offline),
        Service::Container => containers.respond(shared, context, is_offline),
        Service::Console => console.respond(shared, operation, context),
        Service::Eks => eks::respond(shared, context),
        Service::RolesAnywhere => roles_anywhere::respond(shared, context),
    }
}

fn scripted_error(
    operation: Operation,
    code: &str,
    context: &RequestContext<'_>,
) -> ServiceResponse {
    match operation.service() {
        Service::Oidc => oidc::scripted_error(operation, code),
        Service::Portal => portal::scripted_error(code),
        Service::Sts => sts::scripted_error(code, context),
        Service::Instance => instance::scripted_error(operation, code, context.now),
        Service::Container => container::scripted_error(code),
        Service::Console => console::scripted_error(operation, code),
        Service::Eks => eks::scripted_error(code),
        Service::RolesAnywhere => roles_anywhere::scripted_error(code),
    }
}

fn log(
    state: &mut State,
    response: ServiceResponse,
    violations: Vec<String>,
    context: &RequestContext<'_>,
) -> Response {
    state.log.push(log_entry(&response, violations, context));
    response.response
}

/// Returns the log entry of a request, without its query, which can contain secrets.
fn log_entry(
    response: &ServiceResponse,
    violations: Vec<String>,
    context: &RequestContext<'_>,
) -> LoggedRequest {
    let request = context.request;
    let line = format!("{} {}", request.method(), request.uri().path());
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    LoggedRequest {
        at: context.now,
        operation: None,
        line: printable_short(line.trim_end(), 200),
        about: printable_short(&response.about, 100),
        user_agent: printable_short(user_agent.unwrap_or_default(), 200),
        status: Some(response.response.status()),
        error: response.error.clone(),
        scripted: false,
        request_body: masked_request(request),
        response_body: masked_response(&response.response),
        violations,
    }
}

fn not_found(uri: &Uri) -> ServiceResponse {
    let message = format!("no service has the path {}", printable_short(uri.path(), 100));
    let response = response::json(StatusCode::NOT_FOUND, &json!({ "message": message }));
    ServiceResponse::error(response, "UnknownOperationException", String::new())
}

/// Adds the headers that every response of AWS has.
fn add_common_headers(response: &mut Response, context: &RequestContext<'_>) {
    let headers = response.headers_mut();
    if let Ok(date) = HeaderValue::from_str(&context.now.http_date()) {
        headers.insert(DATE, date);
    }
    if let Ok(id) = HeaderValue::from_str(&context.id) {
        headers.insert("x-amzn-requestid", id);
    }
}
