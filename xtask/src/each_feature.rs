//! `cargo xtask each-feature`: every crate alone, with each of its features.

use anyhow::{Result, ensure};

use crate::Command;
use crate::args::Args;
use crate::packages::{self, Package};
use crate::report::report;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "each-feature",
    takes: "[CRATE]",
    about: "check every crate alone: with no feature, with each, with all",
    run: |mut args: Args| {
        let name = args.positional()?;
        args.finish()?;
        check(name.as_deref())
    },
};

fn check(name: Option<&str>) -> Result<()> {
    let mut packages = packages::ours()?;
    packages.retain(|package| {
        package.is_library_or_program() && name.is_none_or(|name| name == package.name)
    });
    ensure!(!packages.is_empty(), "no such crate");
    let mut findings = Vec::new();
    for package in &packages {
        for features in feature_sets(package) {
            // Library and programs, no tests: development dependencies would bring features along.
            let clippy = cargo(["clippy", "--quiet", "--locked", "--no-deps", "--package"])
                .arg(&package.name)
                .args(&features)
                .args(["--", "-D", "warnings"]);
            if clippy.run().is_err() {
                findings.push(format!("{} fails with {}", package.name, features.join(" ")));
            }
        }
    }
    report("each-feature", &findings)
}

/// No feature; each alone, `default` among them; all.
fn feature_sets(package: &Package) -> impl Iterator<Item = Vec<&str>> {
    let each = package.features.iter();
    let each = each.map(|feature| vec!["--no-default-features", "--features", feature.as_str()]);
    let all = (!package.features.is_empty()).then(|| vec!["--all-features"]);
    std::iter::once(vec!["--no-default-features"]).chain(each).chain(all)
}
