use serde_json::{Value, json};
use vestibule::{ConsoleState, ConsoleStatus, PlanEntry, Refresh, Source, Status};

use super::Explained;

pub(super) fn to_json(explained: &Explained<'_>) -> Value {
    let plan = explained.session.plan();
    json!({
        "profile": plan.profile.value,
        "sources": explained.sources.iter().map(source).collect::<Vec<_>>(),
        "decided": plan.entries().iter().map(entry).collect::<Vec<_>>(),
        "notes": plan.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "token": explained.token.as_ref().map(token),
        "console": explained.console.as_ref().map(console),
        "roleCredentialsUntil": explained.role_end.map(|end| end.to_string()),
        "next": explained.next,
    })
}

fn source(source: &Source) -> Value {
    json!({
        "name": source.name,
        "fate": source.state.as_str(),
        "why": source.description,
        "origin": source.origin.as_ref().map(ToString::to_string),
    })
}

fn entry(entry: &PlanEntry) -> Value {
    json!({ "name": entry.name, "value": entry.value, "origin": entry.origin.to_string() })
}

fn token(status: &Status) -> Value {
    match &status.token {
        Ok(token) => json!({
            "file": status.token_file,
            "expiresAt": token.expires_at.to_string(),
            "expired": token.is_expired,
            "refreshableUntil": match token.refresh {
                Refresh::Until(end) => Some(end.to_string()),
                Refresh::Impossible(_) => None,
            },
        }),
        Err(why) => json!({ "file": status.token_file, "why": why.to_string() }),
    }
}

fn console(console: &ConsoleStatus) -> Value {
    let (state, end) = match &console.state {
        ConsoleState::Live(end) => ("live", Some(end)),
        ConsoleState::Refreshable(end) => ("refreshable", Some(end)),
        ConsoleState::Over(end) => ("over", Some(end)),
        ConsoleState::Never => ("never", None),
        ConsoleState::Unusable(_) => ("unusable", None),
    };
    json!({ "file": console.file, "state": state, "expiresAt": end.map(ToString::to_string) })
}
