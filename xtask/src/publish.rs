//! `cargo xtask publish`: a dry run of publishing every crate.

use anyhow::Result;

use crate::Command;
use crate::args::Args;
use crate::packages::{self, Package};
use crate::report::report;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "publish",
    takes: "[--build]",
    about: "pack every crate as for a registry, and check the contents; --build compiles each from its package",
    run: |mut args: Args| {
        let build = args.flag("--build");
        args.finish()?;
        check(build)
    },
};

/// Files that every package must contain.
const NEEDED: &[&str] = &["README.md", "LICENSE-APACHE", "LICENSE-MIT", "Cargo.toml"];

/// Folders that only this repository needs.
const LEFT_OUT: &[&str] = &["corpus/", "target/", "node_modules/", "subjects/"];

const BUILT: &str = "target/published";

fn check(build: bool) -> Result<()> {
    let mut packages = packages::ours()?;
    packages.retain(|package| package.is_published);
    let findings = packages.iter().map(findings).collect::<Result<Vec<_>>>()?.into_iter().flatten();
    report("publish", &findings.collect::<Vec<_>>())?;
    let publish = cargo(["publish", "--quiet", "--workspace", "--dry-run", "--allow-dirty"]);
    if build {
        // One folder for all, so that dependencies are built once.
        Ok(publish.env("CARGO_TARGET_DIR", BUILT).run()?)
    } else {
        Ok(publish.arg("--no-verify").run()?)
    }
}

fn findings(package: &Package) -> Result<Vec<String>> {
    let Package { name, folder, .. } = package;
    let list =
        cargo(["package", "--quiet", "--list", "--allow-dirty", "--package", name]).read()?;
    let missing = NEEDED.iter().filter(|needed| !list.lines().any(|file| file == **needed));
    let missing = missing.map(|file| {
        format!("{}: no {file}; the licenses are links to those of the root", folder.display())
    });
    let stray = list.lines().filter(|file| LEFT_OUT.iter().any(|folder| file.contains(folder)));
    let stray = stray.map(|file| {
        format!("{}/{file}: not for users of the package; `exclude` it", folder.display())
    });
    let missing_keys = package.missing_keys.iter();
    let missing_keys =
        missing_keys.map(|key| format!("{}/Cargo.toml: no `{key}`", folder.display()));
    Ok(missing.chain(stray).chain(missing_keys).collect())
}
