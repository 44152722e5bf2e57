//! Finds suites in a directory by the ends of their paths.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::case::entries;
use crate::mismatch::Checked;
use crate::suite::{Cases, Suite};

/// A suite and the path at which it was found.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) suite: &'a Suite,
    pub(crate) path: PathBuf,
}

/// Finds suites in a directory at any depth, in the order of `suites`.
pub(crate) fn find_suites<'a>(root: &Path, suites: &'a [Suite]) -> io::Result<Vec<Found<'a>>> {
    let paths = candidate_paths(root)?;
    let found = suites.iter().flat_map(|suite| {
        let matching = paths.iter().filter(|path| path.ends_with(suite.path_suffix));
        matching.map(move |path| Found { suite, path: path.clone() })
    });
    Ok(found.collect())
}

/// Returns every directory and every JSON file.
fn candidate_paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            let below = candidate_paths(&path)?;
            paths.push(path);
            paths.extend(below);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// An entry of `suites.json`, which lists the suites that a directory must contain.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    pub(crate) suite: String,
    path: PathBuf,
    #[serde(default)]
    array: Vec<Value>,
    pub(crate) cases: usize,
}

impl Listed {
    /// Returns whether this entry describes the suite.
    pub(crate) fn describes(&self, root: &Path, found: &Found<'_>) -> bool {
        let same_array = match found.suite.cases {
            Cases::Elements { pointer, .. } => pointer == self.pointer(),
            Cases::Folders | Cases::Files => true,
        };
        root.join(&self.path) == found.path && same_array
    }

    /// Returns whether the listed path exists.
    pub(crate) fn exists(&self, root: &Path) -> bool {
        root.join(&self.path).exists()
    }

    /// Returns the JSON pointer to the array of cases.
    fn pointer(&self) -> String {
        let keys = self.array.iter().map(|key| match key {
            Value::String(key) => format!("/{key}"),
            other => format!("/{other}"),
        });
        keys.collect()
    }
}

/// Reads `suites.json`; empty if the file does not exist.
pub(crate) fn listed_suites(root: &Path) -> Checked<Vec<Listed>> {
    let path = root.join("suites.json");
    if !path.exists() {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_value(crate::case::read_json(&path)?)?)
}
