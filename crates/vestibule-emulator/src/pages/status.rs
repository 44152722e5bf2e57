use http::StatusCode;
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use super::{each, facts, shell};
use crate::answer;
use crate::escape::escape;
use crate::log::Logged;
use crate::state::{Session, State};

/// How many of the last sessions and requests are shown.
const SHOWN: usize = 25;

/// What is going on, and the means to interfere: approve, deny, revoke, move time.
pub(crate) fn status(state: &State, request: &Request, now: Timestamp) -> Response {
    if request.method() != http::Method::GET {
        return answer::bare(StatusCode::METHOD_NOT_ALLOWED);
    }
    let config = &state.config;
    let roles: usize = config.accounts.iter().map(|account| account.roles.len()).sum();
    let about = facts(&[
        ("Start URL", &config.start_urls.join(", ")),
        ("Region", config.region.as_str()),
        ("Users", &config.users.join(", ")),
        ("Accounts", &config.accounts.len().to_string()),
        ("Roles", &roles.to_string()),
        ("Time here", &now.to_string()),
    ]);
    let waiting: Vec<_> = state
        .waiting(now)
        .map(|device| {
            let code = escape(&device.user_code);
            let field = format!("<input type=\"hidden\" name=\"user_code\" value=\"{code}\">");
            [
                format!("<a href=\"/device?user_code={code}\"><code>{code}</code></a>"),
                escape(&device.client.name),
                device.expires.to_string(),
                button("approve", "Approve", &field) + " " + &button("deny", "Deny", &field),
            ]
        })
        .collect();
    let sessions: Vec<_> =
        state.sessions.iter().rev().take(SHOWN).map(|entry| session(entry, now)).collect();
    let requests: Vec<_> = state.log.entries().rev().take(SHOWN).map(request_row).collect();
    let body = [
        about,
        time_buttons(),
        table("Waiting for approval", ["Code", "Program", "Until", "Decide"], &waiting),
        table("Sessions", ["User", "Program", "From", "Until", "State"], &sessions),
        table("Last requests", ["Time", "Operation", "About", "Answer", "Program"], &requests),
    ];
    answer::html(StatusCode::OK, shell("Identity Center, emulated", &body.join("\n")))
}

fn session((id, session): (&str, &Session), now: Timestamp) -> [String; 5] {
    let progress = if session.is_live(now) {
        let field = format!("<input type=\"hidden\" name=\"session\" value=\"{}\">", escape(id));
        format!("live {}", button("revoke", "Revoke", &field))
    } else if session.ended {
        "revoked".to_owned()
    } else {
        "over".to_owned()
    };
    [
        escape(&session.user),
        escape(&session.client.name),
        session.started.to_string(),
        session.until.to_string(),
        progress,
    ]
}

fn request_row(entry: &Logged) -> [String; 5] {
    let status = entry.status.as_ref().map_or("connection broken", StatusCode::as_str);
    let mut result = format!("{status} {}", entry.error.as_deref().unwrap_or_default());
    if entry.scripted {
        result.push_str(" (scripted)");
    }
    [
        entry.at.to_string(),
        escape(entry.operation.map_or(entry.line.as_str(), |operation| operation.name())),
        escape(&entry.about),
        escape(&result),
        escape(&entry.user_agent.chars().take(40).collect::<String>()),
    ]
}

fn time_buttons() -> String {
    let spans = [("1 minute", 60), ("1 hour", 3600), ("8 hours", 28_800), ("90 days", 7_776_000)];
    let buttons = each(spans, |(name, seconds)| {
        format!("<button class=\"quiet\" name=\"seconds\" value=\"{seconds}\">+ {name}</button>\n")
    });
    format!(
        "<form method=\"post\" action=\"/emulator/advance\" aria-label=\"Let time pass\">\n\
         <p class=\"buttons\">{buttons}</p>\n</form>"
    )
}

fn button(action: &str, label: &str, field: &str) -> String {
    format!(
        "<form method=\"post\" action=\"/emulator/{action}\">{field}\
         <button class=\"quiet\">{label}</button></form>"
    )
}

/// The cells are HTML already.
fn table<const N: usize>(title: &str, heads: [&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() {
        return format!("<h2>{title}</h2>\n<p class=\"empty\">None.</p>");
    }
    let heads = each(heads, |head| format!("<th scope=\"col\">{head}</th>"));
    let rows = each(rows, |cells| {
        format!("<tr>{}</tr>\n", each(cells, |cell| format!("<td>{cell}</td>")))
    });
    format!(
        "<h2>{title}</h2>\n<div class=\"wide\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">\
         <table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>"
    )
}
