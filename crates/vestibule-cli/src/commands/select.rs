use std::time::Duration;

use serde_json::json;
use vestibule::{Base, Configuration, SessionState, Source, SourceState};

use super::profile;
use super::session_state::assumed_role;
use super::target::no_credentials;
use crate::app::App;
use crate::args::Select;
use crate::duration::spell;
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;

/// Prints the name of a profile for the functions that switch the profile of a shell: the one that
/// was named, or the one that the user selects. Describes it on stderr.
pub(crate) fn run(app: &App<'_>, args: &Select) -> Result<Exit, Error> {
    if app.global.region.is_some() {
        let message = "--region cannot be used here: the region is that of the profile";
        let hint = "set AWS_REGION after vestibule-use or vestibule-env";
        return Err(Error::new(Exit::Usage, message).with_hint(hint));
    }
    let configuration = app.configuration()?;
    let choice = configuration.profile();
    let is_named = app.global.profile.is_some();
    let is_kept = args.keep && configuration.files().profile(&choice.value).is_some();
    let name = if is_named || is_kept { choice.value } else { profile::pick(app, &configuration)? };
    let global = crate::args::Global { profile: Some(name.clone()), ..app.global.clone() };
    let selected = app.with_global(&global);
    // The functions remove the region of the shell.
    let vars = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let vars = vars.iter().fold(app.vars.clone(), |vars, name| vars.without(name));
    let configuration = selected.builder()?.vars(vars).configuration()?;
    if !is_named && app.directory_profile().is_some_and(|(directory, _)| directory == name) {
        app.announce_directory_profile();
    }
    let command = if args.keep { "vestibule-env" } else { "vestibule-use" };
    let description = describe(&configuration, command)?;
    if app.printer.json {
        app.printer.result(&json!({ "profile": name, "description": description }).to_string())?;
        return Ok(Exit::Done);
    }
    // `vestibule-env` describes the profile once it has the credentials.
    if !args.keep {
        let name = app.printer.tone(Tone::Good, &name);
        app.printer.wrapped_note(&format!("{name}: {description}"));
    }
    app.printer.result(&name)?;
    Ok(Exit::Done)
}

/// Returns account, role, region and expiration of a profile, from local files.
fn describe(configuration: &Configuration, command: &str) -> Result<String, Error> {
    let plan = configuration.plan()?;
    let mut parts = Vec::new();
    match &plan.base {
        _ if !plan.roles.is_empty() => {}
        Base::Sso(role) => {
            parts.push(format!("{} in {}", role.role_name.value, role.account_id.value));
        }
        Base::Login(_) => parts.push("console login".to_owned()),
        Base::NotConfigured(_) if !has_other_source(configuration)? => {
            return Err(no_credentials(configuration, command));
        }
        _ => {}
    }
    parts.extend(plan.roles.last().map(assumed_role));
    match plan.region() {
        Some(region) => parts.push(region.to_string()),
        None => parts.push("no region".to_owned()),
    }
    let now = configuration.now();
    let center = configuration.identity_center().ok();
    let state = center.map(|center| center.blocking().status().state);
    parts.extend(match state {
        Some(Ok(SessionState::Valid { .. } | SessionState::Refreshable { .. })) | None => None,
        Some(Ok(state)) => Some(state.to_string()),
        Some(Err(error)) => Some(error.to_string()),
    });
    let expires_at = configuration.cached_credentials(&plan).expires_at;
    let left = expires_at.filter(|at| now < *at).map(|at| at.saturating_since(now).as_secs());
    let minutes = left.map(|seconds| Duration::from_secs(seconds / 60 * 60));
    let left = minutes.map(|left| format!(" ({} left)", spell(left))).unwrap_or_default();
    Ok(parts.join(", ") + &left)
}

/// Returns whether a source other than the profile and the keys of the shell has credentials.
fn has_other_source(configuration: &Configuration) -> Result<bool, Error> {
    let is_other = |source: &Source| {
        source.state == SourceState::Used && !matches!(source.name, "environment" | "profile")
    };
    Ok(configuration.sources()?.iter().any(is_other))
}
