use serde_json::{Value, json};
use vestibule::{Configuration, IdentityCenter};

use crate::advice::Failure;
use crate::app::App;
use crate::args::Sessions;
use crate::exit::Exit;
use crate::printer::Tone;

use super::{Target, console_login};

pub(crate) fn run(app: &App<'_>, args: &Sessions) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    if !args.all {
        match super::target(&configuration, &args.one, false)? {
            Target::Center(center) => say(app, &end(app, &center)?)?,
            Target::Console(login) => say(app, &console_login::logout(app, &login)?)?,
        }
        return Ok(Exit::Done);
    }
    let mut ended = Vec::new();
    for center in all(&configuration)? {
        ended.push(end(app, &center)?);
    }
    for login in configuration.console_logins() {
        ended.push(console_login::logout(app, &login)?);
    }
    say(app, &Value::from(ended))?;
    Ok(Exit::Done)
}

/// Every session that the configuration names.
pub(super) fn all(configuration: &Configuration) -> Result<Vec<IdentityCenter<'_>>, Failure> {
    let names: Vec<String> = configuration.session_names().collect();
    let centers = names.iter().map(|name| configuration.identity_center_named(name, "--all"));
    Ok(centers.collect::<Result<_, _>>()?)
}

/// What has been told to people already, for programs.
fn say(app: &App<'_>, ended: &Value) -> Result<(), Failure> {
    if app.printer.json {
        app.printer.result(&ended.to_string())?;
    }
    Ok(())
}

fn end(app: &App<'_>, center: &IdentityCenter<'_>) -> Result<Value, Failure> {
    let out = center.blocking().sign_out()?;
    let name = center.session().label();
    if let Err(error) = &out.portal {
        let warning = app.printer.tone(Tone::Warning, "warning:");
        app.printer.note(&format!("{warning} the portal could not be told: {error}"));
    }
    match out.was_signed_in {
        _ if app.printer.json => {}
        true => app.printer.note(&format!("Signed out of {name}.")),
        false => app.printer.note(&format!("Not signed in to {name}: nothing to end.")),
    }
    let told = out.portal.is_ok();
    Ok(json!({ "session": name, "wasSignedIn": out.was_signed_in, "portalTold": told }))
}
