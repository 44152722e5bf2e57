//! `cargo xtask publish`: what a registry would be given, without giving it.

use crate::Command;
use crate::args::Args;
use crate::failure::{Result, report};
use crate::packages::{self, Package};
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "publish",
    takes: "[--build]",
    about: "pack every crate as a registry wants it, look inside, and stop there; or build each from its package",
    run: |mut args: Args| {
        let build = args.flag("--build");
        args.finish()?;
        check(build)
    },
};

/// What whoever unpacks a crate finds.
const NEEDED: &[&str] = &["README.md", "LICENSE-APACHE", "LICENSE-MIT", "Cargo.toml"];

/// Folders that only this repository has a use for.
const OURS: &[&str] = &["corpus/", "target/", "node_modules/", "subjects/"];

const BUILT: &str = "target/published";

fn check(build: bool) -> Result {
    let mut packages = packages::ours()?;
    packages.retain(|package| package.is_published);
    let findings = packages.iter().map(findings).collect::<Result<Vec<_>>>()?.into_iter().flatten();
    report("publish", &findings.collect::<Vec<_>>())?;
    let publish = cargo(["publish", "--quiet", "--workspace", "--dry-run", "--allow-dirty"]);
    if build {
        // All in one folder: what they lean on is built once.
        publish.env("CARGO_TARGET_DIR", BUILT).run()
    } else {
        publish.arg("--no-verify").run()
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
    let stray = list.lines().filter(|file| OURS.iter().any(|ours| file.contains(ours)));
    let stray = stray.map(|file| {
        format!("{}/{file}: of no use to whoever unpacks it; `exclude` it", folder.display())
    });
    let untold = package.untold.iter();
    let untold = untold.map(|key| format!("{}/Cargo.toml: no `{key}`", folder.display()));
    Ok(missing.chain(stray).chain(untold).collect())
}
