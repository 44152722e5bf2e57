//! `cargo xtask each-feature`: every crate alone, without its neighbors' features, and with each of
//! its own.

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result, report};
use crate::packages::{self, Package};
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "each-feature",
    takes: "[CRATE]",
    about: "check every crate alone: with no feature, with each, with all",
    run: |mut args: Args| {
        let name = args.positional();
        args.finish()?;
        check(name.as_deref())
    },
};

fn check(name: Option<&str>) -> Result {
    let mut packages = packages::ours()?;
    packages.retain(|package| {
        package.stands_on_a_floor() && name.is_none_or(|name| name == package.name)
    });
    if packages.is_empty() {
        return Err(Failure::new("there is no such crate"));
    }
    let ways = packages.iter().flat_map(|package| ways(package).map(move |way| (package, way)));
    let failed = ways.filter_map(|(package, way)| {
        // Library and programs, no tests: what those lean on would bring features along.
        let words = ["clippy", "--quiet", "--locked", "--no-deps", "--package"];
        let alone = cargo(words).arg(&package.name).args(&way).args(["--", "-D", "warnings"]);
        alone.run().err().map(|_| format!("{} fails with {}", package.name, way.join(" ")))
    });
    report("each-feature", &failed.collect::<Vec<_>>())
}

/// No feature; each alone, `default` among them; all.
fn ways(package: &Package) -> impl Iterator<Item = Vec<&str>> {
    let each = package.features.iter();
    let each = each.map(|feature| vec!["--no-default-features", "--features", feature.as_str()]);
    let all = (!package.features.is_empty()).then(|| vec!["--all-features"]);
    std::iter::once(vec!["--no-default-features"]).chain(each).chain(all)
}
