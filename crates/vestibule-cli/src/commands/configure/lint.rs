use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vestibule::{Diagnostic, Files, Level, Location, lint};

use crate::app::App;
use crate::args::{Lint, LintFormat};
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::screen;

/// Prints every problem in both files; exits with 6 if one of them is an error.
pub(super) fn run(app: &App<'_>, args: &Lint) -> Result<Exit, Error> {
    let (found, checked) = if args.files.is_empty() {
        let configuration = app.configuration()?;
        let locations = configuration.locations();
        let checked = format!("{} and {}", locations.config, locations.credentials);
        (lint(configuration.files()), checked)
    } else {
        let checked = args.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
        (lint_files(&args.files)?, checked.join(", "))
    };
    match args.format {
        LintFormat::Sarif => app.printer.result(&sarif(&found).to_string())?,
        LintFormat::Text if app.printer.json => {
            let list: Vec<_> = found.iter().map(json).collect();
            app.printer.result(&json!(list).to_string())?;
        }
        LintFormat::Text => {
            let is_terminal = screen::result_width().is_some();
            for group in groups(&found, if is_terminal { LARGE_GROUP } else { usize::MAX }) {
                app.printer.result(&text(app, group.first, group.first.level))?;
                if let Some(line) = group.others() {
                    app.printer.wrapped_result(&line)?;
                }
            }
            if found.is_empty() {
                app.printer.note(&format!("no problems in {checked}"));
            }
        }
    }
    let has_error = found.iter().any(|diagnostic| diagnostic.level == Level::Error);
    Ok(if has_error { Exit::Configuration } else { Exit::Done })
}

/// On a terminal, so many sections with the same problem are shown as one.
const LARGE_GROUP: usize = 3;
/// Number of names and lines that a group shows.
const SHOWN: usize = 3;

/// The same problem in several sections.
#[derive(Debug)]
struct Group<'a> {
    first: &'a Diagnostic,
    others: Vec<&'a Diagnostic>,
}

impl Group<'_> {
    /// Returns the line about the other sections: `the same in 300 others: a, b, c, … (lines …)`.
    fn others(&self) -> Option<String> {
        let shown = self.others.get(..SHOWN.min(self.others.len())).unwrap_or_default();
        let name = |diagnostic: &&Diagnostic| {
            diagnostic.section.as_ref().map(|(_, name)| screen::printable(name))
        };
        let names: Vec<_> = shown.iter().filter_map(name).collect();
        let lines: Vec<_> = shown.iter().map(|found| found.place.line().to_string()).collect();
        let more = if shown.len() < self.others.len() { ", …" } else { "" };
        let kind = self.first.section.as_ref()?.0.keyword();
        (!shown.is_empty()).then(|| {
            format!(
                "  the same in {} other {kind} sections: {}{more} (lines {}{more})",
                self.others.len(),
                names.join(", "),
                lines.join(", ")
            )
        })
    }
}

/// Groups the problems that differ only in the name and the line of their section, if there are `least`
/// of them. The order is that of the first ones.
fn groups(found: &[Diagnostic], least: usize) -> Vec<Group<'_>> {
    let key = |diagnostic: &Diagnostic| {
        let (kind, name) = diagnostic.section.as_ref()?;
        let line = format!("{}:{}", diagnostic.place.location(), diagnostic.place.line());
        let message = diagnostic.message.replace(&format!("`{name}`"), "").replace(&line, "");
        Some((diagnostic.rule, kind.keyword(), diagnostic.key.clone(), message))
    };
    let keys: Vec<_> = found.iter().map(key).collect();
    let mut sizes = HashMap::new();
    keys.iter().flatten().for_each(|key| *sizes.entry(key).or_insert(0) += 1);
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut positions = HashMap::new();
    for (diagnostic, key) in found.iter().zip(&keys) {
        let large = key.as_ref().filter(|key| least <= sizes.get(key).copied().unwrap_or(0));
        let known = large.and_then(|key| positions.get(key));
        if let Some(group) = known.and_then(|&at: &usize| groups.get_mut(at)) {
            group.others.push(diagnostic);
        } else {
            positions.extend(large.map(|key| (key, groups.len())));
            groups.push(Group { first: diagnostic, others: Vec::new() });
        }
    }
    groups
}

