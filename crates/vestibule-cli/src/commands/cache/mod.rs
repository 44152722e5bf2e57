//! `cache`: the files that all AWS tools share.

mod migrate;

use serde_json::{Value, json};
use vestibule_doctor::{
    CacheFile, CacheFileState, Context, Kind, Writer, cache_files, repair_cache_file,
};

use crate::app::App;
use crate::args::Cache;
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time;
use crate::printer::Tone;
use crate::screen;
use crate::table::{self, Cell};
use crate::token_store;

pub(crate) fn run(app: &App<'_>, command: &Cache) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let folder = token_store::folder(&app.vars)?;
    let context = Context::new(&configuration).with_token_folder(folder.as_deref());
    let files = cache_files(&context);
    match command {
        Cache::List => {
            print(app, &files)?;
            Ok(Exit::Done)
        }
        Cache::Verify => {
            let problems: Vec<_> = files.into_iter().filter(is_unusable).collect();
            print(app, &problems)?;
            if problems.is_empty() {
                app.printer.note("All files in the caches can be used.");
                return Ok(Exit::Done);
            }
            let is_repairable = |file: &CacheFile| {
                matches!(file.state, CacheFileState::Corrupt { is_repairable: true, .. })
            };
            let fix = if problems.iter().any(is_repairable) {
                "vestibule cache repair"
            } else {
                "vestibule doctor --fix"
            };
            app.printer.hint(fix);
            Ok(Exit::Failed)
        }
        Cache::Repair(args) => repair(app, &context, &files, args.dry_run),
        Cache::Migrate(args) => migrate::run(app, &configuration, args),
    }
}

fn repair(
    app: &App<'_>,
    context: &Context<'_>,
    files: &[CacheFile],
    is_dry_run: bool,
) -> Result<Exit, Error> {
    let (mut results, mut exit) = (Vec::new(), Exit::Done);
    for file in files {
        let CacheFileState::Corrupt { is_repairable, .. } = file.state else { continue };
        let path = file.path.display().to_string();
        let backup = match (is_repairable, is_dry_run) {
            (true, false) => repair_cache_file(context, &file.path)
                .map_err(|error| Error::from_source(Exit::Failed, &error))?,
            _ => None,
        };
        let backup = backup.map(|backup| backup.display().to_string());
        let note = match (&backup, is_repairable) {
            (Some(backup), _) => format!("Repaired {path}; the backup is {backup}"),
            (None, true) => format!("Would repair {path}"),
            (None, false) => {
                exit = Exit::Failed;
                format!("{path} has no complete object; vestibule doctor --fix removes it")
            }
        };
        if !app.printer.json {
            app.printer.note(&note);
        }
        results.push(json!({ "file": path, "repairable": is_repairable, "backup": backup }));
    }
    if app.printer.json {
        app.printer.result(&json!(results).to_string())?;
    } else if results.is_empty() {
        app.printer.note("No file is corrupt.");
    }
    Ok(exit)
}

fn is_unusable(file: &CacheFile) -> bool {
    matches!(file.state, CacheFileState::Corrupt { .. } | CacheFileState::Unreadable(_))
}

fn print(app: &App<'_>, files: &[CacheFile]) -> Result<(), Error> {
    if app.printer.json {
        let files: Vec<_> = files.iter().map(entry).collect();
        app.printer.result(&json!(files).to_string())?;
        return Ok(());
    }
    if files.is_empty() {
        return Ok(());
    }
    let rows: Vec<[Cell; 6]> = files
        .iter()
        .map(|file| {
            let (state, tone) = state(file);
            [
                file.path.display().to_string().into(),
                kind(file).into(),
                file.sso_session.as_deref().unwrap_or_default().into(),
                file.written_by.map(Writer::name).unwrap_or_default().into(),
                file.expires_at.map(local_time::short).unwrap_or_default().into(),
                Cell::toned(state, tone),
            ]
        })
        .collect();
    let heads = ["FILE", "KIND", "SSO SESSION", "WRITTEN BY", "EXPIRES", "STATE"];
    let width = screen::result_width().unwrap_or(usize::MAX);
    for line in table::lines(&app.printer, heads, &rows, width) {
        app.printer.result(&line)?;
    }
    Ok(())
}

fn entry(file: &CacheFile) -> Value {
    json!({
        "file": file.path,
        "kind": kind(file),
        "ssoSession": file.sso_session,
        "writtenBy": file.written_by.map(Writer::name),
        "expiresAt": file.expires_at.map(|at| at.to_string()),
        "state": state(file).0,
    })
}

fn kind(file: &CacheFile) -> &'static str {
    match file.kind {
        Some(Kind::Token) => "access token",
        Some(Kind::Registration) => "client registration",
        Some(Kind::RoleCredentials) => "role credentials",
        Some(Kind::ConsoleLogin) => "console login",
        _ => "other",
    }
}

fn state(file: &CacheFile) -> (String, Tone) {
    match &file.state {
        CacheFileState::Valid => ("valid".to_owned(), Tone::Good),
        CacheFileState::Expired => ("expired".to_owned(), Tone::Quiet),
        CacheFileState::InKeychain { is_whole: true } => ("in the keychain".to_owned(), Tone::Good),
        CacheFileState::InKeychain { is_whole: false } => {
            ("refresh token in the keychain".to_owned(), Tone::Good)
        }
        CacheFileState::Corrupt { reason, .. } => (format!("corrupt: {reason}"), Tone::Bad),
        CacheFileState::Unreadable(error) => (format!("unreadable: {error}"), Tone::Bad),
        _ => ("unknown".to_owned(), Tone::Quiet),
    }
}
