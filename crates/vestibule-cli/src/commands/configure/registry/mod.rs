//! `configure registry`: sessions and profiles that a team shares.

mod git;
mod record;

use std::io;

use serde_json::{Value, json};
use vestibule::Edited;
use vestibule::config::Document;
use vestibule_sync::{Registry, RegistryPlan, plan_removal};

use crate::app::App;
use crate::args::{AddRegistry, RegistryCommand, RemoveRegistry, SyncRegistries};
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::quoting::shell_word;
use crate::report;
use crate::table::{self, Cell};

use git::{Source, fetch};
use record::{Record, Records};

pub(super) fn run(app: &App<'_>, command: &RegistryCommand) -> Result<Exit, Error> {
    match command {
        RegistryCommand::Add(args) => add(app, args),
        RegistryCommand::Sync(args) => sync(app, args),
        RegistryCommand::List => list(app),
        RegistryCommand::Remove(args) => remove(app, args),
    }
}

fn add(app: &App<'_>, args: &AddRegistry) -> Result<Exit, Error> {
    let is_valid = |char: char| char.is_ascii_alphanumeric() || "_-".contains(char);
    if args.name.is_empty() || 64 < args.name.len() || !args.name.chars().all(is_valid) {
        let message = format!("`{}` is not the name of a registry", args.name);
        return Err(Error::new(Exit::Usage, message).with_hint("use letters, digits, `_` and `-`"));
    }
    let mut records = records(app)?;
    if records.0.contains_key(&args.name) {
        let message = format!("the registry {} exists", args.name);
        let hint = format!("vestibule configure registry sync {}", args.name);
        return Err(Error::new(Exit::Usage, message).with_hint(hint));
    }
    let source = Source::parse(&args.source).map_err(|error| {
        let message = format!("{} is not the source of a registry: {error}", args.source);
        Error::new(Exit::Usage, message)
            .with_hint("name a folder, or a URL with https, ssh or file")
    })?;
    let source = match source {
        Source::Git(url) => url,
        Source::Folder(path) => path.display().to_string(),
    };
    let mut record = Record { source, requires_signature: args.require_signature, commit: None };
    let report = apply(app, &args.name, &mut record, false, args.dry_run)?;
    if !args.dry_run {
        records.0.insert(args.name.clone(), record);
        write(app, &records)?;
    }
    print(app, &[report])?;
    Ok(Exit::Done)
}

fn sync(app: &App<'_>, args: &SyncRegistries) -> Result<Exit, Error> {
    let mut records = records(app)?;
    if let Some(name) = &args.name
        && !records.0.contains_key(name)
    {
        return Err(unknown(name));
    }
    let (mut exit, mut reports) = (Exit::Done, Vec::new());
    let is_wanted = |name: &str| args.name.as_deref().is_none_or(|wanted| wanted == name);
    for (name, record) in records.0.iter_mut().filter(|(name, _)| is_wanted(name)) {
        match apply(app, name, record, args.prune, args.dry_run) {
            Ok(report) => {
                if app.printer.json {
                    reports.push(report);
                } else {
                    print(app, &[report])?;
                }
            }
            Err(error) => {
                let mut errors = Vec::new();
                exit = exit.max(report::one_of_many(app, &error, &mut errors));
                reports.extend(errors);
            }
        }
    }
    if !args.dry_run {
        write(app, &records)?;
    }
    if app.printer.json {
        print(app, &reports)?;
    }
    Ok(exit)
}

fn list(app: &App<'_>) -> Result<Exit, Error> {
    let records = records(app)?;
    if app.printer.json {
        let record = |(name, record): (&String, &Record)| {
            json!({
                "registry": name, "source": record.source, "commit": record.commit,
                "requiresSignature": record.requires_signature,
            })
        };
        let all: Vec<Value> = records.0.iter().map(record).collect();
        app.printer.result(&Value::from(all).to_string())?;
        return Ok(Exit::Done);
    }
    let rows = records.0.iter().map(|(name, record)| {
        let signed = if record.requires_signature { "required" } else { "not required" };
        [name.as_str().into(), record.source.as_str().into(), signed.into()]
    });
    let rows: Vec<[Cell; 3]> = rows.collect();
    for line in table::lines(&app.printer, ["REGISTRY", "SOURCE", "SIGNATURE"], &rows, usize::MAX) {
        app.printer.result(&line)?;
    }
    Ok(Exit::Done)
}

