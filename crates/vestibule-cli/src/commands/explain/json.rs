use serde_json::{Value, json};
use vestibule::{PlanEntry, Source, SourceState, Status};

use super::Explained;
use crate::commands::session_state;
use crate::environment_source::EnvironmentSource;

pub(super) fn to_json(explained: &Explained<'_>) -> Value {
    let plan = explained.session.plan();
    json!({
        "profile": plan.profile.value,
        "sources": explained.sources.iter().map(source).collect::<Vec<_>>(),
        "decided": plan.entries().iter().map(entry).collect::<Vec<_>>(),
        "notes": explained.notes,
        "token": explained.token.as_ref().map(session),
        "console": explained.console.as_ref().map(session),
        "roleCredentialsUntil": explained.cached.expires_at.map(|end| end.to_string()),
        "next": explained.next,
    })
}

/// Returns an object with the keys of [`to_json`].
pub(super) fn agent_to_json(agent: &EnvironmentSource, next: &str) -> Value {
    let source = json!({ "name": agent.name, "state": SourceState::Used.as_str(),
            "description": agent.description, "origin": agent.variable });
    json!({ "profile": agent.profile, "sources": [source], "decided": [], "notes": [],
            "token": null, "console": null, "roleCredentialsUntil": null, "next": next })
}

fn source(source: &Source) -> Value {
    json!({
        "name": source.name,
        "state": source.state.as_str(),
        "description": source.description,
        "origin": source.origin.as_ref().map(ToString::to_string),
    })
}

fn entry(entry: &PlanEntry) -> Value {
    json!({ "name": entry.name, "value": entry.value, "origin": entry.origin.to_string() })
}

fn session(status: &Status) -> Value {
    let mut report = session_state::json(status);
    report["file"] = status.location.as_str().into();
    report
}
