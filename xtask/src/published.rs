//! The suites that AWS publishes inside its own packages.
//!
//! The benchmarks depend on `aws-config`, so cargo has fetched the sources of these packages, test data included.
//! They are read in place and never copied.

use std::path::{Path, PathBuf};

use serde_json::Value;

use anyhow::{Result, anyhow};

use crate::report::Hint as _;
use crate::run::cargo;

/// The packages, with the folder of each suite.
const SUITES: &[(&str, &str)] = &[
    // Parser, file locations, clock skew.
    ("aws-runtime", "test-data"),
    // Signatures.
    ("aws-sigv4", "aws-signing-test-suite"),
    // Timestamps.
    ("aws-smithy-types", "test_data"),
];

/// A package by name, and the folder of its source.
pub(crate) struct Published {
    pub(crate) name: &'static str,
    pub(crate) folder: PathBuf,
}

pub(crate) fn packages() -> Result<Vec<Published>> {
    let manifest = ["--manifest-path", "bench/Cargo.toml"];
    let offline = "the packages come from the registry: go online once";
    cargo(["fetch", "--quiet"]).args(manifest).run().hint(offline)?;
    let metadata =
        cargo(["metadata", "--format-version", "1", "--offline"]).args(manifest).read()?;
    SUITES.iter().map(|(name, suites)| find(&metadata, name, suites)).collect()
}

fn find(metadata: &str, name: &'static str, suites: &str) -> Result<Published> {
    let folder = folder(metadata, name)
        .ok_or_else(|| anyhow!("`{name}` is not among the packages of bench/Cargo.lock"))?;
    if !folder.join(suites).is_dir() {
        return Err(anyhow!(
            "`{name}` has no `{suites}` any more\nhint: find where the package keeps its suite now and change xtask/src/published.rs"
        ));
    }
    Ok(Published { name, folder })
}

fn folder(metadata: &str, name: &str) -> Option<PathBuf> {
    let metadata: Value = serde_json::from_str(metadata).ok()?;
    let packages = metadata["packages"].as_array()?;
    let manifest =
        packages.iter().find(|package| package["name"] == name)?["manifest_path"].as_str()?;
    Path::new(manifest).parent().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{"packages": [
        {"name": "aws-config", "manifest_path": "/registry/aws-config/Cargo.toml"},
        {"name": "aws-sigv4", "manifest_path": "/registry/aws-sigv4/Cargo.toml"}
    ]}"#;

    #[test]
    fn package_is_found_by_name() {
        assert_eq!(folder(METADATA, "aws-sigv4"), Some("/registry/aws-sigv4".into()));
        assert_eq!(folder(METADATA, "aws-runtime"), None);
    }

    #[test]
    fn package_without_its_suite_is_an_error() {
        let Err(failure) = find(METADATA, "aws-sigv4", "nowhere") else { panic!("found") };
        assert!(failure.to_string().contains("has no `nowhere`"), "{failure}");
    }
}
