use serde_json::json;
use vestibule::Origin;
use vestibule::config::Dialect;

use super::key::KeyPath;
use crate::app::App;
use crate::args::Unset;
use crate::error::Error;
use crate::exit::Exit;

/// Removes the lines of one value and nothing else. A key that is not set is no error.
pub(super) fn run(app: &App<'_>, args: &Unset) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let path = KeyPath::new(&args.key, &args.session, &configuration)?;
    let found = path.find(&configuration)?;
    let is_in_credentials = matches!(&found, Some((_, Origin::File(place)))
        if *place.location() == configuration.locations().credentials);
    let file = if is_in_credentials { Dialect::Credentials } else { Dialect::Config };
    let edited = super::edit(&configuration, file, &[path.remove()], args.dry_run)?;
    if args.dry_run || app.printer.json {
        super::show(app, &edited, args.dry_run, &json!({ "key": path.key }))?;
        return Ok(Exit::Done);
    }
    let (key, section) = (&args.key, path.section_title());
    match found {
        Some((_, origin)) if !edited.diff.is_empty() => {
            app.printer.note(&format!("Removed {key} of {section} ({origin})."));
            super::name_backup(app, &edited);
        }
        _ => app.printer.note(&format!("{key} of {section} is not set, nothing to do.")),
    }
    // Both files may have the key.
    if let Some((_, origin)) = path.find(&app.configuration()?).ok().flatten() {
        app.printer
            .note(&format!("{key} is also set at {origin}; run the command again to remove it."));
    }
    Ok(Exit::Done)
}
