//! Puts the pages where mdBook expects them: as in the repository, so that links between them hold.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};

const DOCS: &str = "docs";
const SUMMARY: &str = "docs/SUMMARY.md";
const COMMANDS: &str = "docs/reference/commands.md";
const PLACE_OF_COMMANDS: &str = "<!-- The commands. -->";

/// Writes the folder anew, with the commands on their page.
pub(super) fn write(folder: &Path, commands: &str) -> Result<()> {
    let source = folder.join("src");
    for old in [&source, &folder.join("site")] {
        if old.exists() {
            fs::remove_dir_all(old).with_context(|| old.display().to_string())?;
        }
    }
    for file in ["book.toml", "book.css"] {
        copy(&Path::new(DOCS).join(file), &folder.join(file))?;
    }
    let summary = read(Path::new(SUMMARY))?;
    let pages: Vec<PathBuf> =
        targets(&summary).into_iter().map(|target| normal(&Path::new(DOCS).join(target))).collect();
    let in_book = |target: &str| Some(normal(&Path::new(DOCS).join(target)).display().to_string());
    put(&source.join("SUMMARY.md"), &with_targets(&summary, in_book))?;
    let repository = repository()?;
    for page in &pages {
        let mut text = read(page)?;
        if page == Path::new(COMMANDS) {
            text = text.replace(PLACE_OF_COMMANDS, commands);
        }
        let folder = page.parent().unwrap_or(Path::new(""));
        for target in targets(&text) {
            let file = normal(&folder.join(file_of(&target)));
            if file.extension().is_some_and(|extension| extension == "svg") && file.is_file() {
                copy(&file, &source.join(&file))?;
            }
        }
        // Links to files that are no pages lead to the repository.
        let elsewhere = |target: &str| {
            let file = normal(&folder.join(file_of(target)));
            if file.ends_with("README.md") && pages.contains(&file) {
                // mdBook makes the index of a folder from it.
                return Some(target.replace("README.md", "index.md"));
            }
            let is_picture = file.extension().is_some_and(|extension| extension == "svg");
            let is_in_book = file_of(target).is_empty() || is_picture || pages.contains(&file);
            let kind = if file.is_dir() { "tree" } else { "blob" };
            (!is_in_book && file.exists())
                .then(|| format!("{repository}/{kind}/main/{}", file.display()))
        };
        put(&source.join(page), &with_targets(&text, elsewhere))?;
    }
    Ok(())
}

/// Returns the targets of links, without those that have a scheme.
fn targets(text: &str) -> Vec<String> {
    let after = text.split("](").skip(1);
    let targets = after.filter_map(|after| after.split_once(')')).map(|(target, _)| target);
    targets.filter(|target| !target.contains([':', ' ', '\n'])).map(str::to_owned).collect()
}

/// Returns the text with other targets.
fn with_targets(text: &str, replace: impl Fn(&str) -> Option<String>) -> String {
    let mut parts = text.split("](");
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let target = part.split(')').next().unwrap_or_default();
        let is_local = !target.contains([':', ' ', '\n']);
        let new = Some(target).filter(|_| is_local).and_then(&replace);
        replaced.push_str("](");
        replaced.push_str(new.as_deref().unwrap_or(target));
        replaced.push_str(&part[target.len()..]);
    }
    replaced
}

fn file_of(target: &str) -> &str {
    target.split('#').next().unwrap_or_default()
}

/// Returns the path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

fn repository() -> Result<String> {
    let manifest = read(Path::new("Cargo.toml"))?;
    let found = manifest.split("\nrepository = \"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(found.context("Cargo.toml has no `repository`")?.to_owned())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn put(path: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, text).with_context(|| path.display().to_string())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::copy(from, to).with_context(|| from.display().to_string())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_targets_are_replaced_and_others_kept() {
        let text = "[a](../x.md#y), [b](https://z) and `f(c[0](1))`\n";
        assert_eq!(targets(text), ["../x.md#y", "1"]);
        let replaced = with_targets(text, |target| (target == "../x.md#y").then(|| "x.md".into()));
        assert_eq!(replaced, "[a](x.md), [b](https://z) and `f(c[0](1))`\n");
        assert_eq!(normal(Path::new("docs/../crates/./a.md")), Path::new("crates/a.md"));
    }
}
