//! `cargo xtask api`: the public API of each library, checked in.
//!
//! An item that is added, changed or removed is a line in a diff, so that no caller breaks by accident.
//! `cargo semver-checks` takes over once there is a release to compare with.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::Command;
use crate::args::Args;
use crate::packages::{self, Package};
use crate::report::{Hint as _, report};
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "api",
    takes: "[--bless]",
    about: "the public APIs are those of docs/api",
    run: |mut args: Args| {
        let bless = args.flag("--bless");
        args.finish()?;
        if bless { write() } else { check() }
    },
};

const FOLDER: &str = "docs/api";
/// A folder of its own: crates that detect the compiler would be built again in the ordinary one.
const TARGET: &str = "target/api";

fn check() -> Result<()> {
    let mut findings = Vec::new();
    let libraries = libraries()?;
    document(&libraries)?;
    for library in libraries {
        let file = file_of(&library);
        let listed = fs::read_to_string(&file).unwrap_or_default();
        let found = public_api(&library)?;
        findings.extend(unnameable(&library.name.replace('-', "_"), &found));
        findings.extend(differences(&file, &listed, &found));
    }
    report("api", &findings)
}

fn write() -> Result<()> {
    fs::create_dir_all(FOLDER).context(FOLDER)?;
    let libraries = libraries()?;
    document(&libraries)?;
    for library in libraries {
        let file = file_of(&library);
        fs::write(&file, public_api(&library)?).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// The published libraries.
fn libraries() -> Result<Vec<Package>> {
    let mut packages = packages::ours()?;
    packages.retain(|package| package.is_published && package.folder.join("src/lib.rs").is_file());
    Ok(packages)
}

fn file_of(library: &Package) -> PathBuf {
    Path::new(FOLDER).join(&library.name).with_extension("txt")
}

/// Has rustdoc describe all libraries in JSON, with all features. In one build: for one library
/// after the other, foreign crates would be checked again with other features.
fn document(libraries: &[Package]) -> Result<()> {
    let doc =
        cargo(["doc", "--quiet", "--no-deps", "--lib", "--all-features", "--target-dir", TARGET])
            .args(libraries.iter().flat_map(|library| ["--package", &library.name]))
            .env("RUSTDOCFLAGS", "-Zunstable-options --output-format json")
            // The JSON format of rustdoc is unstable.
            .env("RUSTC_BOOTSTRAP", "1");
    Ok(doc.run()?)
}

/// Returns every public item with all features, one on a line, without derived ones.
fn public_api(library: &Package) -> Result<String> {
    let json = format!("{TARGET}/doc/{}.json", library.name.replace('-', "_"));
    cargo(["public-api", "-sss", "--rustdoc-json", &json])
        .read()
        .hint("`cargo install cargo-public-api --locked` if it is missing")
}

fn differences(file: &Path, listed: &str, found: &str) -> Vec<String> {
    const ADDED: &str =
        "added; if intended, run `cargo xtask api --bless` and mention it in CHANGELOG.md";
    let mut findings = Vec::new();
    for (lines, others, problem) in [(listed, found, "removed"), (found, listed, ADDED)] {
        let others: BTreeSet<_> = others.lines().collect();
        let lines = lines.lines().filter(|line| !others.contains(line));
        findings.extend(lines.map(|line| format!("{}: {problem}: {line}", file.display())));
    }
    findings
}

/// Crates whose types callers name without us: the standard library, and the libraries that an
/// adapter is for.
const KNOWN: [&str; 7] = ["alloc", "core", "std", "serde_core", "aws_", "object_store", "reqsign"];

/// Returns the types of other crates in the public signatures of `name` that cannot be named from
/// it: neither the type nor its crate is re-exported.
fn unnameable(name: &str, api: &str) -> Vec<String> {
    let exported: BTreeSet<&str> =
        api.lines().filter_map(|line| line.strip_prefix("pub use ")?.split("::").last()).collect();
    // Types that the crate gives a name of its own.
    let aliased: BTreeSet<&str> = api
        .lines()
        .filter_map(|line| line.strip_prefix("pub type ")?.split_once(" = "))
        .map(|(_, path)| path.split('<').next().unwrap_or(path))
        .collect();
    let signatures = api.lines().filter(|line| !line.starts_with("pub use "));
    let paths = signatures
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':'));
    let missing = paths.filter(|path| {
        let mut segments = path.split("::");
        let foreign = segments.next().unwrap_or_default();
        let Some(item) = segments.find(|it| it.starts_with(char::is_uppercase)) else {
            return false;
        };
        let short = foreign.strip_prefix("vestibule_").unwrap_or(foreign);
        // `JsonError` is the `Error` of a module `json`.
        let is_renamed = path.split("::").any(|module| {
            let (first, rest) = module.split_at(usize::from(!module.is_empty()));
            exported.contains(format!("{}{rest}{item}", first.to_uppercase()).as_str())
        });
        // A module of the crate; the facade re-exports what a caller of it needs.
        let modules = path.split("::").chain([short, "vestibule"]);
        let is_known = foreign == name || KNOWN.iter().any(|known| foreign.starts_with(known));
        let is_path = foreign.starts_with(|c: char| c.is_lowercase());
        is_path
            && !is_known
            && !exported.contains(item)
            && !is_renamed
            && !aliased.contains(path)
            && !modules.into_iter().any(|module| module != name && exported.contains(module))
    });
    let missing: BTreeSet<&str> = missing.collect();
    missing
        .into_iter()
        .map(|path| format!("{name}: `{path}` is in a signature and is not re-exported"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_other_crates_must_be_re_exported() {
        let api = "pub use a::types\npub use a::Body\n\
                   pub fn a::f(&vestibule_types::Region, vestibule_wire::body::Body) -> a::B\n\
                   pub use a::JsonError\npub type a::Step = vestibule_wire::Step<a::B>\n\
                   pub fn a::h() -> Result<a::Step, vestibule_types::json::error::Error>\n\
                   pub fn a::g() -> alloc::vec::Vec<http::Uri>\n";
        assert_eq!(
            unnameable("a", api),
            ["a: `http::Uri` is in a signature and is not re-exported"]
        );
    }

    #[test]
    fn removed_and_added_items_are_findings() {
        let found =
            differences(Path::new("a.txt"), "pub fn a()\npub fn b()\n", "pub fn b()\npub fn c()\n");
        let [gone, new] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(gone, "a.txt: removed: pub fn a()");
        assert!(new.starts_with("a.txt: added") && new.ends_with(": pub fn c()"), "{new}");
    }
}
