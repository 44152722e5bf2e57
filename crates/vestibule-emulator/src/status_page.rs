use http::StatusCode;
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use crate::escape::escape;
use crate::log::Violation;
use crate::operation::Operation;
use crate::pages::{LIVE_SCRIPT, button, details, each, form, hidden, live_page, section, table};
use crate::response;
use crate::sessions::Session;
use crate::state::State;
use crate::transcript::masked;

/// The most rows of a table.
const MAX_ROWS: usize = 25;

/// Returns the page that shows the state of the emulator, with buttons to change it.
pub(crate) fn respond(state: &State, request: &Request, now: Timestamp) -> Response {
    if request.method() != http::Method::GET {
        return response::empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    let body = [
        settings(state, now),
        pending_devices(state, now),
        requests(state),
        faults(state),
        fault_form(state),
        sessions(state, now),
        tokens(state, now),
        violations(state),
        clock_form(state),
    ];
    let page = live_page("Identity Center emulator", &body.join("\n"));
    response::html_with_script(page, LIVE_SCRIPT)
}

fn settings(state: &State, now: Timestamp) -> String {
    let settings = &state.shared.settings;
    let roles: usize = settings.accounts.iter().map(|account| account.roles.len()).sum();
    let list = details(&[
        ("Start URL", &settings.start_urls.join(", ")),
        ("Region", settings.region.as_str()),
        ("Users", &settings.users.join(", ")),
        ("Accounts", &settings.accounts.len().to_string()),
        ("Roles", &roles.to_string()),
        ("Time", &now.to_string()),
    ]);
    section("Settings", &list)
}

fn clock_form(state: &State) -> String {
    let spans = [("1 minute", 60), ("1 hour", 3600), ("8 hours", 28_800), ("90 days", 7_776_000)];
    let buttons = each(spans, |(name, seconds)| {
        format!("<button class=\"quiet\" name=\"seconds\" value=\"{seconds}\">+ {name}</button>\n")
    });
    let inside = format!("<p class=\"buttons\">{buttons}</p>\n");
    let form = form(&state.shared, Some("/emulator/advance"), "Advance the clock", &inside);
    format!("<section>\n<h2>Advance the clock</h2>\n{form}\n</section>")
}

fn pending_devices(state: &State, now: Timestamp) -> String {
    let rows = state.oidc.devices.pending(now).map(|device| {
        let code = escape(&device.user_code);
        let fields = hidden("user_code", &device.user_code);
        let decide = |action, text| {
            let label = format!("{text} {}", device.user_code);
            button(&state.shared, action, (text, &label), &fields)
        };
        [
            format!("<a href=\"/device?user_code={code}\"><code>{code}</code></a>"),
            decide("approve", "Approve") + " " + &decide("deny", "Deny"),
            escape(&device.client.name),
            device.expires.to_string(),
        ]
    });
    let rows = rows.collect::<Vec<_>>();
    table("Waiting for approval", ["Code", "Decision", "Program", "Expires"], &rows, "")
}

fn sessions(state: &State, now: Timestamp) -> String {
    let rows = state.shared.sessions.iter().rev().take(MAX_ROWS).map(|(id, session)| {
        let status = if session.is_active(now) {
            let label = format!("Revoke the session of {}", session.user);
            let fields = hidden("session", id);
            let revoke = button(&state.shared, "revoke", ("Revoke", &label), &fields);
            format!("active {revoke}")
        } else {
            inactive(session).to_owned()
        };
        [
            escape(&session.user),
            status,
            escape(&session.client_name),
            session.started.to_string(),
            session.expires.to_string(),
        ]
    });
    let rows = rows.collect::<Vec<_>>();
    let button_for_all =
        |action, text| button(&state.shared, action, (text, &format!("{text} sessions")), "");
    let buttons = format!(
        "<div class=\"buttons\">{}{}</div>\n",
        button_for_all("revoke", "Revoke all"),
        button_for_all("expire-sessions", "Expire all")
    );
    table("Sessions", ["User", "Status", "Program", "Started", "Expires"], &rows, &buttons)
}

fn inactive(session: &Session) -> &'static str {
    if session.revoked { "revoked" } else { "expired" }
}

fn tokens(state: &State, now: Timestamp) -> String {
    let sessions = &state.shared.sessions;
    let access_tokens = sessions.access_tokens().rev().take(MAX_ROWS).map(|(text, token)| {
        let session = sessions.get(&token.session);
        let status = match session {
            Some(session) if !session.is_active(now) => inactive(session),
            Some(_) if now < token.expires => "valid",
            _ => "expired",
        };
        token_row("access", text, session, token.expires.to_string(), status)
    });
    let refresh_tokens = state.oidc.refresh_tokens.iter().rev().take(MAX_ROWS);
    let refresh_tokens = refresh_tokens.map(|(text, token)| {
        let session = sessions.get(&token.session);
        let status = match session {
            Some(session) if !session.is_active(now) => inactive(session),
            _ if token.used => "used",
            _ => "valid",
        };
        let expires = session.map(|session| session.expires.to_string()).unwrap_or_default();
        token_row("refresh", text, session, expires, status)
    });
    let rows = access_tokens.chain(refresh_tokens).collect::<Vec<_>>();
    table("Tokens", ["Kind", "Token", "User", "Expires", "Status"], &rows, "")
}

