//! Where the shared test data is, and what to say when it is not there.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Reads a JSON file of the shared data; `None`, and a printed line, if there is none.
#[expect(clippy::print_stderr, reason = "what was not run is part of a run's report")]
pub(crate) fn json(path: &str) -> Option<Value> {
    let Some(text) = bytes(path) else {
        eprintln!("skipped: no {path} in the folder of shared suites");
        return None;
    };
    Some(serde_json::from_slice(&text).expect("a suite is JSON"))
}

/// Reads a file of the shared data: from the folder `VESTIBULE_SUITES` names, else from
/// `../shared/conformance` beside the workspace.
#[expect(clippy::disallowed_methods, reason = "a test reads test data")]
pub(crate) fn bytes(path: &str) -> Option<Vec<u8>> {
    std::fs::read(folder().join(path)).ok()
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
