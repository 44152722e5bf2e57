//! `cargo xtask mutants`: finds changes of a crate's code that the crate's tests do not catch.
//!
//! `cargo-mutants` replaces one function body or operator at a time and runs the crate's tests.
//! A mutant that they miss shows a rule without a test. `xtask/mutants.toml` lists exceptions, each with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde::Deserialize;

use crate::Command;
use crate::args::Args;
use crate::report::{Hint as _, report};
use crate::run::{cargo, succeeds};

pub(crate) const COMMAND: Command = Command {
    name: "mutants",
    takes: "[CRATE] [--shard K/N]",
    about: "changes of the code that the crate's own tests miss (four hours for all; 95 % must be caught)",
    run: |mut args: Args| {
        let shard = args.value("--shard")?;
        let chosen = args.positional()?;
        args.finish()?;
        run(chosen.as_deref(), shard.as_deref())
    },
};

/// The crates that make the decisions. The others carry them out.
const CRATES: &[&str] = &[
    "types", "config", "cache", "wire", "profile", "oidc", "portal", "sts", "provider", "sso",
    "chain",
];

/// Mutants that may be missed, by crate.
const ALLOWED: &str = "xtask/mutants.toml";

/// The number of mutants that the tests must catch, for each thousand that compile.
const MIN_CAUGHT: usize = 950;

/// The timeout for the tests of one mutant. A mutant that exceeds it, as in an endless loop, is caught.
const SECONDS_PER_MUTANT: &str = "60";

/// Settings that save time for each mutant: incremental builds without debug information, fewer cases of
/// property tests without shrinking, and no backtraces of failing tests.
const FAST: [(&str, &str); 6] = [
    ("CARGO_INCREMENTAL", "1"),
    ("CARGO_PROFILE_DEV_DEBUG", "none"),
    ("CARGO_PROFILE_TEST_DEBUG", "none"),
    ("PROPTEST_CASES", "64"),
    ("PROPTEST_MAX_SHRINK_ITERS", "0"),
    ("RUST_BACKTRACE", "0"),
];

fn run(chosen: Option<&str>, shard: Option<&str>) -> Result<()> {
    let is_known = chosen.is_none_or(|chosen| CRATES.contains(&chosen));
    ensure!(is_known, "unknown crate; expected one of {}", CRATES.join(", "));
    ensure!(
        succeeds(cargo(["mutants", "--version"])),
        "cargo-mutants is missing\nhint: type `cargo install cargo-mutants --version '^27' --locked`"
    );
    let mut allowed = allowed()?;
    let mut findings = Vec::new();
    for name in CRATES.iter().filter(|name| chosen.is_none_or(|chosen| chosen == **name)) {
        let outcomes = test(name, shard)?;
        let allowed = allowed.remove(*name).unwrap_or_default();
        findings.extend(compare(name, &outcomes, &allowed, shard.is_none()));
    }
    report("mutants", &findings)
}

/// One entry of `xtask/mutants.toml`: mutants that no test has to catch, and the reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    mutants: Vec<String>,
    #[expect(dead_code, reason = "only readers of the file need it")]
    reason: String,
}

fn allowed() -> Result<BTreeMap<String, Vec<Allowed>>> {
    let text = std::fs::read_to_string(ALLOWED).context(ALLOWED)?;
    toml::from_str(&text).context(ALLOWED)
}

/// The mutants of one crate that its tests caught and missed. Names are without line and column, which
/// move.
#[derive(Default)]
struct Outcomes {
    caught: usize,
    missed: BTreeSet<String>,
    missed_count: usize,
}

/// Runs the tests of one crate against each of its mutants.
fn test(name: &str, shard: Option<&str>) -> Result<Outcomes> {
    let folder = PathBuf::from("target/mutants").join(name);
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let shard = shard.map(|shard| format!("--shard={shard}"));
    // The mutated copy of the workspace builds here, so that foreign crates are built once.
    let build = std::path::absolute("target/mutants/build")?;
    cargo(["mutants", "--all-features", "--no-shuffle", "--timeout", SECONDS_PER_MUTANT])
        .env("CARGO_TARGET_DIR", build)
        .envs(FAST)
        .args(["--package", &format!("vestibule-{name}")])
        .arg("--output")
        .arg(&folder)
        .args(shard)
        // No doctests: they are built one by one, and the tests check the same.
        .args(["--", "--tests"])
        .ignore_status()
        .run()?;
    let path = folder.join("mutants.out/outcomes.json");
    read(&path).hint("the tests have to pass without a mutant")
}

