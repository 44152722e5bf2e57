use http::{Method, StatusCode};
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use super::device::{Device, DeviceState, Devices};
use crate::escape::escape;
use crate::pages;
use crate::params::Params;
use crate::response;
use crate::shared::Shared;

/// Returns the page where a user types the user code that a program shows, and approves or
/// denies.
pub(super) fn respond(
    devices: &mut Devices,
    shared: &Shared,
    request: &Request,
    now: Timestamp,
) -> Response {
    let form = Params::from_body(request).or(Params::from_query(request));
    let code = form.get("user_code");
    let pending = code.and_then(|code| devices.pending_with_code(code, now));
    let (status, page) = match (code, pending) {
        (None, _) => (StatusCode::OK, code_form(None)),
        (Some(_), None) => {
            let hint = "No program is waiting for this code. A code can be used once, within ten \
                        minutes.";
            (StatusCode::NOT_FOUND, code_form(Some(hint)))
        }
        (Some(_), Some(device)) if request.method() == Method::GET => {
            (StatusCode::OK, confirmation(shared, device))
        }
        (Some(code), Some(_)) => decide(devices, shared, code, &form, now),
    };
    response::html(status, page)
}

fn decide(
    devices: &mut Devices,
    shared: &Shared,
    code: &str,
    form: &Params,
    now: Timestamp,
) -> (StatusCode, String) {
    let user = shared.settings.user(form.get("user"));
    let (decision, page) = match (form.get("decision"), user) {
        (Some("approve"), Some(user)) => (
            DeviceState::Approved(user.to_owned()),
            pages::page(
                "You are signed in",
                "<p>You can close this page and return to the program.</p>",
            ),
        ),
        (Some("deny"), _) => (
            DeviceState::Denied,
            pages::page("Access denied", "<p>The program gets no access.</p>"),
        ),
        _ => {
            let problem = "The form has neither a user who approves nor a denial.";
            return (StatusCode::BAD_REQUEST, pages::problem(problem));
        }
    };
    match devices.decide(code, &decision, now) {
        Ok(()) => (StatusCode::OK, page),
        Err(error) => (StatusCode::NOT_FOUND, pages::problem(error.message())),
    }
}

fn code_form(hint: Option<&str>) -> String {
    let hint = hint.map(|hint| format!("<p role=\"alert\">{hint}</p>\n")).unwrap_or_default();
    pages::page(
        "Enter the code",
        &format!(
            "{hint}<form>\n\
             <p><label for=\"code\">The code that the program shows</label></p>\n\
             <p><input id=\"code\" name=\"user_code\" class=\"code\" size=\"11\" \
             placeholder=\"XXXX-XXXX\" autocomplete=\"off\" autocapitalize=\"characters\" \
             spellcheck=\"false\" required autofocus></p>\n\
             <p class=\"buttons\"><button>Next</button></p>\n\
             </form>"
        ),
    )
}

fn confirmation(shared: &Shared, device: &Device) -> String {
    let client = &device.client;
    let body = format!(
        "<p>Approve only if the program that you started shows this code.</p>\n\
         <p class=\"code\">{}</p>\n{}\n{}",
        escape(&device.user_code),
        pages::client_details((&client.name, client.scopes()), &[]),
        pages::decision_form(shared),
    );
    pages::page("Is this your code?", &body)
}
