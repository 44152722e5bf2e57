//! `cargo xtask bench weight`: the cost of vestibule as a dependency, beside `aws-config`.
//!
//! The programs of `bench/programs` print the access key id of the default profile. Two do not:
//! `weight-empty`, and `weight-host`, which has the crates that most programs have already (tokio, an
//! HTTP client on rustls, serde and `serde_json`), and features that add vestibule or `aws-config`.
//! With `--clients`, the programs list the objects of an S3 bucket with clients of other projects.
//! The sources are fetched first. Then each program is built from nothing, in a target folder of its
//! own. Programs that are compared are built in turns, [`ROUNDS`] times. On a shared machine, the processor
//! time of a build differs by a fifth from run to run, so that the least time of each compiler counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use xshell::Cmd;

use crate::budgets;
use crate::report::report;
use crate::run::{cargo, write_script};

pub(super) const MANIFEST: [&str; 2] = ["--manifest-path", "bench/Cargo.toml"];

/// Two programs that do the same, one with vestibule and one with its peer. Each is the name of a package, or
/// `package+feature` for a package with this feature instead of its default features.
struct Comparison {
    /// The table in `budgets.toml`.
    budget: &'static str,
    ours: &'static str,
    peer: &'static str,
    /// A program with neither. If there is one, what the two add to it is compared.
    host: Option<&'static str>,
    /// Programs that are built and printed, but not compared.
    others: &'static [&'static str],
}

const CREDENTIALS: [Comparison; 2] = [
    Comparison {
        budget: "weight",
        ours: "weight-vestibule",
        peer: "weight-aws-config",
        host: None,
        others: &["weight-empty"],
    },
    Comparison {
        budget: "weight-marginal",
        ours: "weight-host+vestibule",
        peer: "weight-host+aws-config",
        host: Some("weight-host"),
        others: &["weight-host+vestibule-hyper"],
    },
];

const CLIENTS: [Comparison; 2] = [
    Comparison {
        budget: "weight-s3",
        ours: "weight-s3-vestibule",
        peer: "weight-s3-aws-config",
        host: None,
        others: &["weight-s3-aws-config+ring"],
    },
    Comparison {
        budget: "weight-object-store",
        ours: "weight-object-store-vestibule",
        peer: "weight-object-store-aws-config",
        host: None,
        others: &[],
    },
];

const ROUNDS: usize = 3;

#[derive(Clone, Copy)]
struct Weight {
    crates: usize,
    /// Processor time of the whole build.
    seconds: f64,
    /// Size of the stripped binary.
    megabytes: f64,
}

/// The processor seconds of the compiler of each crate, and of all [`REST`], such as build scripts that
/// compile C.
type Times = BTreeMap<String, f64>;

const REST: &str = "rest";

/// Runs a compiler, and writes the times of this shell and of the compiler into a file for its crate.
const WRAPPER: &str = r#"#!/bin/sh
"$@"
status=$?
crate=
for argument; do
    [ "$previous" = --crate-name ] && crate=$argument$crate
    case $argument in extra-filename=*) crate=$crate${argument#*=} ;; esac
    previous=$argument
done
times > "$COMPILER_TIMES/${crate:-none}"
exit $status
"#;

pub(crate) fn measure(clients: bool, lto: bool) -> Result<()> {
    cargo(["fetch", "--quiet"]).args(MANIFEST).run()?;
    let mut findings = Vec::new();
    for comparison in if clients { &CLIENTS } else { &CREDENTIALS } {
        for other in comparison.others {
            weigh(&[other], 1, lto)?;
        }
        let mut programs = vec![comparison.ours, comparison.peer];
        programs.extend(comparison.host);
        let weights = weigh(&programs, ROUNDS, lto)?;
        let (mut ours, mut peer) = (weights[0], weights[1]);
        if let Some(host) = weights.get(2) {
            (ours, peer) = (ours.without(host), peer.without(host));
            print("added by vestibule", ours);
            print("added by aws-config", peer);
        }
        // The budgets are for an ordinary release build.
        if !lto {
            findings.extend(over_budget(comparison, ours, peer)?);
        }
    }
    report("weight", &findings)
}

impl Weight {
    fn without(self, host: &Self) -> Self {
        Self {
            crates: self.crates.saturating_sub(host.crates),
            seconds: self.seconds - host.seconds,
            megabytes: self.megabytes - host.megabytes,
        }
    }
}

/// Returns a subcommand of cargo for a program.
fn cargo_for<const N: usize>(program: &str, args: [&str; N]) -> Cmd<'static> {
    let command = cargo(args).args(MANIFEST).arg("--package");
    match program.split_once('+') {
        Some((package, feature)) => {
            command.args([package, "--no-default-features", "--features", feature])
        }
        None => command.arg(program),
    }
}

/// Returns the command that builds a program in a folder of its own, and the path of the binary.
pub(super) fn build_command(program: &str) -> Result<(Cmd<'static>, PathBuf)> {
    let folder = std::path::absolute("bench/target")?.join(program);
    let command = cargo_for(program, ["build", "--quiet", "--release"]);
    let package = program.split('+').next().unwrap_or(program);
    Ok((command.arg("--target-dir").arg(&folder), folder.join("release").join(package)))
}

