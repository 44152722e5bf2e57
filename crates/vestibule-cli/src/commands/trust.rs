use std::path::Path;

use serde_json::json;

use crate::app::App;
use crate::args::Trust;
use crate::directory_profile::{DirectoryProfile, FILE_NAME};
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;

/// Records that a `.aws-profile` file may select the profile of its folder.
pub(crate) fn run(app: &App<'_>, args: &Trust) -> Result<Exit, Error> {
    let folder = args.folder.as_deref().unwrap_or(Path::new("."));
    let folder = dunce::canonicalize(folder).map_err(|error| {
        let message = format!("the folder {} cannot be read", folder.display());
        Error::new(Exit::Failed, message).with_cause(error.to_string())
    })?;
    let Some(found) = DirectoryProfile::of_folder(&folder, &app.vars)? else {
        let message = format!("{} has no {FILE_NAME}, nor has a folder above it", folder.display());
        let hint = format!("write the name of a profile into a file {FILE_NAME}");
        return Err(Error::new(Exit::Configuration, message).with_hint(hint));
    };
    let location = found.location(&app.vars);
    found.set_trusted(!args.remove, &app.vars).map_err(|error| {
        let message = format!("the choice for {location} could not be stored");
        Error::new(Exit::Failed, message).with_cause(error.to_string())
    })?;
    if app.printer.json {
        let result = json!({
            "file": location.to_string(), "profile": found.name(), "trusted": !args.remove,
        });
        app.printer.result(&result.to_string())?;
        return Ok(Exit::Done);
    }
    let name = app.printer.tone(Tone::Good, found.name());
    if args.remove {
        app.printer.note(&format!("{location} is no longer trusted."));
    } else {
        app.printer.note(&format!("{location} selects the profile {name} from now on."));
    }
    let configuration = app.configuration()?;
    if !args.remove && configuration.files().profile(found.name()).is_none() {
        let warning = app.printer.tone(Tone::Warning, "warning:");
        app.printer.note(&format!("{warning} the profile {name} is not defined"));
    }
    Ok(Exit::Done)
}
