use vestibule::{IdentityCenter, Region};

use super::sign_in;
use super::target::{Target, target};
use crate::app::App;
use crate::args::Login;
use crate::error::Error;
use crate::exit::Exit;

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
