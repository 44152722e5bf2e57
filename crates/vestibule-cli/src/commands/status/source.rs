//! Credentials of the environment, in each output format.

use serde_json::{Value, json};
use vestibule::Timestamp;

use super::prompt::{Expiry, Segment};
use crate::app::App;
use crate::args::Status;
use crate::environment_source::EnvironmentSource;
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::{time, until};

/// Shows the credentials alone: no session belongs to them.
pub(super) fn show(
    app: &App<'_>,
    args: &Status,
    source: &EnvironmentSource,
    now: Timestamp,
) -> Result<Exit, Error> {
    if app.printer.json {
        super::print_json(app, json!({}), Some(source))?;
    } else if args.prompt {
        app.printer.result(&segment(source, now).render(&app.printer, None))?;
    } else {
        app.printer.result(&format!("in use        {}", line(source, now)))?;
    }
    // As of the next command that needs credentials.
    Ok(if source.is_expired(now) { Exit::Configuration } else { Exit::Done })
}

pub(super) fn line(source: &EnvironmentSource, now: Timestamp) -> String {
    let profile = source.profile.as_ref().map(|name| format!(", of profile {name}"));
    let expires = source.expires_at.map(|at| match at {
        at if now < at => format!(", expire at {}", until(at, now)),
        at => format!(", expired at {}", time(at)),
    });
    let EnvironmentSource { description, variable, .. } = source;
    let (profile, expires) = (profile.unwrap_or_default(), expires.unwrap_or_default());
    format!("{description} ({variable}){profile}{expires}")
}

pub(super) fn json(source: &EnvironmentSource) -> Value {
    json!({
        "source": source.name,
        "description": source.description,
        "origin": source.variable,
        "profile": source.profile,
        "expiresAt": source.expires_at.map(|at| at.to_string()),
    })
}

/// Returns `environment`, or the label of `exec`, with the account or the access key.
fn segment(source: &EnvironmentSource, now: Timestamp) -> Segment {
    let label = source.profile.clone();
    let key = || source.description.rsplit(' ').next().unwrap_or_default().to_owned();
    let account = match (&label, &source.account) {
        // The label of a role without a profile is `ACCOUNT/ROLE`.
        (Some(label), Some(account)) => Some(account.clone()).filter(|id| !label.contains(id)),
        (Some(_), None) => None,
        (None, account) => Some(account.clone().unwrap_or_else(key)),
    };
    let name = label.unwrap_or_else(|| "environment".to_owned());
    Segment { name, account, expiry: source.expires_at.map_or(Expiry::Unknown, Expiry::At), now }
}