fn token_row(
    kind: &str,
    token: &str,
    session: Option<&Session>,
    expires: String,
    status: &str,
) -> [String; 5] {
    let user = session.map(|session| escape(&session.user)).unwrap_or_default();
    [
        kind.to_owned(),
        format!("<code>{}</code>", escape(&masked(token))),
        user,
        expires,
        status.to_owned(),
    ]
}

fn faults(state: &State) -> String {
    let rows = state.faults.iter().map(|rule| {
        [
            escape(rule.operation.map_or("anything", |operation| operation.name())),
            rule.times.map_or("always".to_owned(), |times| times.to_string()),
            escape(&rule.fault.to_string()),
        ]
    });
    let rows = rows.collect::<Vec<_>>();
    let clear = button(&state.shared, "heal", ("Clear", "Clear the scheduled faults"), "");
    table("Scheduled faults", ["Operation", "Times", "Fault"], &rows, &clear)
}

/// Returns the form that schedules a fault, which is not updated while it is filled in.
fn fault_form(state: &State) -> String {
    let operations = Operation::ALL.map(Operation::name);
    let operations =
        each(["anything"].into_iter().chain(operations), |name| format!("<option>{name}</option>"));
    let times = [("1", "once"), ("2", "twice"), ("3", "3 times"), ("always", "always")];
    let times = each(times, |(value, text)| format!("<option value=\"{value}\">{text}</option>"));
    let faults = each(COMMON_FAULTS, |fault| format!("<option value=\"{fault}\">"));
    let inside = format!(
        "<p class=\"fields\"><label>Operation <select name=\"operation\">{operations}</select></label>\n\
         <label>Times <select name=\"times\">{times}</select></label>\n\
         <label>Fault <input name=\"what\" list=\"faults\" required autocomplete=\"off\" \
         placeholder=\"slow_down\"></label>\n\
         <datalist id=\"faults\">{faults}</datalist>\n<button>Schedule</button></p>\n"
    );
    let form = form(&state.shared, Some("/emulator/fail"), "Schedule a fault", &inside);
    format!("<section>\n<h2>Schedule a fault</h2>\n{form}\n</section>")
}

/// Faults that the form suggests.
const COMMON_FAULTS: [&str; 14] = [
    "slow_down",
    "invalid_grant",
    "server_error:400",
    "TooManyRequestsException",
    "UnauthorizedException",
    "429",
    "503",
    "latency:2000",
    "reset",
    "lose-response",
    "truncate",
    "html",
    "revoke",
    "expire-sessions",
];

fn violations(state: &State) -> String {
    let rows = state.log.violations().rev().take(MAX_ROWS).map(|violation| {
        let Violation { at, line, user_agent, problem, .. } = violation;
        [at.to_string(), escape(line), escape(problem), escape(&shortened(user_agent))]
    });
    let rows = rows.collect::<Vec<_>>();
    table("Model violations", ["Time", "Request", "Violation", "User agent"], &rows, "")
}

/// Returns the requests, each of which opens to its bodies.
fn requests(state: &State) -> String {
    let items = each(state.log.numbered().take(MAX_ROWS), |(number, entry)| {
        let operation = entry.operation.map_or(entry.line.as_str(), |operation| operation.name());
        let status = entry.status.as_ref().map_or("connection closed", StatusCode::as_str);
        let error = entry.error.as_deref().unwrap_or_default();
        let fault = if entry.scripted { " (scheduled fault)" } else { "" };
        let class = match entry.status {
            Some(status) if status.as_u16() < 400 => "status",
            _ => "status failed",
        };
        format!(
            "<li><details id=\"request-{number}\"><summary id=\"summary-{number}\">\
             <span class=\"number\">{number}</span> <strong>{}</strong> <span>{}</span> \
             <span class=\"{class}\">{status} {}{fault}</span></summary>\n{}\n\
             <h3>Request</h3>\n{}<h3>Response</h3>\n{}</details></li>\n",
            escape(operation),
            escape(&entry.about),
            escape(error),
            details(&[
                ("Time", &entry.at.to_string()),
                ("Path", &entry.line),
                ("User agent", &shortened(&entry.user_agent)),
            ]),
            body(&entry.request_body),
            body(&entry.response_body),
        )
    });
    let inside =
        if items.is_empty() { items } else { format!("<ul class=\"requests\">\n{items}</ul>\n") };
    section("Requests", &inside)
}

fn body(text: &str) -> String {
    match text {
        "" => "<p class=\"empty\">No body.</p>\n".to_owned(),
        text => format!("<pre>{}</pre>\n", escape(text)),
    }
}

fn shortened(user_agent: &str) -> String {
    user_agent.chars().take(40).collect()
}
