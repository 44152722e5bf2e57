//! `cargo xtask reviews`: foreign code that the compiler does not check was read.
//!
//! It is `unsafe` code, and code that runs while a crate is built. `xtask/reviews.toml` says of each crate below
//! the facade which version was read, how much of it, and what was found; `docs/dependencies.md` is made of it.
//! A new version in `Cargo.lock` asks for a look at what has changed.

mod page;
mod tree;
mod unsafe_code;

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::Command;
use crate::args::Args;
use crate::report::report;
use tree::{Foreign, Id};
use unsafe_code::UnsafeCode;

pub(crate) const COMMAND: Command = Command {
    name: "reviews",
    takes: "[--bless]",
    about: "foreign crates with unsafe code below the facade were read; --bless writes the page",
    run: |mut args: Args| {
        let bless = args.flag("--bless");
        args.finish()?;
        run(bless)
    },
};

const REVIEWS: &str = "xtask/reviews.toml";
const PAGE: &str = "docs/dependencies.md";

/// What was read of one crate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    version: String,
    #[serde(default, rename = "unsafe")]
    unsafe_code: UnsafeCode,
    read: Read,
    /// What its `unsafe` code does.
    does: String,
    /// What its soundness rests on.
    rests_on: Option<String>,
    /// Which bytes of services, files and other programs reach it.
    input: String,
    /// What runs while it is built.
    build: Option<String>,
    /// What a reader would not expect.
    note: Option<String>,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Read {
    All,
    UnsafeCode,
    Part,
    Declarations,
}

type Reviews = BTreeMap<String, Review>;
type Crates = BTreeMap<Id, Foreign>;

/// What the source of a crate has in it.
struct Source<'a> {
    foreign: &'a Foreign,
    unsafe_code: UnsafeCode,
}

pub(crate) fn check() -> Result<()> {
    run(false)
}

fn run(bless: bool) -> Result<()> {
    let text = std::fs::read_to_string(REVIEWS).context(REVIEWS)?;
    let reviews: Reviews = toml::from_str(&text).context(REVIEWS)?;
    let crates = tree::read()?;
    let sources = sources(&crates, &reviews, bless)?;
    let mut findings = findings(&reviews, &sources);
    let page = page::render(&reviews, &sources);
    if bless {
        std::fs::write(PAGE, page).context(PAGE)?;
    } else if std::fs::read_to_string(PAGE).unwrap_or_default() != page {
        findings.push(format!("{PAGE} is out of date: run `cargo xtask reviews --bless`"));
    }
    println!("{} foreign crates below the facade, {} reviewed", sources.len(), reviews.len());
    report("reviews", &findings)
}

type Sources<'a> = BTreeMap<&'a Id, Source<'a>>;

/// Counts the `unsafe` code of the crates. Those of a version that was reviewed are as reviewed, since `Cargo.lock`
/// has the checksum of its source; with `recount` they are counted again.
fn sources<'a>(crates: &'a Crates, reviews: &Reviews, recount: bool) -> Result<Sources<'a>> {
    let source = |(id, foreign): (&'a Id, &'a Foreign)| {
        let review = reviews.get(&id.0).filter(|review| !recount && review.version == id.1);
        let unsafe_code = match review {
            Some(review) => review.unsafe_code,
            None => unsafe_code::count_in_crate(&foreign.folder)?,
        };
        Ok((id, Source { foreign, unsafe_code }))
    };
    crates.iter().map(source).collect()
}

/// Says of each crate that is not as its review says what to do.
fn findings(reviews: &Reviews, sources: &Sources<'_>) -> Vec<String> {
    let unreviewed = sources.iter().filter_map(|((name, version), source)| {
        let folder = source.foreign.folder.display();
        let found = source.unsafe_code;
        match reviews.get(name) {
            None if !found.is_empty() => Some(format!(
                "{name} {version}: unsafe code, {found}, without a review: read {folder}, \
                 and add what you found to {REVIEWS}"
            )),
            None if source.foreign.runs_at_build => Some(format!(
                "{name} {version}: runs while it is built, without a review: read its build script or \
                 macros in {folder}, and add what you found to {REVIEWS}"
            )),
            Some(review) if review.version != *version => Some(format!(
                "{name} {version}: {REVIEWS} has version {}; read what has changed \
                 (`diff -r {} {folder}`), then change the row",
                review.version,
                source.foreign.folder.with_file_name(format!("{name}-{}", review.version)).display(),
            )),
            Some(review) if review.unsafe_code != found => Some(format!(
                "{name} {version}: {REVIEWS} says `unsafe = {}`, the source has `unsafe = {found}`",
                review.unsafe_code
            )),
            _ => None,
        }
    });
    let is_there = |name: &String| sources.keys().any(|(known, _)| known == name);
    let left_over = reviews
        .keys()
        .filter(|name| !is_there(name))
        .map(|name| format!("{name}: not below the facade any more; delete it from {REVIEWS}"));
    unreviewed.chain(left_over).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REVIEW: &str = "
        [a]
        version = \"1.0.0\"
        unsafe = { blocks = 2 }
        read = \"unsafe-code\"
        does = \"Slices without checks.\"
        input = \"none\"
        ";

    /// Checks the findings for one crate `a`, against the review above or none.
    #[track_caller]
    fn check(review: &str, version: &str, blocks: usize, runs_at_build: bool, expected: &[&str]) {
        let reviews: Reviews = toml::from_str(review).unwrap();
        let id = ("a".to_owned(), version.to_owned());
        let foreign =
            Foreign { folder: "registry/a-1.0.1".into(), runs_at_build, ..Foreign::default() };
        let unsafe_code = UnsafeCode { blocks, ..UnsafeCode::default() };
        let sources = Sources::from([(&id, Source { foreign: &foreign, unsafe_code })]);
        let found = findings(&reviews, &sources);
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn reviewed_version_is_no_finding() {
        check(REVIEW, "1.0.0", 2, false, &[]);
        check("", "1.0.0", 0, false, &[]);
    }

    #[test]
    fn unsafe_code_without_a_review_is_a_finding() {
        check("", "1.0.0", 1, false, &["a 1.0.0: unsafe code, { blocks = 1 }, without a review"]);
    }

    #[test]
    fn build_code_without_a_review_is_a_finding() {
        check("", "1.0.0", 0, true, &["a 1.0.0: runs while it is built"]);
    }

    #[test]
    fn new_version_asks_for_the_difference() {
        check(REVIEW, "1.0.1", 2, false, &["`diff -r registry/a-1.0.0 registry/a-1.0.1`"]);
    }

    #[test]
    fn other_count_is_a_finding() {
        check(REVIEW, "1.0.0", 3, false, &["the source has `unsafe = { blocks = 3 }`"]);
    }

    #[test]
    fn review_of_a_crate_that_is_gone_is_a_finding() {
        let reviews: Reviews = toml::from_str(REVIEW).unwrap();
        let found = findings(&reviews, &Sources::new());
        assert_eq!(found, ["a: not below the facade any more; delete it from xtask/reviews.toml"]);
    }
}
