//! `cargo xtask budgets`: the number of foreign crates below ours, against `budgets.toml`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use crate::Command;
use crate::args::Args;
use crate::counts::{self, Counts};
use crate::packages;
use crate::report::report;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "budgets",
    takes: "",
    about: "foreign crates stay within budgets.toml",
    run: |args: Args| {
        args.finish()?;
        check()
    },
};

const FILE: &str = "budgets.toml";

/// The one platform whose tree is counted, so that every machine counts the same.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Returns the table `[name]` of the budgets.
pub(crate) fn table(name: &str) -> Result<Counts> {
    let mut tables: BTreeMap<String, Counts> = counts::read(FILE)?;
    tables.remove(name).with_context(|| format!("{FILE}: no table [{name}]"))
}

pub(crate) fn check() -> Result<()> {
    let ours: BTreeSet<_> = packages::ours()?.into_iter().map(|package| package.name).collect();
    let mut findings = Vec::new();
    for (package, budget) in table("crates")? {
        let tree = cargo(["tree", "--edges", "normal", "--prefix", "none", "--target", TARGET])
            .args(["--package", &package])
            .read()?;
        let foreign = foreign(&tree, &ours);
        println!("{package}: {} foreign crates of {budget}", foreign.len());
        if (budget as usize) < foreign.len() {
            findings.push(format!(
                "{package}: over its budget with {}; remove one, \
                 or raise {FILE} in a commit that says what it buys",
                foreign.into_iter().collect::<Vec<_>>().join(", "),
            ));
        }
    }
    report("budgets", &findings)
}

/// Returns the lines of `cargo tree` as `name version`, each once, without ours.
fn foreign(tree: &str, ours: &BTreeSet<String>) -> BTreeSet<String> {
    let crates = tree.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?))
    });
    crates
        .filter(|(name, _)| !ours.contains(*name))
        .map(|(name, version)| format!("{name} {version}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_crate_counts_once_per_version() {
        let tree = "a v0.1.0 (/somewhere)\nserde v1.0.0\nserde v1.0.0 (*)\nderive v1.0.0 (proc-macro)\nsyn v1.0.0\nsyn v2.0.0\n";
        let foreign = foreign(tree, &BTreeSet::from(["a".to_owned()]));
        assert_eq!(
            foreign.into_iter().collect::<Vec<_>>(),
            ["derive v1.0.0", "serde v1.0.0", "syn v1.0.0", "syn v2.0.0"]
        );
    }
}
