use std::path::Path;

use serde_json::json;

use crate::app::App;
use crate::args::Trust;
use crate::directory_profile::{Choice, DirectoryFile, DirectoryProfile, FILE_NAME};
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;

/// Records whether a `.aws-profile` file selects the profile of its folder.
pub(crate) fn run(app: &App<'_>, args: &Trust) -> Result<Exit, Error> {
    let folder = args.folder.as_deref().unwrap_or(Path::new("."));
    let folder = dunce::canonicalize(folder).map_err(|error| {
        let message = format!("the folder {} cannot be read", folder.display());
        Error::failed(message, &error)
    })?;
    let vars = &app.vars;
    let Some(file) = DirectoryFile::of_folder(&folder, vars)? else {
        let message = format!("{} has no {FILE_NAME}, nor has a folder above it", folder.display());
        let hint = format!("write the name of a profile into a file {FILE_NAME}");
        return Err(Error::new(Exit::Configuration, message).with_hint(hint));
    };
    let is_trusted = !args.remove && !args.ignore;
    // To ignore or forget a file, its content is not needed.
    let found = match file.read(vars) {
        Err(error) if is_trusted => return Err(error),
        found => found.ok(),
    };
    let name = found.as_ref().map(DirectoryProfile::name);
    let choice = match name {
        _ if args.ignore => Choice::Ignore,
        Some(name) if is_trusted => Choice::Trust(name),
        _ => Choice::Forget,
    };
    let location = file.location(vars);
    file.record(choice, vars).map_err(|error| {
        let message = format!("the choice for {location} could not be stored");
        Error::failed(message, &error)
    })?;
    if app.printer.json {
        let result = json!({
            "file": location.to_string(), "profile": name, "trusted": is_trusted,
            "ignored": args.ignore,
        });
        app.printer.result(&result.to_string())?;
        return Ok(Exit::Done);
    }
    let shown = app.printer.tone(Tone::Good, name.unwrap_or_default());
    app.printer.note(&match choice {
        Choice::Trust(_) => format!("{location} selects the profile {shown} from now on."),
        Choice::Ignore => format!("{location} is ignored from now on."),
        Choice::Forget => format!(
            "{location} is no longer trusted: commands that would use it stop until you run \
             `vestibule trust`, or `vestibule trust --ignore` to ignore it."
        ),
    });
    let configuration = app.configuration()?;
    if let Choice::Trust(name) = choice
        && configuration.files().profile(name).is_none()
    {
        app.printer.warn(&format!("the profile {shown} is not defined"));
    }
    Ok(Exit::Done)
}
