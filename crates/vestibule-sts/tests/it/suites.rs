//! Where AWS's suites are, if they are here at all.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A file or folder of the suites in `VESTIBULE_SUITES`, or beside the workspace.
///
/// `None` where there is none, as in a lone clone; the test then has nothing to say.
#[expect(clippy::disallowed_methods, reason = "the one parameter of these tests")]
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let root = std::env::var_os("VESTIBULE_SUITES").map_or_else(beside, PathBuf::from);
    Some(root.join(name)).filter(|path| path.exists())
}

#[expect(clippy::disallowed_methods, reason = "suites are files")]
pub(crate) fn text(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

pub(crate) fn json(path: &Path) -> Option<Value> {
    Some(serde_json::from_str(&text(path)?).unwrap())
}

/// The cases in a folder: its sub-folders, in order.
pub(crate) fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).unwrap();
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}
