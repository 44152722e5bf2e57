use serde_json::json;
use vestibule::{Base, Configuration, SessionState};

use super::profile;
use crate::app::App;
use crate::args::Select;
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::until;
use crate::printer::Tone;

/// Prints the name of a profile for the functions that switch the profile of a shell: the one that
/// was named, or the one that the user selects. Describes it on stderr.
pub(crate) fn run(app: &App<'_>, args: &Select) -> Result<Exit, Error> {
    if app.global.region.is_some() {
        let message = "--region is no option here: the profile has the region";
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
    let description = describe(&configuration)?;
    if app.printer.json {
        app.printer.result(&json!({ "profile": name, "description": description }).to_string())?;
        return Ok(Exit::Done);
    }
    app.printer.wrapped_note(&format!("{}: {description}", app.printer.tone(Tone::Good, &name)));
    app.printer.result(&name)?;
    Ok(Exit::Done)
}

/// Returns account, role, region and expiration of a profile, from local files.
fn describe(configuration: &Configuration) -> Result<String, Error> {
    let plan = configuration.plan()?;
    let mut parts = Vec::new();
    let mut role_credentials = None;
    match &plan.base {
        Base::Sso(role) => {
            parts.push(format!("{} in {}", role.role_name.value, role.account_id.value));
            role_credentials = configuration.role_credentials_expiration(role);
        }
        Base::Login(_) => parts.push("console login".to_owned()),
        Base::NotConfigured(_) => parts.push("no credentials configured".to_owned()),
        _ => {}
    }
    parts.extend(plan.roles.last().map(|role| role.arn.value.to_string()));
    match plan.region() {
        Some(region) => parts.push(region.to_string()),
        None => parts.push("no region".to_owned()),
    }
    if let Ok(center) = configuration.identity_center() {
        let now = center.now();
        let state = center.blocking().status().state;
        parts.push(match (role_credentials, state) {
            (Some(end), _) if now < end => format!("credentials expire at {}", until(end, now)),
            (_, Ok(SessionState::Valid { expires_at, .. })) => {
                format!("access token expires at {}", until(expires_at, now))
            }
            (_, Ok(SessionState::Refreshable { .. })) => {
                "access token expired, refreshed on next use".to_owned()
            }
            (_, Ok(state)) => state.to_string(),
            (_, Err(error)) => error.to_string(),
        });
    }
    Ok(parts.join(", "))
}
