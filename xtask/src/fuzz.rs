//! `cargo xtask fuzz`: runs the fuzz targets of `fuzz/src/lib.rs` with libFuzzer.
//!
//! `cargo fuzz` needs a nightly compiler for its `-Z` flags.
//! Coverage itself is an LLVM pass that the stable compiler runs when told so, and that is all libFuzzer needs;
//! what a nightly adds is a sanitizer, of little use without `unsafe`.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};

use crate::Command;
use crate::args::Args;
use crate::report::Hint as _;
use crate::run::{cargo, program};

pub(crate) const COMMAND: Command = Command {
    name: "fuzz",
    takes: "[TARGET] [--seconds N]",
    about: "run a fuzz target, or all of them (default: 60 seconds per target)",
    run: |mut args: Args| {
        let seconds = args.value("--seconds")?;
        let target = args.positional()?;
        args.finish()?;
        let seconds = seconds.as_deref().unwrap_or("60").parse();
        let seconds = seconds.map_err(|_| anyhow!("`--seconds` wants a whole number"))?;
        fuzz(target.as_deref(), seconds)
    },
};

/// The flags of `cargo fuzz`, without those of the sanitizer.
const FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Ccodegen-units=1",
    "-Cdebug-assertions",
    "--cfg",
    "fuzzing",
];

/// Inputs found here stay here: the committed corpus is small and chosen by hand.
const FOUND: &str = "fuzz/target/found";

/// Inputs that failed a target.
const BROKEN: &str = "fuzz/target/broken";

fn fuzz(target: Option<&str>, seconds: u64) -> Result<()> {
    let targets = targets()?;
    let chosen: Vec<_> =
        targets.iter().filter(|name| target.is_none_or(|target| target == *name)).collect();
    if chosen.is_empty() {
        return Err(anyhow!("no such target; there are {}", targets.join(", ")));
    }
    let host = host()?;
    for target in chosen {
        build(target, &host)?;
        run(target, &host, seconds)?;
    }
    Ok(())
}

fn targets() -> Result<Vec<String>> {
    let folder = "fuzz/fuzz_targets";
    let entries = std::fs::read_dir(folder).with_context(|| folder.to_owned())?;
    let name = |path: &Path| Some(path.file_stem()?.to_str()?.to_owned());
    let mut targets: Vec<_> = entries.flatten().filter_map(|entry| name(&entry.path())).collect();
    targets.sort();
    Ok(targets)
}

/// Named to cargo, the target keeps the coverage flags away from build scripts and procedural macros.
fn host() -> Result<String> {
    let version = program("rustc").arg("-vV").read()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(ToOwned::to_owned).ok_or_else(|| anyhow!("`rustc -vV` names no host"))
}

fn build(target: &str, host: &str) -> Result<()> {
    cargo([
        "build",
        "--release",
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--target-dir",
        "fuzz/target",
    ])
    .args(["--target", host, "--bin", target])
    .env("RUSTFLAGS", FLAGS.join(" "))
    .run()
    .hint("libFuzzer is C++: it wants a C++ compiler")
}

fn run(target: &str, host: &str, seconds: u64) -> Result<()> {
    let [found, broken] = [FOUND, BROKEN].map(|folder| format!("{folder}/{target}/"));
    for folder in [&found, &broken] {
        std::fs::create_dir_all(folder).with_context(|| folder.to_owned())?;
    }
    program(format!("fuzz/target/{host}/release/{target}"))
        .args([&found, &format!("fuzz/corpus/{target}")])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={broken}"))
        .arg("-print_final_stats=1")
        .run()
        .hint(format!("the input is in {broken}: commit it as fuzz/corpus/{target}/<descriptive-name>, then fix the bug"))
}