#[derive(Deserialize)]
struct File {
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: String,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant(Mutant),
}

#[derive(Deserialize)]
struct Mutant {
    name: String,
}

fn read(path: &Path) -> Result<Outcomes> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let file: File = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let mut outcomes = Outcomes::default();
    for Outcome { scenario, summary } in file.outcomes {
        let Scenario::Mutant(mutant) = scenario else {
            ensure!(summary == "Success", "the tests fail without a mutant");
            continue;
        };
        match summary.as_str() {
            "CaughtMutant" | "Timeout" => outcomes.caught += 1,
            "MissedMutant" => {
                outcomes.missed_count += 1;
                outcomes.missed.insert(without_position(&mutant.name)?);
            }
            // The mutant does not compile.
            "Unviable" => {}
            other => return Err(anyhow!("`{}` has the unknown outcome `{other}`", mutant.name)),
        }
    }
    Ok(outcomes)
}

/// `src/key.rs:12:5: replace f with ()` → `src/key.rs: replace f with ()`
fn without_position(name: &str) -> Result<String> {
    let (position, change) = name.split_once(": ").with_context(|| name.to_owned())?;
    let file = position.split(':').next().unwrap_or(position);
    Ok(format!("{file}: {change}"))
}

/// Compares the missed mutants with the list. Only the mutants of a whole crate (`is_whole`) show that an entry of
/// the list is no longer needed.
fn compare(name: &str, outcomes: &Outcomes, allowed: &[Allowed], is_whole: bool) -> Vec<String> {
    let listed: BTreeSet<&str> =
        allowed.iter().flat_map(|entry| &entry.mutants).map(String::as_str).collect();
    let viable = outcomes.caught + outcomes.missed_count;
    println!("{name}: {} of {viable} caught", outcomes.caught);
    let mut findings = Vec::new();
    if outcomes.caught * 1000 < viable * MIN_CAUGHT {
        findings.push(format!("{name}: fewer than {} % are caught", MIN_CAUGHT / 10));
    }
    for missed in outcomes.missed.iter().filter(|missed| !listed.contains(missed.as_str())) {
        findings.push(format!(
            "{missed}: no test catches it; write a test of the rule, or add it to {ALLOWED} with a reason"
        ));
    }
    if is_whole {
        for caught in listed.iter().filter(|listed| !outcomes.missed.contains(**listed)) {
            findings.push(format!(
                "{caught}: is caught now, or no longer exists; remove it from {ALLOWED}"
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_a_mutant_loses_its_position() -> Result<()> {
        let name = "crates/a/src/key.rs:12:5: replace f -> Path with Path::new(\"a: b\")";
        assert_eq!(
            without_position(name)?,
            "crates/a/src/key.rs: replace f -> Path with Path::new(\"a: b\")"
        );
        Ok(())
    }

    #[test]
    fn missed_mutant_is_a_finding_unless_it_is_listed() {
        let outcomes = Outcomes {
            caught: 98,
            missed: BTreeSet::from(["a".to_owned(), "b".to_owned()]),
            missed_count: 2,
        };
        let allowed = [Allowed { mutants: vec!["b".into(), "c".into()], reason: String::new() }];
        let findings = compare("types", &outcomes, &allowed, true);
        let subjects: Vec<_> = findings.iter().map(|finding| finding.split(':').next()).collect();
        assert_eq!(subjects, [Some("a"), Some("c")]);
        assert_eq!(compare("types", &outcomes, &allowed, false).len(), 1);
    }

    #[test]
    fn few_caught_mutants_are_a_finding() {
        let outcomes =
            Outcomes { caught: 9, missed: BTreeSet::from(["a".to_owned()]), missed_count: 1 };
        let allowed = [Allowed { mutants: vec!["a".into()], reason: String::new() }];
        assert_eq!(compare("types", &outcomes, &allowed, true).len(), 1);
    }
}
