use http::StatusCode;
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use crate::escape::escape;
use crate::log::{LoggedRequest, Violation};
use crate::pages::{button, details, each, form, hidden, page, table};
use crate::response;
use crate::sessions::Session;
use crate::state::State;

/// The most rows of a table.
const MAX_ROWS: usize = 25;

/// The page that shows the state of the emulator, with buttons to change it.
pub(crate) fn respond(state: &State, request: &Request, now: Timestamp) -> Response {
    if request.method() != http::Method::GET {
        return response::empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    let body = [
        settings(state, now),
        clock_form(state),
        pending_devices(state, now),
        sessions(state, now),
        tokens(state, now),
        faults(state),
        violations(state),
        requests(state),
    ];
    response::html(StatusCode::OK, page("Identity Center emulator", &body.join("\n")))
}

fn settings(state: &State, now: Timestamp) -> String {
    let settings = &state.shared.settings;
    let roles: usize = settings.accounts.iter().map(|account| account.roles.len()).sum();
    details(&[
        ("Start URL", &settings.start_urls.join(", ")),
        ("Region", settings.region.as_str()),
        ("Users", &settings.users.join(", ")),
        ("Accounts", &settings.accounts.len().to_string()),
        ("Roles", &roles.to_string()),
        ("Time", &now.to_string()),
    ])
}

fn clock_form(state: &State) -> String {
    let spans = [("1 minute", 60), ("1 hour", 3600), ("8 hours", 28_800), ("90 days", 7_776_000)];
    let buttons = each(spans, |(name, seconds)| {
        format!("<button class=\"quiet\" name=\"seconds\" value=\"{seconds}\">+ {name}</button>\n")
    });
    let inside = format!("<p class=\"buttons\">{buttons}</p>\n");
    form(&state.shared, Some("/emulator/advance"), "Advance the clock", &inside)
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
            escape(&device.client.name),
            device.expires.to_string(),
            decide("approve", "Approve") + " " + &decide("deny", "Deny"),
        ]
    });
    let rows = rows.collect::<Vec<_>>();
    table("Waiting for approval", ["Code", "Program", "Expires", "Decision"], &rows, "")
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
            escape(&session.client_name),
            session.started.to_string(),
            session.expires.to_string(),
            status,
        ]
    });
    let rows = rows.collect::<Vec<_>>();
    table("Sessions", ["User", "Program", "Started", "Expires", "Status"], &rows, "")
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
    [kind.to_owned(), masked(token), user, expires, status.to_owned()]
}

/// Shows the last four characters of a token that is long enough to stay secret.
fn masked(token: &str) -> String {
    let shown = token.char_indices().rev().nth(3).map_or(0, |(index, _)| index);
    let end = if 32 <= token.len() { &token[shown..] } else { "" };
    format!("<code>…{}</code>", escape(end))
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

fn violations(state: &State) -> String {
    let rows = state.log.violations().rev().take(MAX_ROWS).map(|violation| {
        let Violation { at, line, user_agent, what, .. } = violation;
        [at.to_string(), escape(line), escape(what), escape(&shortened(user_agent))]
    });
    let rows = rows.collect::<Vec<_>>();
    table("Model violations", ["Time", "Request", "Violation", "User agent"], &rows, "")
}

fn requests(state: &State) -> String {
    let rows = state.log.entries().rev().take(MAX_ROWS).map(request_row).collect::<Vec<_>>();
    let heads = ["Time", "Operation", "Parameters", "Response", "User agent"];
    table("Requests", heads, &rows, "")
}

fn request_row(entry: &LoggedRequest) -> [String; 5] {
    let status = entry.status.as_ref().map_or("connection closed", StatusCode::as_str);
    let mut response = format!("{status} {}", entry.error.as_deref().unwrap_or_default());
    if entry.scripted {
        response.push_str(" (scheduled)");
    }
    [
        entry.at.to_string(),
        escape(entry.operation.map_or(entry.line.as_str(), |operation| operation.name())),
        escape(&entry.about),
        escape(&response),
        escape(&shortened(&entry.user_agent)),
    ]
}

fn shortened(user_agent: &str) -> String {
    user_agent.chars().take(40).collect()
}
