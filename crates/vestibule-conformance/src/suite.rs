//! The definition of a suite: the location of its cases and the check of a case.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::Value;

use crate::case::{Case, entries, read_json};
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

/// Options that AWS's test runners set in code for single cases. Used for published packages, which
/// contain no `case-options.json`.
const OPTIONS: &str = include_str!("../case-options.json");

/// A suite that this program can run.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    /// The end of the path of its file or directory.
    pub(crate) path_suffix: &'static str,
    pub(crate) cases: Cases,
    pub(crate) check: Checker,
}

/// The layout of the cases of a suite.
#[derive(Debug)]
pub(crate) enum Cases {
    /// Each subdirectory is a case. `case-options.json` beside them has the options that AWS's
    /// test runners set in code.
    Folders,
    /// Each file is a case, except `expected.json`, which has the expected results by file name.
    Files,
    /// Each element of an array in a JSON file is a case.
    Elements {
        /// The JSON pointer to the array.
        pointer: &'static str,
        /// The key of the name of a case.
        name_key: &'static str,
    },
}

/// Checks a case and records its visible output.
pub(crate) type Checker = fn(&Case, &mut Visible) -> Checked;

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

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
