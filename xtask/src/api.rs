//! `cargo xtask api`: the public face of each library, checked in.
//!
//! A name that appears, changes or goes is a line in a diff, so that nobody breaks a caller by accident.
//! `cargo semver-checks` takes over once there is a release to compare with.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result, report};
use crate::packages::{self, Package};
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "api",
    takes: "[--bless]",
    about: "the libraries show what docs/api says, and nothing else",
    run: |mut args: Args| {
        let bless = args.flag("--bless");
        args.finish()?;
        if bless { write() } else { check() }
    },
};

const FOLDER: &str = "docs/api";
/// Beside that of every day: crates that ask which compiler they have would be built anew in it.
const TARGET: &str = "target/api";

fn check() -> Result {
    let mut findings = Vec::new();
    for library in libraries()? {
        let file = file_of(&library);
        let listed = fs::read_to_string(&file).unwrap_or_default();
        findings.extend(differences(&file, &listed, &face(&library)?));
    }
    report("api", &findings)
}

fn write() -> Result {
    fs::create_dir_all(FOLDER).map_err(Failure::at(FOLDER))?;
    for library in libraries()? {
        let file = file_of(&library);
        fs::write(&file, face(&library)?).map_err(Failure::at(&file))?;
    }
    Ok(())
}

/// What others may depend on; a program has no face but its command line.
fn libraries() -> Result<Vec<Package>> {
    let mut packages = packages::ours()?;
    packages.retain(|package| package.is_published && package.folder.join("src/lib.rs").is_file());
    Ok(packages)
}

fn file_of(library: &Package) -> PathBuf {
    Path::new(FOLDER).join(&library.name).with_extension("txt")
}

/// Every public item with all features, one a line, without what the compiler derives.
fn face(library: &Package) -> Result<String> {
    let name = &library.name;
    cargo(["rustdoc", "--quiet", "--lib", "--all-features", "--package", name])
        .args(["--target-dir", TARGET, "--", "-Zunstable-options", "--output-format", "json"])
        // The form is no promise of rustdoc's yet.
        .env("RUSTC_BOOTSTRAP", "1")
        .run()?;
    let json = format!("{TARGET}/doc/{}.json", name.replace('-', "_"));
    cargo(["public-api", "-sss", "--rustdoc-json", &json])
        .fix("`cargo install cargo-public-api --locked` if it is missing")
        .read()
}

fn differences(file: &Path, listed: &str, found: &str) -> Vec<String> {
    let lines = |text: &'static str, of: &str, without: &str| {
        let without: BTreeSet<_> = without.lines().collect();
        let of: Vec<_> = of.lines().filter(|line| !without.contains(line)).collect();
        of.into_iter().map(|line| format!("{}: {text}: {line}", file.display())).collect::<Vec<_>>()
    };
    let mut findings = lines("gone", listed, found);
    findings.extend(lines(
        "new; if it is meant, run `cargo xtask api --bless` and tell CHANGELOG.md",
        found,
        listed,
    ));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_is_new_is_said() {
        let found =
            differences(Path::new("a.txt"), "pub fn a()\npub fn b()\n", "pub fn b()\npub fn c()\n");
        let [gone, new] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(gone, "a.txt: gone: pub fn a()");
        assert!(new.starts_with("a.txt: new") && new.ends_with(": pub fn c()"), "{new}");
    }
}
