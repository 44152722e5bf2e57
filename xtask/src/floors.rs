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
            .filter(|dependency| !dependency.is_dev)
            .filter_map(|dependency| by_name.get(dependency.name.as_str()))
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
        if let Some(other_floor) = below.floor
            && *floor <= other_floor
        {
            findings.push(format!(
                "{manifest}: `{name}` on floor {floor} depends on `{}` on floor {other_floor}; \
                 move what both need to a lower floor, or make it a dev-dependency",
                below.name,
            ));
        }
    }
    findings
}

/// Returns a finding about a cycle of dependencies, dev-dependencies included, through a package. Each cycle is found
/// once: from the package whose name sorts first.
fn cycle(package: &Package, by_name: &ByName<'_>) -> Option<String> {
    let mut path = vec![package.name.as_str()];
    let mut dead_ends = Vec::new();
    if !find_way_back(package, by_name, &mut path, &mut dead_ends)
        || path.iter().min() != path.first()
    {
        return None;
    }
    path.push(&package.name);
    Some(format!(
        "{}: a cycle: {}; drop the dev-dependency and test from the upper crate",
        package.folder.join("Cargo.toml").display(),
        path.join(" → "),
    ))
}

/// Extends a path, which ends with `last`, until a dependency leads back to its first package.
fn find_way_back<'a>(
    last: &'a Package,
    by_name: &ByName<'a>,
    path: &mut Vec<&'a str>,
    dead_ends: &mut Vec<&'a str>,
) -> bool {
    for dependency in &last.dependencies {
        if path.first() == Some(&dependency.name.as_str()) {
            return true;
        }
        let Some(next) = by_name.get(dependency.name.as_str()) else { continue };
        if path.contains(&next.name.as_str()) || dead_ends.contains(&next.name.as_str()) {
            continue;
        }
        path.push(&next.name);
        if find_way_back(next, by_name, path, dead_ends) {
            return true;
        }
        path.pop();
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
        let (head, dependencies) = line.split_once(':').unwrap();
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
            dependencies: dependencies.split_whitespace().map(dependency).collect(),
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
    fn dependency_on_a_lower_floor_is_allowed() {
        check("a 0: serde\nb 1: a\nc 2: a b", &[]);
    }

    #[test]
    fn dependency_on_the_same_or_a_higher_floor_is_a_finding() {
        check("a 1: b\nb 1: ", &["`a` on floor 1 depends on `b` on floor 1"]);
        check("a 0: b\nb 1: ", &["`a` on floor 0 depends on `b` on floor 1"]);
    }

    #[test]
    fn dev_dependency_on_any_floor_is_allowed() {
        check("a 1: +b\nb 1: ", &[]);
        check("a 0: +b\nb 1: ", &[]);
    }

    #[test]
    fn dev_dependency_that_closes_a_cycle_is_a_finding() {
        check("a 0: +c\nb 1: a\nc 2: b", &["a cycle: a → c → b → a"]);
    }

    #[test]
    fn crate_without_a_floor_is_a_finding_unless_it_is_a_tool() {
        check("a -: ", &["no floor"]);
        check("xtask -: serde", &[]);
        check("a 0: \nxtask -: a", &["a tool depends on `a`"]);
    }
}