/// Builds programs in turns, and prints and returns the weight of each.
fn weigh(programs: &[&str], rounds: usize, lto: bool) -> Result<Vec<Weight>> {
    let mut least = vec![Times::new(); programs.len()];
    for _ in 0..rounds {
        for (program, least) in programs.iter().zip(&mut least) {
            for (part, seconds) in build(program, lto)? {
                let lowest = least.entry(part).or_insert(seconds);
                *lowest = lowest.min(seconds);
            }
        }
    }
    let mut weights = Vec::new();
    for (program, times) in programs.iter().zip(least) {
        let (_, binary) = build_command(program)?;
        let bytes = std::fs::metadata(binary)?.len();
        #[expect(clippy::cast_precision_loss, reason = "binaries are smaller than 2^52 bytes")]
        let megabytes = bytes as f64 / 1e6;
        let seconds = times.into_values().sum();
        let weight = Weight { crates: crates(program)?, seconds, megabytes };
        print(program, weight);
        weights.push(weight);
    }
    Ok(weights)
}

fn build(program: &str, lto: bool) -> Result<Times> {
    let (build, _) = build_command(program)?;
    let folder = std::path::absolute("bench/target")?.join(program);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let (wrapper, files) = (folder.join("wrapper"), folder.join("times"));
    std::fs::create_dir_all(&files)?;
    write_script(&wrapper, WRAPPER)?;
    let mut build =
        build.arg("--offline").env("RUSTC_WRAPPER", wrapper).env("COMPILER_TIMES", &files);
    if lto {
        build = build
            .env("CARGO_PROFILE_RELEASE_LTO", "fat")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1");
    }
    let before = children_seconds()?;
    build.run()?;
    let all = children_seconds()? - before;
    let mut times = Times::new();
    for file in std::fs::read_dir(files)? {
        let file = file?;
        let printed = std::fs::read_to_string(file.path())?;
        let seconds = compiler_seconds(&printed).ok_or_else(|| anyhow!("times: {printed}"))?;
        times.insert(file.file_name().to_string_lossy().into_owned(), seconds);
    }
    times.insert(REST.to_owned(), all - times.values().sum::<f64>());
    Ok(times)
}

/// Returns user and system time of the child, from the second line that `times` of a shell prints:
/// `0m1.25s 0m0.5s`.
fn compiler_seconds(printed: &str) -> Option<f64> {
    let seconds = |time: &str| {
        let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
        Some(60.0 * minutes.parse::<f64>().ok()? + seconds.parse::<f64>().ok()?)
    };
    let (user, system) = printed.lines().nth(1)?.split_once(' ')?;
    Some(seconds(user)? + seconds(system)?)
}

fn crates(program: &str) -> Result<usize> {
    let tree =
        cargo_for(program, ["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
            .read()?;
    // The crates of this workspace do not count.
    let is_foreign = |line: &&str| !line.starts_with("vestibule");
    let crates: BTreeSet<_> =
        tree.lines().filter(is_foreign).map(|line| line.trim_end_matches(" (*)")).collect();
    Ok(crates.len().saturating_sub(1))
}

/// User and system time of all processes that this one has waited for.
fn children_seconds() -> Result<f64> {
    let path = Path::new("/proc/self/stat");
    let stat = std::fs::read_to_string(path)
        .context("/proc/self/stat: CPU time is measured on Linux only")?;
    let ticks = children_ticks(&stat).ok_or_else(|| anyhow!("{}: {stat}", path.display()))?;
    Ok(ticks / TICKS)
}

/// `USER_HZ`, fixed on the platforms that Rust runs on.
/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>, read 2026-11.
const TICKS: f64 = 100.0;

/// Returns `cutime` and `cstime`, fields 16 and 17; field 2, in parentheses, may hold spaces.
fn children_ticks(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some(next()? + next()?)
}

fn print(name: &str, Weight { crates, seconds, megabytes }: Weight) {
    println!("{name:32} {crates:4} crates {seconds:8.1} CPU s {megabytes:8.2} MB");
}

fn over_budget(comparison: &Comparison, ours: Weight, peer: Weight) -> Result<Vec<String>> {
    let Comparison { budget: table, ours: program, .. } = comparison;
    let budgets = budgets::table(table)?;
    let mut findings = Vec::new();
    for (name, allowed) in budgets {
        // CPU time and size depend on the machine, so their budgets are relative to the peer.
        let (measured, unit) = match name.as_str() {
            "crates" => (f64::from(u32::try_from(ours.crates)?), "crates"),
            "cpu" => (1000.0 * ours.seconds / peer.seconds, "thousandths of the peer's CPU"),
            "size" => (1000.0 * ours.megabytes / peer.megabytes, "thousandths of the peer's size"),
            _ => return Err(anyhow!("[{table}] has an unknown budget `{name}`")),
        };
        println!("{program}: {measured:.0} {unit}, {allowed} allowed");
        if f64::from(allowed) < measured {
            findings.push(format!(
                "{program}: {name} over its budget; `cargo build --timings` shows where it goes"
            ));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_shell_are_those_of_its_child() {
        let printed = "0m0.000000s 0m0.001000s\n1m1.250000s 0m0.500000s\n";
        assert_eq!(compiler_seconds(printed), Some(61.75));
    }

    #[test]
    fn name_with_spaces_does_not_shift_the_fields() {
        let stat = "7 (a b) c) R 1 2 3 4 5 6 7 8 9 10 11 12 250 50 20 0";
        assert_eq!(children_ticks(stat), Some(300.0));
    }
}
