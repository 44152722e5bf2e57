//! The pages of the book, at the width of a phone and of a desktop.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::inspector::Inspector;

/// A common phone by day, and a window on a desktop at night: each page is loaded twice, not four times.
const VIEWS: [(&str, u32); 2] = [("light", 390), ("dark", 1280)];
/// Pages that repeat others, and the one of web servers for missing pages.
const NOT_VISITED: [&str; 3] = ["toc.html", "print.html", "404.html"];
/// Pages that are kept as pictures.
const PICTURED: [&str; 7] = [
    "index",
    "docs-recipes-terraform",
    "docs-reference-commands",
    "docs-reference-settings",
    "docs-benchmarks",
    "docs-refresh",
    "ARCHITECTURE",
];

/// Visits every page: nothing but code and tables is wider than the window.
pub(crate) fn visit(inspector: &Inspector, site: &Path) -> Result<()> {
    let mut pages = Vec::new();
    collect(site, &mut pages)?;
    ensure!(20 < pages.len(), "only {} pages in {}", pages.len(), site.display());
    let mut problems = Vec::new();
    for page in &pages {
        let name = page.strip_prefix(site)?.with_extension("").display().to_string();
        let name = name.replace('/', "-");
        for (scheme, width) in VIEWS {
            inspector.emulate(scheme, width)?;
            inspector.open_url(&format!("file://{}", page.display()))?;
            let state = inspector.evaluate(STATE)?;
            let state = state.as_str().context("no state of the page")?;
            if state != "ok" {
                problems.push(format!("{name}, {scheme}, {width} pixels wide: {state}"));
            }
            if PICTURED.contains(&name.as_str()) {
                inspector.save_screenshot(&format!("book-{name}-{scheme}-{width}"))?;
            }
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// `ok`, or what is wrong: a page that scrolls sideways, with the widest element; a picture that was
/// not loaded; a theme that is not the one of the system.
const STATE: &str = "(() => {
    const root = document.documentElement;
    const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
    const color = getComputedStyle(root).backgroundColor.match(/[\\d.]+/g).map(Number);
    if (isDark !== (color[0] + color[1] + color[2] < 384)) return `the page is ${color}`;
    const broken = [...document.images].find(image => !image.complete || !image.naturalWidth);
    if (broken) return `${broken.src} is not shown`;
    if (root.scrollWidth <= innerWidth) return 'ok';
    const wide = [...document.querySelectorAll('main *')]
        .find(element => element.getBoundingClientRect().right > innerWidth + 1);
    return `scrolls to ${root.scrollWidth} pixels: ${wide?.outerHTML.slice(0, 200)}`;
})()";

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        if path.is_dir() {
            collect(&path, pages)?;
        } else if is_page && NOT_VISITED.iter().all(|other| !path.ends_with(other)) {
            pages.push(path);
        }
    }
    pages.sort();
    Ok(())
}
