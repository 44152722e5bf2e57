//! The suites that AWS publishes inside its own packages.
//!
//! The benchmarks depend on `aws-config`, so cargo has fetched the sources of these packages, test data included.
//! They are read where they lie and never copied.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::run::cargo;

/// What each package brings, and where in it.
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
    cargo(["fetch", "--quiet"]).args(manifest).fix(offline).run()?;
    let metadata =
        cargo(["metadata", "--format-version", "1", "--offline"]).args(manifest).read()?;
    SUITES.iter().map(|(name, suites)| find(&metadata, name, suites)).collect()
}

fn find(metadata: &str, name: &'static str, suites: &str) -> Result<Published> {
    let folder = folder(metadata, name).ok_or_else(|| {
        Failure::new(format!("`{name}` is not among the packages of bench/Cargo.lock"))
    })?;
    if !folder.join(suites).is_dir() {
        return Err(Failure::new(format!("`{name}` has no `{suites}` any more"))
            .fix("find where the package keeps its suite now and change xtask/src/published.rs"));
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
    fn a_package_is_found_by_name() {
        assert_eq!(folder(METADATA, "aws-sigv4"), Some("/registry/aws-sigv4".into()));
        assert_eq!(folder(METADATA, "aws-runtime"), None);
    }

    #[test]
    fn a_package_without_its_suite_says_so() {
        let Err(failure) = find(METADATA, "aws-sigv4", "nowhere") else { panic!("found") };
        assert!(failure.to_string().contains("has no `nowhere`"), "{failure}");
    }
}
