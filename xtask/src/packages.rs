//! The packages of the workspace, as `cargo metadata` tells them.

use std::path::PathBuf;

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::run::cargo;

/// One package of ours.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// From the root of the workspace.
    pub(crate) folder: PathBuf,
    /// `floor` of `[package.metadata.vestibule]`.
    pub(crate) floor: Option<u64>,
    /// What it leans on, ours and others'.
    pub(crate) dependencies: Vec<Dependency>,
    /// Its features, in order; `default` is one.
    pub(crate) features: Vec<String>,
    /// Whether registries may have it.
    pub(crate) is_published: bool,
    /// What a registry shows of a package, and this one does not say.
    pub(crate) untold: Vec<&'static str>,
}

/// One line of a dependency table.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// For tests alone.
    pub(crate) dev: bool,
}

impl Package {
    /// Whether it is one of the crates on floors, and not a tool beside them.
    pub(crate) fn stands_on_a_floor(&self) -> bool {
        self.folder.starts_with("crates")
    }
}

/// The members of the workspace.
pub(crate) fn ours() -> Result<Vec<Package>> {
    let text = cargo(["metadata", "--format-version", "1", "--no-deps"]).read()?;
    read(&text).ok_or_else(|| {
        Failure::new("`cargo metadata` says something new").fix("see xtask/src/packages.rs")
    })
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
            dev: line["kind"].as_str() == Some("dev"),
        })
    };
    Some(Package {
        name: package["name"].as_str()?.to_owned(),
        folder: manifest.parent()?.strip_prefix(root).ok()?.to_owned(),
        floor: package["metadata"]["vestibule"]["floor"].as_u64(),
        dependencies: package["dependencies"]
            .as_array()?
            .iter()
            .map(dependency)
            .collect::<Option<_>>()?,
        features: package["features"].as_object()?.keys().cloned().collect(),
        is_published: package["publish"].is_null(),
        untold: SHOWN.into_iter().filter(|key| is_empty(&package[key])).collect(),
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
        assert!(package.stands_on_a_floor());
        assert_eq!(package.floor, Some(2));
        assert_eq!(package.features, ["default", "x"]);
        assert!(package.is_published);
        assert_eq!(package.untold, ["license", "keywords", "categories", "rust_version"]);
        assert_eq!(
            package.dependencies.iter().map(|line| line.dev).collect::<Vec<_>>(),
            [false, true]
        );
    }
}
