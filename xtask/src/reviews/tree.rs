//! The foreign crates below the facade, and where their source is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use serde_json::Value;

use crate::packages;
use crate::run::cargo;

/// The platforms whose dependency trees are read: a name, and a target of rustc.
pub(super) const PLATFORMS: [(&str, &str); 3] = [
    ("Linux", "x86_64-unknown-linux-gnu"),
    ("macOS", "aarch64-apple-darwin"),
    ("Windows", "x86_64-pc-windows-msvc"),
];

/// The name and the version of a crate.
pub(super) type Id = (String, String);

/// A foreign crate below the facade, or one that its build needs.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    /// The names of crates that depend on it, ours and foreign ones.
    pub(super) needed_by: BTreeSet<String>,
    pub(super) platforms: BTreeSet<&'static str>,
    pub(super) folder: PathBuf,
    pub(super) repository: Option<String>,
    /// Whether it has a build script, or is a procedural macro.
    pub(super) runs_at_build: bool,
}

/// Returns all foreign crates below the facade with its default features.
pub(super) fn read() -> Result<BTreeMap<Id, Foreign>> {
    let ours: BTreeSet<_> = packages::ours()?.into_iter().map(|package| package.name).collect();
    let mut crates = BTreeMap::new();
    for (platform, target) in PLATFORMS {
        let tree = cargo(["tree", "--package", "vestibule", "--edges", "normal,build"])
            .args(["--prefix", "depth", "--target", target])
            .read()?;
        add_tree(&mut crates, &tree, platform, &ours).with_context(|| {
            format!("`cargo tree` printed an unknown format\nhint: see {}", file!())
        })?;
    }
    let metadata: Value =
        serde_json::from_str(&cargo(["metadata", "--format-version", "1"]).read()?)
            .context("`cargo metadata` printed no JSON")?;
    for (id, foreign) in &mut crates {
        add_package(foreign, id, &metadata)
            .ok_or_else(|| anyhow!("{} {}: not in `cargo metadata`", id.0, id.1))?;
    }
    Ok(crates)
}

/// Adds the crates of `cargo tree --prefix depth`.
fn add_tree(
    crates: &mut BTreeMap<Id, Foreign>,
    tree: &str,
    platform: &'static str,
    ours: &BTreeSet<String>,
) -> Option<()> {
    let mut above: Vec<&str> = Vec::new();
    for line in tree.lines() {
        let digits = line.find(|c: char| !c.is_ascii_digit())?;
        let (depth, line) = line.split_at(digits);
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        above.truncate(depth.parse().ok()?);
        if !ours.contains(name) {
            let id = (name.to_owned(), version.to_owned());
            let foreign = crates.entry(id).or_default();
            foreign.platforms.insert(platform);
            foreign.needed_by.extend(above.last().map(|parent| (*parent).to_owned()));
        }
        above.push(name);
    }
    Some(())
}

fn add_package(foreign: &mut Foreign, (name, version): &Id, metadata: &Value) -> Option<()> {
    let package = metadata["packages"].as_array()?.iter().find(|package| {
        package["name"].as_str() == Some(name) && package["version"].as_str() == Some(version)
    })?;
    let manifest = PathBuf::from(package["manifest_path"].as_str()?);
    manifest.parent()?.clone_into(&mut foreign.folder);
    foreign.repository = package["repository"].as_str().map(str::to_owned);
    let kinds =
        package["targets"].as_array()?.iter().filter_map(|target| target["kind"].as_array());
    let mut kinds = kinds.flatten().filter_map(Value::as_str);
    foreign.runs_at_build = kinds.any(|kind| matches!(kind, "custom-build" | "proc-macro"));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tree_names_the_dependents_of_each_foreign_crate() {
        let tree = "0ours v0.1.0 (/somewhere)\n1serde v1.0.0\n2derive v1.0.1 (proc-macro)\n\
                    1also-ours v0.1.0 (/somewhere)\n2serde v1.0.0 (*)\n";
        let ours = BTreeSet::from(["ours".to_owned(), "also-ours".to_owned()]);
        let mut crates = BTreeMap::new();
        add_tree(&mut crates, tree, "Linux", &ours).unwrap();
        add_tree(&mut crates, "0ours v0.1.0\n1serde v1.0.0\n", "macOS", &ours).unwrap();
        let found: Vec<_> = crates
            .iter()
            .map(|((name, version), foreign)| {
                let needed_by: Vec<_> = foreign.needed_by.iter().map(String::as_str).collect();
                (name.as_str(), version.as_str(), needed_by.join(" "), foreign.platforms.len())
            })
            .collect();
        assert_eq!(
            found,
            [
                ("derive", "1.0.1", "serde".to_owned(), 1),
                ("serde", "1.0.0", "also-ours ours".to_owned(), 2)
            ]
        );
        assert_eq!(add_tree(&mut crates, "serde", "Linux", &ours), None);
    }

    #[test]
    fn build_script_and_procedural_macro_run_at_build() {
        let metadata = |kind: &str| {
            serde_json::json!({ "packages": [{
                "name": "a",
                "version": "1.0.0",
                "manifest_path": "/somewhere/a/Cargo.toml",
                "repository": "https://example.com/a",
                "targets": [{ "kind": ["lib"] }, { "kind": [kind] }],
            }] })
        };
        for (kind, runs) in [("custom-build", true), ("proc-macro", true), ("test", false)] {
            let mut foreign = Foreign::default();
            let id = ("a".to_owned(), "1.0.0".to_owned());
            add_package(&mut foreign, &id, &metadata(kind)).unwrap();
            assert_eq!(foreign.runs_at_build, runs, "{kind}");
            assert!(foreign.folder.ends_with("a"));
        }
    }
}
