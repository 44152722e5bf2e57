use serde_json::json;
use vestibule::config::{Dialect, Edit};
use vestibule::{Configuration, Files, lint};

use super::key::KeyPath;
use super::lint::text;
use crate::app::App;
use crate::args::Set;
use crate::error::Error;
use crate::exit::Exit;

/// Changes one value and nothing else; prints nothing on success, as `aws` does.
pub(super) fn run(app: &App<'_>, args: &Set) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let place = KeyPath::new(&args.key, &args.session, &configuration)?;
    let edit = place.edit(&args.value);
    let edited =
        super::edit(&configuration, place.file(), std::slice::from_ref(&edit), args.dry_run)?;
    warn(app, &configuration, &place, &edit);
    if args.dry_run || app.printer.json {
        super::show(app, &edited, args.dry_run, &json!({ "key": place.key }))?;
    }
    Ok(Exit::Done)
}

/// Prints what `configure lint` reports about the line that was set.
fn warn(app: &App<'_>, configuration: &Configuration, place: &KeyPath, edit: &Edit) {
    let files = configuration.files();
    let is_config = place.file() == Dialect::Config;
    let document = if is_config { files.config() } else { files.credentials() };
    let Ok(edited) = edit.apply(document) else { return };
    let section = edited.section(place.kind, &place.section);
    let Some(value) = section.and_then(|section| section.get(&place.key)) else { return };
    let (line, locations) = (value.line(), configuration.locations());
    let location = if is_config { &locations.config } else { &locations.credentials };
    let [config, credentials] =
        if is_config { [&edited, files.credentials()] } else { [files.config(), &edited] };
    let bytes = |document: &vestibule::config::Document| Some(document.text().to_owned());
    for diagnostic in lint(&Files::new(&locations, bytes(config), bytes(credentials))) {
        let is_own = diagnostic.place.line() == line && diagnostic.place.location() == location;
        // The spelling of an existing key is kept, and is not what the user typed.
        if is_own && diagnostic.rule != "key-case" {
            app.printer.note(&text(app, &diagnostic));
        }
    }
}
