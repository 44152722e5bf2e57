use serde_json::json;
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
            Target::Center(center) => end(app, &center)?,
            Target::Console(login) => console_login::logout(app, &login)?,
        }
        return Ok(Exit::Done);
    }
    for center in all(&configuration)? {
        end(app, &center)?;
    }
    for login in configuration.console_logins() {
        console_login::logout(app, &login)?;
    }
    Ok(Exit::Done)
}

/// Every session that the configuration names.
pub(super) fn all(configuration: &Configuration) -> Result<Vec<IdentityCenter<'_>>, Failure> {
    let names: Vec<String> = configuration.session_names().collect();
    let centers = names.iter().map(|name| configuration.identity_center_named(name, "--all"));
    Ok(centers.collect::<Result<_, _>>()?)
}

fn end(app: &App<'_>, center: &IdentityCenter<'_>) -> Result<(), Failure> {
    let out = center.blocking().sign_out()?;
    let name = center.session().label();
    if let Err(error) = &out.portal {
        let warning = app.printer.tone(Tone::Warning, "warning:");
        app.printer.note(&format!("{warning} the portal could not be told: {error}"));
    }
    if app.printer.json {
        let told = out.portal.is_ok();
        app.printer.result(
            &json!({ "session": name, "wasSignedIn": out.was_signed_in, "portalTold": told })
                .to_string(),
        )?;
    } else if out.was_signed_in {
        app.printer.note(&format!("Signed out of {name}."));
    } else {
        app.printer.note(&format!("Not signed in to {name}: nothing to end."));
    }
    Ok(())
}
