//! Test cases, and reading the cases of a suite.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check;
use crate::suite::{Cases, Suite};

/// Options that AWS's test runners set in code for single cases. Used for published packages, which
/// contain no `case-options.json`.
const OPTIONS: &str = include_str!("../case-options.json");

/// One case of a suite.
#[derive(Debug)]
pub(crate) struct Case {
    /// Unique in its suite.
    pub(crate) name: String,
    /// The directory of the case, or the file that contains it.
    pub(crate) path: PathBuf,
    /// The JSON of this case in a file of several cases; null if the case is a directory.
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

    /// Reads a text file in the case's directory; `None` if it does not exist.
    pub(crate) fn file(&self, name: &str) -> Checked<Option<String>> {
        match fs::read_to_string(self.path.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Mismatch::from(error).with_context(name)),
        }
    }

    /// Reads a JSON file in the case's directory; `None` if it does not exist.
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

/// Reads the cases of a suite at a path.
pub(crate) fn read_cases(suite: &Suite, path: &Path) -> Checked<Vec<Case>> {
    let mut cases = match suite.cases {
        Cases::Folders => folders(suite, path),
        Cases::Files => files(path),
        Cases::Elements { pointer, name_key } => elements(path, pointer, name_key),
    }?;
    number_repeated_names(&mut cases);
    Ok(cases)
}

fn folders(suite: &Suite, path: &Path) -> Checked<Vec<Case>> {
    let options_file = path.join("case-options.json");
    let options: Value = if options_file.exists() {
        read_json(&options_file)?
    } else {
        serde_json::from_str::<Value>(OPTIONS)?[suite.name].take()
    };
    let folders = entries(path)?.into_iter().filter(|path| path.is_dir());
    let case = |path: PathBuf| {
        let name = file_name(&path);
        let options = options[&name].clone();
        Case { name, path, data: Value::Null, shared: Rc::default(), options }
    };
    Ok(folders.map(case).collect())
}

fn files(path: &Path) -> Checked<Vec<Case>> {
    let expected = Rc::new(read_json(&path.join("expected.json"))?);
    let case = |path: PathBuf| {
        let name = file_name(&path);
        let (data, shared) = (expected[&name].clone(), Rc::clone(&expected));
        Case { name, path, data, shared, options: Value::Null }
    };
    let files = entries(path)?.into_iter().filter(|path| !path.ends_with("expected.json"));
    Ok(files.map(case).collect())
}

fn elements(path: &Path, pointer: &str, name_key: &str) -> Checked<Vec<Case>> {
    let shared = Rc::new(read_json(path)?);
    let elements = shared.pointer(pointer).and_then(Value::as_array);
    let elements = elements.ok_or_else(|| Mismatch::new(format!("no array at `{pointer}`")))?;
    let case = |data: &Value| Case {
        name: data[name_key].as_str().unwrap_or("unnamed case").to_owned(),
        path: path.to_owned(),
        data: data.clone(),
        shared: Rc::clone(&shared),
        options: Value::Null,
    };
    Ok(elements.iter().map(case).collect())
}

/// Appends a number to repeated names: some suites use a name twice.
fn number_repeated_names(cases: &mut [Case]) {
    let mut counts = BTreeMap::new();
    for case in cases {
        let count = counts.entry(case.name.clone()).or_insert(0);
        *count += 1;
        if 1 < *count {
            case.name = format!("{} ({count})", case.name);
        }
    }
}

/// Reads a JSON file; errors name it.
pub(crate) fn read_json(path: &Path) -> Checked<Value> {
    let context = |error: Mismatch| error.with_context(path.display());
    let text = fs::read(path).map_err(Mismatch::from).map_err(context)?;
    serde_json::from_slice(&text).map_err(Mismatch::from).map_err(context)
}

/// Returns the paths in a directory, sorted by name.
pub(crate) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// Returns all files in a directory and its subdirectories.
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

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
