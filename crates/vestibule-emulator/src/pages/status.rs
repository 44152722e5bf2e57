use http::StatusCode;
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};

use super::form::{button, form, hidden};
use super::table::table;
use super::{each, facts, shell};
use crate::answer;
use crate::escape::escape;
use crate::log::{Logged, Violation};
use crate::state::{Session, State};

/// How many of the last sessions, tokens, requests and violations are shown.
const SHOWN: usize = 25;

/// What is going on, and the means to interfere: approve, deny, revoke, move time, heal.
pub(crate) fn status(state: &State, request: &Request, now: Timestamp) -> Response {
    if request.method() != http::Method::GET {
        return answer::bare(StatusCode::METHOD_NOT_ALLOWED);
    }
    let body = [
        about(state, now),
        time(state),
        waiting(state, now),
        sessions(state, now),
        tokens(state, now),
        faults(state),
        violations(state),
        requests(state),
    ];
    answer::html(StatusCode::OK, shell("Identity Center, emulated", &body.join("\n")))
}

fn about(state: &State, now: Timestamp) -> String {
    let config = &state.config;
    let roles: usize = config.accounts.iter().map(|account| account.roles.len()).sum();
    facts(&[
        ("Start URL", &config.start_urls.join(", ")),
        ("Region", config.region.as_str()),
        ("Users", &config.users.join(", ")),
        ("Accounts", &config.accounts.len().to_string()),
        ("Roles", &roles.to_string()),
        ("Time here", &now.to_string()),
    ])
}

fn time(state: &State) -> String {
    let spans = [("1 minute", 60), ("1 hour", 3600), ("8 hours", 28_800), ("90 days", 7_776_000)];
    let buttons = each(spans, |(name, seconds)| {
        format!("<button class=\"quiet\" name=\"seconds\" value=\"{seconds}\">+ {name}</button>\n")
    });
    let inside = format!("<p class=\"buttons\">{buttons}</p>\n");
    form(state, Some("/emulator/advance"), "Let time pass", &inside)
}

fn waiting(state: &State, now: Timestamp) -> String {
    let rows = state.waiting(now).map(|device| {
        let code = escape(&device.user_code);
        let fields = hidden("user_code", &device.user_code);
        let decide = |action, text| {
            button(state, action, (text, &format!("{text} {}", device.user_code)), &fields)
        };
        [
            format!("<a href=\"/device?user_code={code}\"><code>{code}</code></a>"),
            escape(&device.client.name),
            device.expires.to_string(),
            decide("approve", "Approve") + " " + &decide("deny", "Deny"),
        ]
    });
    let rows = rows.collect::<Vec<_>>();
    table("Waiting for approval", ["Code", "Program", "Until", "Decide"], &rows, "")
}

fn sessions(state: &State, now: Timestamp) -> String {
    let rows = state.sessions.iter().rev().take(SHOWN).map(|(id, session)| {
        let progress = if session.is_live(now) {
            let label = format!("Revoke the session of {}", session.user);
            let revoke = button(state, "revoke", ("Revoke", &label), &hidden("session", id));
            format!("live {revoke}")
        } else {
            over(session).to_owned()
        };
        [
            escape(&session.user),
            escape(&session.client.name),
            session.started.to_string(),
            session.until.to_string(),
            progress,
        ]
    });
    let rows = rows.collect::<Vec<_>>();
    table("Sessions", ["User", "Program", "From", "Until", "State"], &rows, "")
}

fn over(session: &Session) -> &'static str {
    if session.ended { "revoked" } else { "over" }
}

fn tokens(state: &State, now: Timestamp) -> String {
    let access = state.access_tokens.iter().rev().take(SHOWN).map(|(token, access)| {
        let known = state.sessions.get(&access.session);
        let progress = match known {
            Some(session) if !session.is_live(now) => over(session),
            Some(_) if now < access.expires => "good",
            _ => "expired",
        };
        row("access", token, known, access.expires.to_string(), progress)
    });
    let refresh = state.refresh_tokens.iter().rev().take(SHOWN).map(|(token, refresh)| {
        let known = state.sessions.get(&refresh.session);
        let progress = match known {
            Some(session) if !session.is_live(now) => over(session),
            _ if refresh.spent => "spent",
            _ => "good",
        };
        let until = known.map(|session| session.until.to_string()).unwrap_or_default();
        row("refresh", token, known, until, progress)
    });
    let row = access.chain(refresh).collect::<Vec<_>>();
    table("Tokens", ["Kind", "Token", "User", "Until", "State"], &row, "")
}

fn row(
    kind: &str,
    token: &str,
    session: Option<&Session>,
    until: String,
    progress: &str,
) -> [String; 5] {
    let user = session.map(|session| escape(&session.user)).unwrap_or_default();
    [kind.to_owned(), masked(token), user, until, progress.to_owned()]
}

/// Enough to tell one from another: four characters, of those that are long enough to spare them.
fn masked(token: &str) -> String {
    let shown = token.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
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
    let heal = button(state, "heal", ("Heal", "Heal: forget what was still to go wrong"), "");
    table("Still to go wrong", ["Operation", "Times", "Fault"], &rows, &heal)
}

fn violations(state: &State) -> String {
    let rows = state.log.violations().rev().take(SHOWN).map(|violation| {
        let Violation { at, line, user_agent, what, .. } = violation;
        [at.to_string(), escape(line), escape(what), escape(&short(user_agent))]
    });
    let rows = rows.collect::<Vec<_>>();
    table("Violations of the models", ["Time", "Request", "What", "Program"], &rows, "")
}

fn requests(state: &State) -> String {
    let rows = state.log.entries().rev().take(SHOWN).map(request).collect::<Vec<_>>();
    table("Last requests", ["Time", "Operation", "About", "Answer", "Program"], &rows, "")
}

fn request(entry: &Logged) -> [String; 5] {
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
        escape(&short(&entry.user_agent)),
    ]
}

fn short(user_agent: &str) -> String {
    user_agent.chars().take(40).collect()
}
