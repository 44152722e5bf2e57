//! Clients of other projects, installed by xtask before the tests run.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The variable that names the folder in which each installed peer has a folder.
pub const VARIABLE: &str = "VESTIBULE_PEERS";

/// Returns the folder of one peer, such as `botocore`.
///
/// # Errors
/// If xtask has not installed it.
pub fn folder(name: &str) -> Result<PathBuf> {
    let peers = std::env::var_os(VARIABLE)
        .with_context(|| format!("{VARIABLE} is not set: run this test by `cargo xtask`"))?;
    let folder = Path::new(&peers).join(name);
    std::fs::metadata(&folder).with_context(|| format!("{} is missing", folder.display()))?;
    Ok(folder)
}

/// Returns a path in the workspace.
#[must_use]
pub fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