/// Checks files by path. One config and one credentials file are checked together, as they refer to each
/// other; more files are checked one by one.
fn lint_files(paths: &[PathBuf]) -> Result<Vec<Diagnostic>, Error> {
    let is_credentials = |path: &&PathBuf| path.ends_with("credentials");
    let (credentials, configs): (Vec<_>, Vec<_>) = paths.iter().partition(is_credentials);
    let pairs = if let ([config], [credentials]) = (&*configs, &*credentials) {
        vec![(Some(*config), Some(*credentials))]
    } else {
        let configs = configs.into_iter().map(|path| (Some(path), None));
        configs.chain(credentials.into_iter().map(|path| (None, Some(path)))).collect()
    };
    let mut found = Vec::new();
    for (config, credentials) in pairs {
        let read_or_empty = |path: Option<&PathBuf>| path.map_or_else(|| Ok(empty()), read);
        let (config, credentials) = (read_or_empty(config)?, read_or_empty(credentials)?);
        let files =
            Files::from_labeled_texts((&config.0, &config.1), (&credentials.0, &credentials.1));
        found.extend(lint(&files));
    }
    Ok(found)
}

fn empty() -> (String, String) {
    ("(no file)".to_owned(), String::new())
}

/// Returns the path and the text of a file.
fn read(path: &PathBuf) -> Result<(String, String), Error> {
    const LIMIT: u64 = 256 * 1024 * 1024;
    let label = path.display().to_string();
    let read = || {
        let file = fs::File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        let mut bytes = Vec::new();
        file.take(LIMIT).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    match read() {
        Ok(bytes) => Ok((label, String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) => {
            Err(Error::new(Exit::Configuration, format!("{label} could not be read: {error}")))
        }
    }
}

/// Returns a diagnostic as text: level, place, message, and the line with a caret.
pub(super) fn text(app: &App<'_>, diagnostic: &Diagnostic, level: Level) -> String {
    let tone = match level {
        Level::Error => Tone::Bad,
        Level::Warning => Tone::Warning,
        _ => Tone::Quiet,
    };
    let word = app.printer.tone(tone, &format!("{}:", level.as_str()));
    format!("{word} {diagnostic}\n{}", diagnostic.caret)
}

fn json(diagnostic: &Diagnostic) -> Value {
    let place = &diagnostic.place;
    let section = diagnostic.section.as_ref();
    json!({
        "file": place.location().to_string(),
        "line": place.line(),
        "column": place.column(),
        "level": diagnostic.level.as_str(),
        "rule": diagnostic.rule,
        "section": section.map(|(kind, name)| json!({ "kind": kind.keyword(), "name": name })),
        "key": diagnostic.key,
        "message": diagnostic.to_string(),
        "help": diagnostic.help,
        "error": diagnostic.level == Level::Error,
    })
}

/// Returns diagnostics in SARIF 2.1.0, which code scanning services read.
fn sarif(found: &[Diagnostic]) -> Value {
    let mut rules: Vec<_> = found.iter().map(|diagnostic| diagnostic.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let rules: Vec<_> = rules.into_iter().map(|rule| json!({ "id": rule })).collect();
    let results: Vec<_> = found.iter().map(sarif_result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "vestibule",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn sarif_result(diagnostic: &Diagnostic) -> Value {
    let place = &diagnostic.place;
    let help = diagnostic.help.as_ref().map(|help| format!(": {help}")).unwrap_or_default();
    json!({
        "ruleId": diagnostic.rule,
        "level": diagnostic.level.as_str(),
        "message": { "text": format!("{}{help}", diagnostic.message) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(place.location()) },
            "region": { "startLine": place.line(), "startColumn": place.column().unwrap_or(1) },
        } }],
    })
}

/// Returns the URI of a file. A relative path stays relative, so that it is one of the repository.
fn uri(location: &Location) -> String {
    let path = location.path().map_or_else(|| location.to_string(), slashes);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    match uri.as_bytes() {
        [b'/', ..] => format!("file://{uri}"),
        [_, b':', ..] => format!("file:///{uri}"),
        _ => uri,
    }
}

fn slashes(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_of_many_sections_are_grouped_by_message_and_key() {
        let section = |name: &str| format!("[profile {name}]\nrole_arn = arn:aws:iam::1:role/R\n");
        let mut text: String = ["a", "b", "c", "d", "e"].map(section).concat();
        text += "[profile f]\nregoin = x\n";
        let found = lint(&Files::from_texts(&text, ""));
        let grouped = groups(&found, LARGE_GROUP);
        assert_eq!(grouped.len(), found.len() - 4, "{grouped:?}");
        let lines: Vec<_> = grouped.iter().filter_map(Group::others).collect();
        assert_eq!(
            lines,
            ["  the same in 4 other profile sections: b, c, d, … (lines 4, 6, 8, …)"]
        );
        assert_eq!(groups(&found, usize::MAX).len(), found.len());
        assert_eq!(groups(&found, 6).len(), found.len());
    }
}
