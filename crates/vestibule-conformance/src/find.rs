//! Which suites a folder holds, by layout.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::case::entries;
use crate::mismatch::Checked;
use crate::suite::{Cases, Suite};

/// A suite, and where it was found.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) suite: &'a Suite,
    pub(crate) path: PathBuf,
}

/// Finds each suite below a folder, whatever lies above or beside it, in the order of `known`.
pub(crate) fn find<'a>(root: &Path, known: &'a [Suite]) -> io::Result<Vec<Found<'a>>> {
    let places = places(root)?;
    let found = known.iter().flat_map(|suite| {
        let here = places.iter().filter(|path| path.ends_with(suite.place));
        here.map(move |path| Found { suite, path: path.clone() })
    });
    Ok(found.collect())
}

/// Every folder and every JSON file.
fn places(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut places = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            let below = self::places(&path)?;
            places.push(path);
            places.extend(below);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            places.push(path);
        }
    }
    Ok(places)
}

/// A line of `suites.json`, which lists what a folder of suites should hold.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    pub(crate) suite: String,
    path: PathBuf,
    #[serde(default)]
    array: Vec<Value>,
    pub(crate) cases: usize,
}

impl Listed {
    /// Whether this line is about that suite.
    pub(crate) fn is(&self, root: &Path, found: &Found<'_>) -> bool {
        let same_array = match found.suite.cases {
            Cases::Elements { at, .. } => at == self.pointer(),
            Cases::Folders | Cases::Files => true,
        };
        root.join(&self.path) == found.path && same_array
    }

    /// Whether there is anything where this line says.
    pub(crate) fn exists(&self, root: &Path) -> bool {
        root.join(&self.path).exists()
    }

    fn pointer(&self) -> String {
        let keys = self.array.iter().map(|key| match key {
            Value::String(key) => format!("/{key}"),
            other => format!("/{other}"),
        });
        keys.collect()
    }
}

/// The lines of `suites.json`, if a folder has one.
pub(crate) fn listed(root: &Path) -> Checked<Vec<Listed>> {
    let path = root.join("suites.json");
    if !path.exists() {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_value(crate::case::read_json(&path)?)?)
}
