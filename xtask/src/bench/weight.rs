//! `cargo xtask bench weight`: what a program pays for being able to sign in.
//!
//! Each program of `bench/programs` prints the access key id of the default profile, but for the empty one;
//! with `--clients`, what is in S3, through clients of others.
//! Each is built from nothing in a target folder of its own; the sources are fetched before the clock starts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::budgets;
use crate::counts;
use crate::failure::{Failure, Result, report};
use crate::run::cargo;

pub(super) const MANIFEST: [&str; 2] = ["--manifest-path", "bench/Cargo.toml"];

/// Programs that do the same; the last is the yardstick.
struct Contest {
    programs: &'static [&'static str],
    /// Ours among them.
    ours: usize,
    /// The table of its budget.
    budget: &'static str,
}

/// The program of every day: credentials, and nothing done with them.
const CREDENTIALS: Contest = Contest {
    programs: &["weight-empty", "weight-vestibule", "weight-aws-config"],
    ours: 1,
    budget: "weight",
};

/// Programs that do something with them, through clients of others.
const CLIENTS: [Contest; 2] = [
    Contest {
        programs: &["weight-s3-vestibule", "weight-s3-aws-config-ring", "weight-s3-aws-config"],
        ours: 0,
        budget: "weight-s3",
    },
    Contest {
        programs: &["weight-object-store-vestibule", "weight-object-store-aws-config"],
        ours: 0,
        budget: "weight-object-store",
    },
];

struct Weight {
    program: &'static str,
    crates: usize,
    /// Processor time of the whole build.
    seconds: f64,
    /// Of the stripped binary.
    bytes: u64,
}

pub(crate) fn measure(clients: bool, lto: bool) -> Result {
    cargo(["fetch", "--quiet"]).args(MANIFEST).run()?;
    let contests = if clients { &CLIENTS[..] } else { &[CREDENTIALS] };
    let mut findings = Vec::new();
    for contest in contests {
        let programs = contest.programs.iter();
        let weights = programs.map(|program| weigh(program, lto)).collect::<Result<Vec<_>>>()?;
        print(&weights);
        // The promise is made for an ordinary release build.
        if let (Some(ours), Some(yardstick), false) =
            (weights.get(contest.ours), weights.last(), lto)
        {
            findings.extend(over_budget(contest.budget, ours, yardstick)?);
        }
    }
    report("weight", &findings)
}

fn weigh(program: &'static str, lto: bool) -> Result<Weight> {
    let folder = PathBuf::from("bench/target").join(program);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(Failure::at(&folder))?;
    }
    let mut build = cargo(["build", "--quiet", "--release", "--offline", "--package", program])
        .args(MANIFEST)
        .arg("--target-dir")
        .arg(&folder);
    if lto {
        build = build
            .env("CARGO_PROFILE_RELEASE_LTO", "fat")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1");
    }
    let before = children_seconds()?;
    build.run()?;
    let seconds = children_seconds()? - before;
    let binary = folder.join("release").join(program);
    let bytes = std::fs::metadata(&binary).map_err(Failure::at(&binary))?.len();
    Ok(Weight { program, crates: crates(program)?, seconds, bytes })
}

fn crates(program: &str) -> Result<usize> {
    let tree = cargo([
        "tree",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--package",
        program,
    ]);
    let tree = tree.args(MANIFEST).read()?;
    let crates: BTreeSet<_> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    Ok(crates.len().saturating_sub(1))
}

/// User and system time of every process that ended below this one.
fn children_seconds() -> Result<f64> {
    let path = Path::new("/proc/self/stat");
    let stat = std::fs::read_to_string(path)
        .map_err(|error| Failure::at(path)(error).fix("this is measured on Linux"))?;
    children_ticks(&stat)
        .map(|ticks| ticks / TICKS)
        .ok_or_else(|| Failure::new(format!("{}: {stat}", path.display())))
}

/// `USER_HZ`, fixed on the platforms that Rust runs on.
/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>, read 2026-11.
const TICKS: f64 = 100.0;

/// `cutime` and `cstime`, the 16th and 17th field; the second, a name in parentheses, may hold spaces.
fn children_ticks(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some(next()? + next()?)
}

fn print(weights: &[Weight]) {
    println!("\n| program | crates | CPU s to build | stripped MB |");
    println!("|---|---:|---:|---:|");
    for Weight { program, crates, seconds, bytes } in weights {
        println!("| {program} | {crates} | {seconds:.1} | {:.2} |", megabytes(*bytes));
    }
}

#[expect(clippy::cast_precision_loss, reason = "binaries are smaller than 2^52 bytes")]
pub(super) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn over_budget(table: &str, ours: &Weight, yardstick: &Weight) -> Result<Vec<String>> {
    let budgets = counts::read(Path::new(budgets::FILE), table)?;
    let shares = [
        ("cpu", ours.seconds / yardstick.seconds),
        ("size", megabytes(ours.bytes) / megabytes(yardstick.bytes)),
    ];
    let mut findings = Vec::new();
    for (name, share) in shares {
        let Some(&allowed) = budgets.get(name) else {
            return Err(Failure::new(format!("{}: no `{name}` below `[{table}]`", budgets::FILE)));
        };
        let (percent, allowed) = (100.0 * share, f64::from(allowed) / 10.0);
        println!("{name}: {percent:.1} % of {}, {allowed:.1} % allowed", yardstick.program);
        if allowed < percent {
            findings.push(format!(
                "{}: {name} over its budget; `cargo build --timings` shows where it goes",
                ours.program,
            ));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_does_not_move_the_fields() {
        let stat = "7 (a b) c) R 1 2 3 4 5 6 7 8 9 10 11 12 250 50 20 0";
        assert_eq!(children_ticks(stat), Some(300.0));
    }
}