fn remove(app: &App<'_>, args: &RemoveRegistry) -> Result<Exit, Error> {
    let mut records = records(app)?;
    if !records.0.contains_key(&args.name) {
        return Err(unknown(&args.name));
    }
    let plan = |document: &Document| plan_removal(&args.name, document);
    let (edited, plan) = edit(app, plan, args.dry_run)?;
    if !args.dry_run {
        records.0.remove(&args.name);
        write(app, &records)?;
    }
    print(app, &[to_json(&args.name, None, &edited, &plan, args.dry_run)])?;
    Ok(Exit::Done)
}

/// Fetches a registry and brings the config file up to date.
fn apply(
    app: &App<'_>,
    name: &str,
    record: &mut Record,
    is_pruning: bool,
    dry_run: bool,
) -> Result<Value, Error> {
    let fetched = fetch(app, record)?;
    let registry = Registry::parse(&fetched.text).map_err(|error| {
        let message = format!("the registry {name} is not valid, and nothing of it was used");
        Error::new(Exit::Configuration, message).with_cause(format!("{}, {error}", git::FILE))
    })?;
    let plan = |document: &Document| registry.plan(name, document, is_pruning);
    let (edited, plan) = edit(app, plan, dry_run)?;
    record.commit = fetched.commit;
    Ok(to_json(name, record.commit.as_deref(), &edited, &plan, dry_run))
}

fn edit(
    app: &App<'_>,
    plan: impl Fn(&Document) -> RegistryPlan,
    dry_run: bool,
) -> Result<(Edited, RegistryPlan), Error> {
    super::edit_by_plan(&app.configuration()?, plan, |plan| &plan.edits, dry_run)
}

fn to_json(
    name: &str,
    commit: Option<&str>,
    edited: &Edited,
    plan: &RegistryPlan,
    dry_run: bool,
) -> Value {
    json!({
        "registry": name, "commit": commit, "file": edited.location.to_string(),
        "changed": !dry_run && !edited.diff.is_empty(), "diff": edited.diff, "undo": edited.undo,
        "added": plan.added, "updated": plan.changed, "kept": plan.unchanged,
        "removed": plan.removed, "stale": plan.stale, "conflicts": plan.conflicts,
        "dryRun": dry_run,
    })
}

/// Prints reports: the difference of a preview on stdout, and the rest on stderr.
fn print(app: &App<'_>, reports: &[Value]) -> Result<(), Error> {
    let printer = &app.printer;
    if printer.json {
        return Ok(printer.result(&json!({ "registries": reports }).to_string())?);
    }
    for report in reports {
        let titles = |list: &str| -> Vec<&str> {
            report[list].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let diff = report["diff"].as_str().unwrap_or_default();
        if report["dryRun"] == true {
            printer.raw(diff)?;
        } else {
            diff.lines().for_each(|line| printer.note(line));
        }
        let counts = [("added", Tone::Good), ("updated", Tone::Warning), ("removed", Tone::Bad)];
        let counts = counts.map(|(list, tone)| match titles(list).len() {
            0 => format!("0 {list}"),
            count => printer.tone(tone, &format!("{count} {list}")),
        });
        let (name, kept) = (report["registry"].as_str().unwrap_or_default(), titles("kept").len());
        printer.note(&format!("Registry {name}: {}, {kept} unchanged.", counts.join(", ")));
        for (list, what) in [
            ("conflicts", "skipped: you have a section of that name"),
            ("stale", "no longer in the registry, kept without --prune"),
        ] {
            let titles = titles(list);
            if !titles.is_empty() {
                printer.note(&format!("{} {what}: {}", titles.len(), titles.join(", ")));
            }
        }
        if let Some(undo) = report["undo"].as_str() {
            printer.note(&format!("Backup of the previous file: {}", shell_word(undo)));
        }
    }
    Ok(())
}

fn records(app: &App<'_>) -> Result<Records, Error> {
    Records::read(&app.vars).map_err(|error| file_error(&error, "read"))
}

fn write(app: &App<'_>, records: &Records) -> Result<(), Error> {
    records.write(&app.vars).map_err(|error| file_error(&error, "written"))
}

fn file_error(error: &io::Error, done: &str) -> Error {
    let message = format!("~/.aws/vestibule/registries.json could not be {done}");
    Error::failed(message, error)
}

fn unknown(name: &str) -> Error {
    let message = format!("there is no registry `{}`", vestibule_types::printable(name));
    Error::new(Exit::Usage, message).with_hint("vestibule configure registry list")
}
