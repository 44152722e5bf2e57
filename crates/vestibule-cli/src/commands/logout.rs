use serde_json::{Value, json};
use vestibule::{ConsoleLogin, IdentityCenter};

use super::profile::{UndefinedProfile, undefined_profile};
use super::target::{Target, identity_centers, target};
use crate::app::App;
use crate::args::{Global, OneSession, Sessions};
use crate::error::Error;
use crate::exit::Exit;
use crate::report;

/// Signs out of one session, or of all.
pub(crate) fn run(app: &App<'_>, args: &Sessions) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    if !args.all {
        if let Some(UndefinedProfile::Session(session)) = undefined_profile(app, &args.one)? {
            // Named in the place of a profile.
            let global = Global { profile: None, ..app.global.clone() };
            let one = OneSession { sso_session: Some(session) };
            return run(&app.with_global(&global), &Sessions { one, ..Sessions::default() });
        }
        let result = match target(&configuration, &args.one)? {
            Target::Center(center) => sign_out(app, &center)?,
            Target::Console(login) => sign_out_of_console(app, &login)?,
        };
        print_json(app, &result)?;
        return Ok(Exit::Done);
    }
    let mut results = Vec::new();
    let mut exit = Exit::Done;
    let mut centers = identity_centers(&configuration)?;
    let known: Vec<_> = centers.iter().flatten().map(|center| center.session().clone()).collect();
    match configuration.other_identity_centers_blocking(&known) {
        Ok(others) => centers.extend(others.into_iter().map(Ok)),
        Err(error) => centers.push(Err(error.into())),
    }
    let centers = centers.into_iter();
    let centers = centers.map(|center| center.and_then(|center| sign_out(app, &center)));
    let logins = configuration.console_logins().into_iter();
    let logins = logins.map(|login| sign_out_of_console(app, &login));
    // An error of one session does not keep the others signed in.
    for result in centers.chain(logins) {
        match result {
            Ok(result) => results.push(result),
            Err(error) => exit = exit.max(report::one_of_many(app, &error, &mut results)),
        }
    }
    match configuration.sign_out_of_other_console_logins_blocking() {
        Ok(locations) => results.extend(locations.iter().map(|location| {
            note(app, &format!("the console login in {location}"), true);
            json!({ "session": location, "wasSignedIn": true })
        })),
        Err(error) => {
            exit = exit.max(report::one_of_many(app, &error.into(), &mut results));
        }
    }
    print_json(app, &Value::from(results))?;
    Ok(exit)
}

fn print_json(app: &App<'_>, result: &Value) -> Result<(), Error> {
    if app.printer.json {
        app.printer.result(&result.to_string())?;
    }
    Ok(())
}

fn sign_out(app: &App<'_>, center: &IdentityCenter) -> Result<Value, Error> {
    let signed_out = center.blocking().sign_out()?;
    let name = center.session().label();
    if let Err(error) = &signed_out.portal {
        app.printer.warn(&format!("the portal session could not be ended: {error}"));
    }
    note(app, name, signed_out.was_signed_in);
    Ok(json!({ "session": name, "wasSignedIn": signed_out.was_signed_in,
            "portalTold": signed_out.portal.is_ok() }))
}

fn sign_out_of_console(app: &App<'_>, login: &ConsoleLogin) -> Result<Value, Error> {
    let was_signed_in = login.blocking().sign_out()?;
    let session = login.login_session().unwrap_or("the console");
    note(app, session, was_signed_in);
    Ok(json!({ "session": session, "wasSignedIn": was_signed_in }))
}

fn note(app: &App<'_>, session: &str, was_signed_in: bool) {
    match was_signed_in {
        _ if app.printer.json => {}
        true => app.printer.note(&format!("Signed out of {session}.")),
        false => app.printer.note(&format!("Not signed in to {session}, nothing to do.")),
    }
}
