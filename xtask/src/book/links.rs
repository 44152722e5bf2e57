//! The links of a site: each must lead to a file and, with an anchor, a heading that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

/// Pages that repeat the content of others, and are not checked.
const REPEATED: &[&str] = &["print.html", "toc.html", "404.html"];

/// Returns what is wrong with the links of all pages.
pub(super) fn check(site: &Path) -> Result<Vec<String>> {
    let mut pages = BTreeMap::new();
    read(site, &mut pages)?;
    ensure!(20 < pages.len(), "only {} pages in {}", pages.len(), site.display());
    let anchors: BTreeMap<&Path, BTreeSet<&str>> = pages
        .iter()
        .map(|(path, text)| (path.as_path(), attributes(text, "id").collect()))
        .collect();
    let mut findings = Vec::new();
    for (page, text) in &pages {
        let targets = attributes(text, "href").chain(attributes(text, "src"));
        for target in targets.collect::<BTreeSet<_>>() {
            if let Some(problem) = problem(page, target, &anchors) {
                let page = page.strip_prefix(site).unwrap_or(page).display();
                findings.push(format!("{page}: `{target}` {problem}"));
            }
        }
    }
    Ok(findings)
}

fn problem(
    page: &Path,
    target: &str,
    anchors: &BTreeMap<&Path, BTreeSet<&str>>,
) -> Option<&'static str> {
    let has_scheme = target.contains(':');
    if has_scheme || target.is_empty() {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = match file.split('?').next().unwrap_or_default() {
        "" => page.to_owned(),
        file => page.parent().unwrap_or(page).join(file),
    };
    let Ok(file) = fs::canonicalize(&file) else { return Some("leads to no file of the book") };
    let is_page = file.extension().is_some_and(|extension| extension == "html");
    let found = anchors.get(file.as_path());
    let is_missing =
        is_page && !anchor.is_empty() && found.is_some_and(|ids| !ids.contains(anchor));
    is_missing.then_some("leads to no heading of that page")
}

fn read(folder: &Path, pages: &mut BTreeMap<PathBuf, String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let is_repeated =
            path.file_name().is_some_and(|name| REPEATED.iter().any(|it| name == *it));
        if path.is_dir() {
            read(&path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "html") && !is_repeated {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            pages.insert(fs::canonicalize(&path)?, text);
        }
    }
    Ok(())
}

/// Returns the values of an attribute, outside of scripts.
fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {name}=\"");
    html.split("<script").enumerate().flat_map(move |(index, part)| {
        let part =
            if index == 0 { part } else { part.split_once("</script>").unwrap_or_default().1 };
        let start = start.clone();
        let values = part.match_indices(&start).map(|(at, _)| at + start.len());
        let ends: Vec<_> = values.filter_map(|at| part[at..].split('"').next()).collect();
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_in_scripts_are_left_out() {
        let html = r#"<a href="x#y" id="z">a</a><script>s = ' href="no"';</script><a href="w">"#;
        assert_eq!(attributes(html, "href").collect::<Vec<_>>(), ["x#y", "w"]);
        assert_eq!(attributes(html, "id").collect::<Vec<_>>(), ["z"]);
    }
}
