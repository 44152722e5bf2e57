use http::{Method, StatusCode};
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use super::authorize::scopes;
use super::form::decision;
use super::{facts, problem, shell};
use crate::answer;
use crate::escape::escape;
use crate::params::Params;
use crate::state::{Device, Progress, State};

/// Where a person types the code that a program shows, and decides.
pub(crate) fn verification(state: &mut State, request: &Request, now: Timestamp) -> Response {
    let form = Params::of_body(request).or(Params::of_query(request));
    let code = form.get("user_code");
    let waiting = code.and_then(|code| state.waiting_under(code, now));
    let (status, page) = match (code, waiting) {
        (None, _) => (StatusCode::OK, type_code(None)),
        (Some(_), None) => {
            let hint = "No program waits under this code. Codes work once, for ten minutes.";
            (StatusCode::NOT_FOUND, type_code(Some(hint)))
        }
        (Some(_), Some(device)) if request.method() == Method::GET => {
            (StatusCode::OK, confirm(state, device))
        }
        (Some(code), Some(_)) => decide(state, code, &form, now),
    };
    answer::html(status, page)
}

fn decide(state: &mut State, code: &str, form: &Params, now: Timestamp) -> (StatusCode, String) {
    let user = state.config.user(form.get("user"));
    let (progress, page) = match (form.get("decision"), user) {
        (Some("approve"), Some(user)) => (
            Progress::Approved(user.to_owned()),
            shell(
                "You are signed in",
                "<p>You may close this page and go back to the program.</p>",
            ),
        ),
        (Some("deny"), _) => {
            (Progress::Denied, shell("Access denied", "<p>The program was told so.</p>"))
        }
        _ => return (StatusCode::BAD_REQUEST, problem("Approve as one of the users, or deny.")),
    };
    match state.decide(code, &progress, now) {
        Ok(()) => (StatusCode::OK, page),
        Err(error) => (StatusCode::NOT_FOUND, problem(&error.to_string())),
    }
}

fn type_code(hint: Option<&str>) -> String {
    let hint = hint.map(|hint| format!("<p role=\"alert\">{hint}</p>\n")).unwrap_or_default();
    shell(
        "Which code do you see?",
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

fn confirm(state: &State, device: &Device) -> String {
    let body = format!(
        "<p>Approve only if the program that you started shows this very code.</p>\n\
         <p class=\"code\">{}</p>\n{}\n{}",
        escape(&device.user_code),
        facts(&[("Program", &device.client.name), ("May use", &scopes(&device.client))]),
        decision(state),
    );
    shell("Is this your code?", &body)
}
