//! Checked-in numbers: budgets, and the places where secrets are read.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

/// Numbers by name.
pub(crate) type Counts = BTreeMap<String, u32>;

/// Reads a file that is [`Counts`], or tables of them.
pub(crate) fn read<T: serde::de::DeserializeOwned>(path: &str) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| path.to_owned())?;
    toml::from_str(&text).with_context(|| path.to_owned())
}
