//! Files, commands and tests that pages and comments name must exist.

use std::path::{Path, PathBuf};

use super::{Finding, lines};
use crate::commands as xtask_commands;
use crate::source::Source;

/// Finds links in pages to files that do not exist.
pub(super) fn links(source: &Source) -> Vec<Finding> {
    if !source.has_extension("md") {
        return Vec::new();
    }
    let folder = source.path.parent().unwrap_or(&source.path);
    let exists = |file: &str| {
        // The facade's README is also that of the repository, so its links are relative to the root.
        file.is_empty() || folder.join(file).exists() || Path::new(file).exists()
    };
    let mut findings = Vec::new();
    for (line, text) in lines(&source.text) {
        for after in text.split("](").skip(1) {
            let target = after.split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if !target.contains(':') && !exists(file) {
                findings.push((line, format!("`{file}` does not exist; link an existing file")));
            }
        }
    }
    findings
}

/// Finds mentions of `cargo xtask` commands that do not exist.
pub(super) fn commands(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, text) in lines(&source.text) {
        for after in text.split("cargo xtask ").skip(1) {
            let is_part = |c: char| c.is_ascii_lowercase() || c == '-';
            let name = after.split(|c| !is_part(c)).next().unwrap_or_default();
            let is_known = xtask_commands().any(|command| command.name == name);
            if !name.is_empty() && name != "help" && !is_known {
                findings.push((
                    line,
                    format!(
                        "there is no `cargo xtask {name}`; `cargo xtask help` lists the commands"
                    ),
                ));
            }
        }
    }
    findings
}

/// Checks that CI runs the oldest compiler that the manifests promise to support.
pub(super) fn oldest_compiler(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with(".github/workflows") {
        return Vec::new();
    }
    let manifest = std::fs::read_to_string("Cargo.toml").unwrap_or_default();
    let version =
        manifest.split("rust-version = \"").nth(1).and_then(|rest| rest.split('"').next());
    let version = version.unwrap_or_default();
    if source.text.contains(&format!("cargo +{version} ")) {
        return Vec::new();
    }
    vec![(1, format!("Cargo.toml has rust-version {version}; run `cargo +{version}` here"))]
}

/// Finds names of tests that do not exist: in lines such as ``Checked by `name` and `other`, …`` of the recipes, and
/// in the last cell of each row of `docs/features.md` and `docs/platforms.md`.
pub(super) fn named_tests(source: &Source) -> Vec<Finding> {
    if !source.has_extension("md") || !source.path.starts_with("docs") {
        return Vec::new();
    }
    let is_table = ["features.md", "platforms.md"].iter().any(|name| source.path.ends_with(name));
    let folder = if is_table { "crates" } else { "crates/vestibule-e2e/tests" };
    let text_with_names = |text: &str| {
        let cell = || Some(text.trim_end_matches([' ', '|']).rsplit_once('|')?.1.to_owned());
        if is_table { cell() } else { text.strip_prefix("Checked by ").map(str::to_owned) }
    };
    let mut code = None;
    let mut findings = Vec::new();
    for (line, text) in lines(&source.text) {
        let Some(text) = text_with_names(text) else { continue };
        let code = code.get_or_insert_with(|| read_rust_files(Path::new(folder)));
        for name in text.split('`').skip(1).step_by(2).filter(|name| is_test_name(name)) {
            if !code.contains(&format!("fn {name}(")) {
                findings.push((line, format!("there is no test `{name}`; name an existing test")));
            }
        }
    }
    findings
}

fn is_test_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    2 < name.matches('_').count() && name.chars().all(is_part)
}

/// Finds names of tests in tables that do not exist: `` `vestibule-sso`: `refused::name` ``.
pub(super) fn tests(source: &Source) -> Vec<Finding> {
    if !source.has_extension("md") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (line, text) in lines(&source.text).filter(|(_, text)| text.starts_with('|')) {
        let mut code = String::new();
        for span in text.split('`').skip(1).step_by(2) {
            let folder = Path::new("crates").join(span);
            if span.starts_with("vestibule") && folder.is_dir() {
                code = read_rust_files(&folder);
            } else if let Some((_, name)) = span.rsplit_once("::")
                && !code.is_empty()
                && !code.contains(&format!("fn {name}("))
            {
                findings.push((line, format!("there is no test `{span}`; name an existing test")));
            }
        }
    }
    findings
}

/// Returns the text of all Rust files in a folder.
fn read_rust_files(folder: &Path) -> String {
    let Ok(entries) = std::fs::read_dir(folder) else { return String::new() };
    let text = |path: PathBuf| {
        if path.is_dir() {
            read_rust_files(&path)
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            std::fs::read_to_string(path).unwrap_or_default()
        } else {
            String::new()
        }
    };
    entries.flatten().map(|entry| text(entry.path())).collect()
}
