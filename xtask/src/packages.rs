//! The packages of the workspace, from `cargo metadata`.

use std::path::PathBuf;

use serde_json::Value;

use anyhow::{Context as _, Result, anyhow};

use crate::run::cargo;

/// One package of ours.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// From the root of the workspace.
    pub(crate) folder: PathBuf,
    /// `floor` of `[package.metadata.vestibule]`.
    pub(crate) floor: Option<u64>,
    /// Its dependencies, ours and foreign ones.
    pub(crate) dependencies: Vec<Dependency>,
    /// Its features, in order; `default` is one.
    pub(crate) features: Vec<String>,
    /// Whether it may be published.
    pub(crate) is_published: bool,
    /// Keys that a registry shows, and this manifest lacks.
    pub(crate) missing_keys: Vec<&'static str>,
}

/// One line of a dependency table.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// For tests only.
    pub(crate) is_dev: bool,
}

impl Package {
    /// Returns whether the package is part of the product and so has a floor, unlike a tool.
    pub(crate) fn is_library_or_program(&self) -> bool {
        self.folder.starts_with("crates")
    }
}

/// Returns the packages of the workspace.
pub(crate) fn ours() -> Result<Vec<Package>> {
    let text = cargo(["metadata", "--format-version", "1", "--no-deps"]).read()?;
    read(&text).ok_or_else(|| {
        anyhow!("`cargo metadata` printed an unknown format\nhint: see xtask/src/packages.rs")
    })
}

/// Returns the path of a program of the workspace that was built for release.
pub(crate) fn release_binary(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(2).context("xtask is in no target folder")?;
    Ok(target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

fn read(text: &str) -> Option<Vec<Package>> {
    let metadata: Value = serde_json::from_str(text).ok()?;
    let root = metadata["workspace_root"].as_str()?;
    metadata["packages"].as_array()?.iter().map(|package| read_package(package, root)).collect()
}

fn read_package(package: &Value, root: &str) -> Option<Package> {
    let manifest = PathBuf::from(package["manifest_path"].as_str()?);
    let dependency = |line: &Value| {
        Some(Dependency {
            name: line["name"].as_str()?.to_owned(),
            is_dev: line["kind"].as_str() == Some("dev"),
        })
    };
    Some(Package {
        name: package["name"].as_str()?.to_owned(),
        version: package["version"].as_str()?.to_owned(),
        folder: manifest.parent()?.strip_prefix(root).ok()?.to_owned(),
        floor: package["metadata"]["vestibule"]["floor"].as_u64(),
        dependencies: package["dependencies"]
            .as_array()?
            .iter()
            .map(dependency)
            .collect::<Option<_>>()?,
        features: package["features"].as_object()?.keys().cloned().collect(),
        is_published: package["publish"].is_null(),
        missing_keys: SHOWN.into_iter().filter(|key| is_empty(&package[key])).collect(),
    })
}

/// The keys of a manifest that a registry shows.
const SHOWN: [&str; 5] = ["description", "license", "keywords", "categories", "rust_version"];

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_and_kinds_are_read() {
        let text = r#"{
            "workspace_root": "/somewhere",
            "packages": [{
                "name": "b",
                "version": "1.2.3",
                "manifest_path": "/somewhere/crates/b/Cargo.toml",
                "metadata": { "vestibule": { "floor": 2 } },
                "dependencies": [{ "name": "a", "kind": null }, { "name": "c", "kind": "dev" }],
                "features": { "default": ["x"], "x": [] },
                "publish": null,
                "description": "b",
                "keywords": []
            }]
        }"#;
        let packages = read(text).unwrap();
        let [package] = packages.as_slice() else { panic!("{packages:?}") };
        assert!(package.is_library_or_program());
        assert_eq!(package.floor, Some(2));
        assert_eq!(package.features, ["default", "x"]);
        assert!(package.is_published);
        assert_eq!(package.missing_keys, ["license", "keywords", "categories", "rust_version"]);
        assert_eq!(
            package.dependencies.iter().map(|line| line.is_dev).collect::<Vec<_>>(),
            [false, true]
        );
    }
}
