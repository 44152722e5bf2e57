use vestibule::{IdentityCenter, Region};

use super::sign_in;
use super::target::{Target, target};
use crate::app::App;
use crate::args::{Login, OneSession};
use crate::error::Error;
use crate::exit::Exit;
use crate::report;

/// Signs in, unless the session is valid for long enough.
pub(crate) fn run(app: &App<'_>, args: &Login) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let center = match target(&configuration, &args.session, args.console)? {
        Target::Center(center) => *center,
        Target::Console(login) => return sign_in::console::run(app, args, &login),
    };
    if !args.force
        && let Some(token) = sign_in::valid_token(&center, args.min_remaining.0)
    {
        sign_in::report(app, &center, &token, "alreadySignedIn", "Already signed in to")?;
        return Ok(Exit::Done);
    }
    let unless_lasting = (!args.force).then_some(args.min_remaining.0);
    let region = sign_in::identity_center(app, &args.sign_in, &center, unless_lasting, true)?;
    if let Some(region) = region {
        correct_region(app, &center, &region)?;
    }
    Ok(Exit::Done)
}

/// Signs in to every session that needs it. A session that fails does not stop the others.
pub(crate) fn all(app: &App<'_>, args: &Login) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let names: Vec<String> = configuration.session_names().collect();
    if names.is_empty() {
        let error = Error::new(Exit::Configuration, "no SSO sessions are defined");
        return Err(error.with_hint("vestibule configure sso"));
    }
    let mut exit = Exit::Done;
    for name in names {
        let session = OneSession { sso_session: Some(name) };
        let args = Login { session, all: false, ..args.clone() };
        match run(app, &args) {
            Ok(done) => exit = exit.max(done),
            Err(error) if error.exit() == Exit::Interrupted => return Err(error),
            Err(error) => exit = exit.max(report::error(app, &error)),
        }
    }
    Ok(exit)
}

/// Writes the region of the portal to the configuration; otherwise the token would not be found.
fn correct_region(app: &App<'_>, center: &IdentityCenter, region: &Region) -> Result<(), Error> {
    let configured = &center.session().region;
    let edited = center.blocking().correct_region(region)?;
    app.printer.note(&format!(
        "The portal is in {region}: sso_region was changed from {configured} in {}.",
        edited.location
    ));
    Ok(())
}
