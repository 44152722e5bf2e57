use serde_json::json;
use vestibule::config::{Dialect, Edit, SectionKind};
use vestibule::{Configuration, Diagnostic, Edited, Files, Level, lint};

use super::key::KeyPath;
use super::lint::text;
use crate::app::App;
use crate::args::Set;
use crate::error::Error;
use crate::exit::Exit;

/// Changes one value and nothing else. On success it prints only what may surprise: a new section,
/// and the problems of the line.
pub(super) fn run(app: &App<'_>, args: &Set) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let place = KeyPath::new(&args.key, &args.session, &configuration)?;
    let edit = place.set(&args.value);
    let edited =
        super::edit(&configuration, place.file(), std::slice::from_ref(&edit), args.dry_run)?;
    warn(app, &configuration, &place, &edit);
    if args.dry_run || app.printer.json {
        super::show(app, &edited, args.dry_run, &json!({ "key": place.key }))?;
    } else {
        note_new_section(app, &configuration, &place, &edited);
    }
    Ok(Exit::Done)
}

/// Notes that the section is new, since its name may be misspelled.
fn note_new_section(
    app: &App<'_>,
    configuration: &Configuration,
    place: &KeyPath,
    edited: &Edited,
) {
    let (files, name) = (configuration.files(), &place.section);
    let (kind, exists) = match place.kind {
        SectionKind::Profile => ("profile", files.profile(name).is_some()),
        _ => ("SSO session", files.config().section(place.kind, name).is_some()),
    };
    if exists {
        return;
    }
    let similar = match files.similar_names(place.kind, name).first() {
        Some(similar) => format!(" A similar name exists: {similar}."),
        None => String::new(),
    };
    app.printer.note(&format!("Created {kind} {name} in {}.{similar}", edited.location));
    if !similar.is_empty() {
        super::name_backup(app, edited);
    }
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
    let own_section = Some((place.kind, place.section.clone()));
    // Not an error here, since the value was written.
    let level = |level| if level == Level::Error { Level::Warning } else { level };
    let note = |diagnostic: &Diagnostic| {
        app.printer.note(&text(app, diagnostic, level(diagnostic.level)));
    };
    // These are found in the file before the edit, which replaces the lines of a value.
    for diagnostic in lint(files).iter().filter(|diagnostic| diagnostic.section == own_section) {
        if diagnostic.rule == "swallowed-key" {
            note(diagnostic);
        }
    }
    for diagnostic in lint(&Files::new(&locations, bytes(config), bytes(credentials))) {
        let is_own = diagnostic.place.line() == line && diagnostic.place.location() == location;
        // The spelling of an existing key is kept.
        if is_own && diagnostic.rule != "key-case" {
            note(&diagnostic);
        }
    }
}
