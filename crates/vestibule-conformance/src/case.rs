//! Test cases, and the files that contain them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check;

/// One case of a suite.
#[derive(Debug)]
pub(crate) struct Case {
    /// Unique in its suite.
    pub(crate) name: String,
    /// The folder of the case, or the file that contains it.
    pub(crate) path: PathBuf,
    /// The JSON of this case in a file of several cases; null if the case is a folder.
    pub(crate) data: Value,
    /// The whole file of several cases.
    pub(crate) shared: Rc<Value>,
    /// Options from `case-options.json`.
    pub(crate) options: Value,
}

impl Case {
    /// Deserializes the JSON of the case.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Checked<T> {
        Ok(T::deserialize(&self.data)?)
    }

    /// Reads a text file in the case's folder; `None` if it does not exist.
    pub(crate) fn file(&self, name: &str) -> Checked<Option<String>> {
        vestibule_world::if_exists(fs::read_to_string(self.path.join(name)))
            .map_err(|error| Mismatch::from(error).with_context(name))
    }

    /// Reads a JSON file in the case's folder; `None` if it does not exist.
    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str) -> Checked<Option<T>> {
        let text = self.file(name)?;
        let value = text.map(|text| serde_json::from_str(&text)).transpose();
        value.map_err(|error| Mismatch::from(error).with_context(name))
    }

    /// Returns the secrets of the case, which must not appear in logs, errors or `Debug` output.
    pub(crate) fn secrets(&self) -> io::Result<BTreeSet<String>> {
        let mut secrets = secrets_check::find_secrets(&self.data.to_string());
        if self.path.is_dir() {
            for file in files_below(&self.path)? {
                let text = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
                secrets.extend(secrets_check::find_secrets(&text));
                // A file of one word is a token file.
                if file.starts_with(self.path.join("fs")) && text.split_whitespace().count() == 1 {
                    secrets.insert(text.trim().to_owned());
                }
            }
        }
        Ok(secrets)
    }
}

/// Reads a JSON file; errors name it.
pub(crate) fn read_json(path: &Path) -> Checked<Value> {
    let context = |error: Mismatch| error.with_context(path.display());
    let text = fs::read(path).map_err(Mismatch::from).map_err(context)?;
    serde_json::from_slice(&text).map_err(Mismatch::from).map_err(context)
}

/// Returns the paths in a folder, sorted by name.
pub(crate) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// Returns all files in a folder and its subfolders.
pub(crate) fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
