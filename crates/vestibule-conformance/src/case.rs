//! One case, and how the cases of a suite are read.

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

/// What upstream's runners set in code for single cases, where no `case-options.json` lies beside
/// them: the packages that AWS publishes have none.
const OPTIONS: &str = include_str!("../case-options.json");

/// One case of a suite.
#[derive(Debug)]
pub(crate) struct Case {
    /// Unique in its suite.
    pub(crate) name: String,
    /// The folder it is, or the file it is in.
    pub(crate) path: PathBuf,
    /// What is said of it in a file that it shares with others; null if it is a folder.
    pub(crate) data: Value,
    /// The whole file that it shares.
    pub(crate) shared: Rc<Value>,
    /// What applies to this case alone and is not in its files.
    pub(crate) options: Value,
}

impl Case {
    /// The case as a type of its own.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Checked<T> {
        Ok(T::deserialize(&self.data)?)
    }

    /// A text file in the case's folder, if it is there.
    pub(crate) fn file(&self, name: &str) -> Checked<Option<String>> {
        match fs::read_to_string(self.path.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Mismatch::from(error).about(name)),
        }
    }

    /// A JSON file in the case's folder, if it is there.
    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str) -> Checked<Option<T>> {
        let text = self.file(name)?;
        let value = text.map(|text| serde_json::from_str(&text)).transpose();
        value.map_err(|error| Mismatch::from(error).about(name))
    }

    /// The texts in it that nobody may see.
    pub(crate) fn secrets(&self) -> io::Result<BTreeSet<String>> {
        let mut secrets = secrets_check::secrets(&self.data.to_string());
        if self.path.is_dir() {
            for file in files_below(&self.path)? {
                let text = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
                secrets.extend(secrets_check::secrets(&text));
                // A file of one word is a token for somebody.
                if file.starts_with(self.path.join("fs")) && text.split_whitespace().count() == 1 {
                    secrets.insert(text.trim().to_owned());
                }
            }
        }
        Ok(secrets)
    }
}

/// The cases of a suite at a path, found by looking.
pub(crate) fn read(suite: &Suite, path: &Path) -> Checked<Vec<Case>> {
    let mut cases = match suite.cases {
        Cases::Folders => folders(suite, path),
        Cases::Files => files(path),
        Cases::Elements { at, name } => elements(path, at, name),
    }?;
    number_repeated_names(&mut cases);
    Ok(cases)
}

fn folders(suite: &Suite, path: &Path) -> Checked<Vec<Case>> {
    let beside = path.join("case-options.json");
    let options: Value = if beside.exists() {
        read_json(&beside)?
    } else {
        serde_json::from_str::<Value>(OPTIONS)?[suite.name].take()
    };
    let folders = entries(path)?.into_iter().filter(|path| path.is_dir());
    let case = |path: PathBuf| {
        let name = name_of(&path);
        let options = options[&name].clone();
        Case { name, path, data: Value::Null, shared: Rc::default(), options }
    };
    Ok(folders.map(case).collect())
}

fn files(path: &Path) -> Checked<Vec<Case>> {
    let expected = Rc::new(read_json(&path.join("expected.json"))?);
    let case = |path: PathBuf| {
        let name = name_of(&path);
        let (data, shared) = (expected[&name].clone(), Rc::clone(&expected));
        Case { name, path, data, shared, options: Value::Null }
    };
    let files = entries(path)?.into_iter().filter(|path| !path.ends_with("expected.json"));
    Ok(files.map(case).collect())
}

fn elements(path: &Path, at: &str, name: &str) -> Checked<Vec<Case>> {
    let shared = Rc::new(read_json(path)?);
    let elements = shared.pointer(at).and_then(Value::as_array);
    let elements = elements.ok_or_else(|| Mismatch::new(format!("no array at `{at}`")))?;
    let case = |data: &Value| Case {
        name: data[name].as_str().unwrap_or("without a name").to_owned(),
        path: path.to_owned(),
        data: data.clone(),
        shared: Rc::clone(&shared),
        options: Value::Null,
    };
    Ok(elements.iter().map(case).collect())
}

/// Some suites name two cases the same.
fn number_repeated_names(cases: &mut [Case]) {
    let mut met = BTreeMap::new();
    for case in cases {
        let times = met.entry(case.name.clone()).or_insert(0);
        *times += 1;
        if 1 < *times {
            case.name = format!("{} ({times})", case.name);
        }
    }
}

pub(crate) fn read_json(path: &Path) -> Checked<Value> {
    let about = |error: Mismatch| error.about(path.display());
    let text = fs::read(path).map_err(Mismatch::from).map_err(about)?;
    serde_json::from_slice(&text).map_err(Mismatch::from).map_err(about)
}

/// What is in a folder, in order of name.
pub(crate) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// The files in a folder and all folders below it.
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

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
