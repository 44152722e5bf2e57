//! Checked-in numbers: budgets, and the places where secrets are read.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Numbers by name.
pub(crate) type Counts = BTreeMap<String, u32>;

/// Reads a file of tables of `name = number`.
pub(crate) fn tables(path: &Path) -> Result<BTreeMap<String, Counts>> {
    parse(path)
}

/// Reads a file that is one such table.
pub(crate) fn table(path: &Path) -> Result<Counts> {
    parse(path)
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}
