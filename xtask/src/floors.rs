//! `cargo xtask floors`: crates depend on crates of lower floors only.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::Command;
use crate::args::Args;
use crate::packages::{self, Package};
use crate::report::report;

pub(crate) const COMMAND: Command = Command {
    name: "floors",
    takes: "",
    about: "every crate declares a floor and depends on lower ones only",
    run: |args: Args| {
        args.finish()?;
        check()
    },
};

pub(crate) fn check() -> Result<()> {
    report("floors", &findings(&packages::ours()?))
}

fn findings(packages: &[Package]) -> Vec<String> {
    let by_name = packages.iter().map(|package| (package.name.as_str(), package)).collect();
    let mut findings: Vec<_> =
        packages.iter().flat_map(|package| check_package(package, &by_name)).collect();
    findings.extend(packages.iter().filter_map(|package| cycle(package, &by_name)));
    findings
}

type ByName<'a> = BTreeMap<&'a str, &'a Package>;

/// Returns the findings about the floor of a package and its dependencies.
fn check_package(package: &Package, by_name: &ByName<'_>) -> Vec<String> {
    let Package { name, folder, floor, dependencies, .. } = package;
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.display();
    let ours = || {
        dependencies
            .iter()
            .filter(|line| !line.is_dev)
            .filter_map(|line| by_name.get(line.name.as_str()))
    };
    if !package.is_library_or_program() {
        let dependency = |below: &&Package| {
            format!("{manifest}: a tool depends on `{}`; let it run cargo instead", below.name)
        };
        return ours().map(dependency).collect();
    }
    let mut findings = Vec::new();
    if !folder.ends_with(name) {
        findings
            .push(format!("{manifest}: the package is called `{name}`; give the folder that name"));
    }
    let Some(floor) = floor else {
        findings.push(format!(
            "{manifest}: no floor; add `[package.metadata.vestibule]` with `floor = N`, \
             one above the highest floor it depends on (ARCHITECTURE.md has the drawing)"
        ));
        return findings;
    };
    for below in ours() {
        if let Some(its) = below.floor
            && *floor <= its
        {
            findings.push(format!(
                "{manifest}: `{name}` on floor {floor} depends on `{}` on floor {its}; \
                 move what both need to a lower floor, or make it a dev-dependency",
                below.name,
            ));
        }
    }
    findings
}

/// A way from a package back to itself, tests' dependencies included. Told once, by the first name on it.
fn cycle(package: &Package, by_name: &ByName<'_>) -> Option<String> {
    let mut way = vec![package.name.as_str()];
    let mut dead_ends = Vec::new();
    if !leads_back(package, by_name, &mut way, &mut dead_ends) || way.iter().min() != way.first() {
        return None;
    }
    way.push(&package.name);
    Some(format!(
        "{}: a cycle: {}; drop the dev-dependency and test from the upper crate",
        package.folder.join("Cargo.toml").display(),
        way.join(" → "),
    ))
}

fn leads_back<'a>(
    at: &'a Package,
    by_name: &ByName<'a>,
    way: &mut Vec<&'a str>,
    dead_ends: &mut Vec<&'a str>,
) -> bool {
    for line in &at.dependencies {
        if way.first() == Some(&line.name.as_str()) {
            return true;
        }
        let Some(next) = by_name.get(line.name.as_str()) else { continue };
        if way.contains(&next.name.as_str()) || dead_ends.contains(&next.name.as_str()) {
            continue;
        }
        way.push(&next.name);
        if leads_back(next, by_name, way, dead_ends) {
            return true;
        }
        way.pop();
        dead_ends.push(&next.name);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::Dependency;

    /// `b 1: a +c` is package `b` on floor 1 that depends on `a`, and in tests on `c`.
    fn packages(lines: &str) -> Vec<Package> {
        lines.lines().map(|line| package(line.trim())).collect()
    }

    fn package(line: &str) -> Package {
        let (head, leans_on) = line.split_once(':').unwrap();
        let (name, floor) = head.split_once(' ').unwrap();
        let dependency = |word: &str| Dependency {
            name: word.trim_start_matches('+').into(),
            is_dev: word.starts_with('+'),
        };
        Package {
            name: name.into(),
            version: String::new(),
            folder: if name == "xtask" { name.into() } else { format!("crates/{name}").into() },
            floor: floor.parse().ok(),
            dependencies: leans_on.split_whitespace().map(dependency).collect(),
            features: Vec::new(),
            is_published: true,
            missing_keys: Vec::new(),
        }
    }

    #[track_caller]
    fn check(lines: &str, expected: &[&str]) {
        let found = findings(&packages(lines));
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn down_is_fine() {
        check("a 0: serde\nb 1: a\nc 2: a b", &[]);
    }

    #[test]
    fn level_and_up_are_not() {
        check("a 1: b\nb 1: ", &["`a` on floor 1 depends on `b` on floor 1"]);
        check("a 0: b\nb 1: ", &["`a` on floor 0 depends on `b` on floor 1"]);
    }

    #[test]
    fn a_test_may_lean_sideways_and_up() {
        check("a 1: +b\nb 1: ", &[]);
        check("a 0: +b\nb 1: ", &[]);
    }

    #[test]
    fn a_test_may_not_close_a_cycle() {
        check("a 0: +c\nb 1: a\nc 2: b", &["a cycle: a → c → b → a"]);
    }

    #[test]
    fn every_crate_declares_a_floor_and_no_tool_does() {
        check("a -: ", &["no floor"]);
        check("xtask -: serde", &[]);
        check("a 0: \nxtask -: a", &["a tool depends on `a`"]);
    }
}
