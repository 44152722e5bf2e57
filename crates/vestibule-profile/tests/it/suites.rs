//! Where the shared test data is, and what to say when it is not there.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Reads a JSON file of the shared data: from the folder `VESTIBULE_SUITES` names, else from
/// `../shared/conformance` beside the workspace. `None`, and a printed line, if there is none.
#[expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a test reads test data")]
pub(crate) fn json(path: &str) -> Option<Value> {
    let Some(text) = std::fs::read(folder().join(path)).ok() else {
        eprintln!("skipped: no {path} in the folder of shared suites");
        return None;
    };
    Some(serde_json::from_slice(&text).expect("a suite is JSON"))
}

#[expect(clippy::disallowed_methods, reason = "a test reads test data")]
fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    std::env::var_os("VESTIBULE_SUITES").map_or_else(beside, PathBuf::from)
}

/// Says how many cases a suite had, and fails with all that went wrong.
#[expect(clippy::print_stderr, reason = "the count of cases is part of a run's report")]
#[track_caller]
pub(crate) fn conclude(suite: &str, cases: usize, failures: &[String]) {
    eprintln!("{suite}: {cases} cases, {} failed", failures.len());
    assert!(0 < cases, "{suite} has no cases");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The elements of an array, or none.
pub(crate) fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The names and texts of an object.
pub(crate) fn texts(value: &Value) -> impl Iterator<Item = (String, String)> {
    let pairs = value.as_object().into_iter().flatten();
    pairs.map(|(name, text)| (name.clone(), text.as_str().expect("a text").to_owned()))
}

/// Writes sections as a config file has them; a value that is an object becomes a block.
pub(crate) fn ini(keyword: &str, sections: &Value) -> String {
    let sections = sections.as_object().into_iter().flatten();
    let section = |(name, properties): (&String, &Value)| {
        let properties = properties.as_object().into_iter().flatten();
        let properties: String = properties.map(|(key, value)| property(key, value)).collect();
        format!("[{keyword} {name}]\n{properties}")
    };
    sections.map(section).collect()
}

fn property(key: &str, value: &Value) -> String {
    let lines = texts(value).map(|(name, text)| format!("    {name} = {text}\n"));
    match value.as_str() {
        Some(text) => format!("{key} = {text}\n"),
        None => format!("{key} =\n{}", lines.collect::<String>()),
    }
}
