mod get;
mod key;
mod lint;
mod registry;
mod set;
mod sso;
mod sso_session;
mod sync;
mod unset;
mod wizard;

use std::cell::RefCell;

use serde_json::{Map, Value, json};
use vestibule::config::{Dialect, Document, Edit, EditError};
use vestibule::{Configuration, Edited};

use super::profile;
use crate::app::App;
use crate::args::Configure;
use crate::environment_source::EnvironmentSource;
use crate::error::Error;
use crate::exit::Exit;
use crate::quoting::shell_word;
use crate::table::{self, Cell};

pub(super) use sso_session::start_url;

pub(crate) fn run(app: &App<'_>, configure: &Configure) -> Result<Exit, Error> {
    match configure {
        Configure::Get(args) => get::run(app, args),
        Configure::Set(args) => set::run(app, args),
        Configure::Unset(args) => unset::run(app, args),
        Configure::Sso(args) => sso::run(app, args),
        Configure::SsoSession(args) => sso_session::run(app, args),
        Configure::Sync(args) => profile::with_sign_in(app, |app| sync::run(app, args)),
        Configure::Registry(command) => registry::run(app, command),
        Configure::List => list(app),
        Configure::Lint(args) => lint::run(app, args),
    }
}

/// Prints the settings of the profile, with their origins.
fn list(app: &App<'_>) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let plan = configuration.plan()?;
    let entries = plan.entries();
    if let Some(source) = EnvironmentSource::in_use(&configuration.sources()?, &app.vars) {
        app.announce_precedence(&source);
    }
    if app.printer.json {
        let entry = |entry: &vestibule::PlanEntry| json!({ "name": entry.name, "value": entry.value, "origin": entry.origin.to_string() });
        let entries: Vec<Value> = entries.iter().map(entry).collect();
        app.printer.result(&json!(entries).to_string())?;
        return Ok(Exit::Done);
    }
    let rows: Vec<[Cell; 3]> = entries
        .iter()
        .map(|entry| [entry.name.into(), (&entry.value).into(), entry.origin.to_string().into()])
        .collect();
    for line in table::lines(&app.printer, ["NAME", "VALUE", "LOCATION"], &rows, usize::MAX) {
        app.printer.result(&line)?;
    }
    Ok(Exit::Done)
}

/// Applies all edits or none; with `--dry-run` only computes the difference.
fn edit(
    configuration: &Configuration,
    file: Dialect,
    edits: &[Edit],
    dry_run: bool,
) -> Result<Edited, Error> {
    change(configuration, file, dry_run, |document| Edit::apply_all(edits, document))
}

/// Applies the edits of a plan to the config file, as [`edit`] does. The plan is made from the content
/// of the file at that time, and is returned too.
fn edit_by_plan<P: Default>(
    configuration: &Configuration,
    plan: impl Fn(&Document) -> P,
    edits: impl Fn(&P) -> &[Edit],
    dry_run: bool,
) -> Result<(Edited, P), Error> {
    let made = RefCell::new(P::default());
    let edited = change(configuration, Dialect::Config, dry_run, |document| {
        let plan = plan(document);
        let edited = Edit::apply_all(edits(&plan), document);
        made.replace(plan);
        edited
    })?;
    Ok((edited, made.into_inner()))
}

fn change(
    configuration: &Configuration,
    file: Dialect,
    dry_run: bool,
    change: impl Fn(&Document) -> Result<Document, EditError>,
) -> Result<Edited, Error> {
    Ok(if dry_run {
        configuration.preview(file, change)?
    } else {
        configuration.edit_blocking(file, change)?
    })
}

/// Prints the difference: on stdout with `--dry-run` or `--json`, else on stderr.
fn show(app: &App<'_>, edited: &Edited, dry_run: bool, about: &Value) -> Result<(), Error> {
    let printer = &app.printer;
    if printer.json {
        let mut members = Map::from_iter([
            ("file".to_owned(), json!(edited.location.to_string())),
            ("changed".to_owned(), json!(!dry_run && !edited.diff.is_empty())),
            ("diff".to_owned(), json!(edited.diff)),
            ("undo".to_owned(), json!(edited.undo)),
        ]);
        members
            .extend(about.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())));
        return Ok(printer.result(&Value::from(members).to_string())?);
    }
    if dry_run {
        return Ok(printer.raw(&edited.diff)?);
    }
    if edited.diff.is_empty() {
        printer.note(&format!("Nothing to change in {}.", edited.location));
        return Ok(());
    }
    edited.diff.lines().for_each(|line| printer.note(line));
    name_backup(app, edited);
    Ok(())
}

/// Prints where the previous file is.
fn name_backup(app: &App<'_>, edited: &Edited) {
    if let Some(undo) = &edited.undo {
        let undo = shell_word(&undo.display().to_string());
        app.printer.note(&format!("Backup of the previous file: {undo}"));
    }
}
