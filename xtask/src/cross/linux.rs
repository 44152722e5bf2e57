//! Static programs on musl, and arm64 under qemu.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use xshell::Cmd;

use super::release::{self, MUSL, most_bytes};
use super::table::Row;
use super::tests::{Runner, run};
use super::toolchain::{TARGET_DIR, cargo, compiler, folder, require, setting};
use crate::run::program;

const MUSL_TESTS: &str = "x86_64-unknown-linux-musl, tests";
const GLIBC: &str = "x86_64-unknown-linux-gnu";

/// Builds the programs for release without any shared library, and compares the start of
/// `vestibule` with that of the ordinary build.
pub(super) fn musl() -> Result<Vec<Row>> {
    let path = release::static_programs()?.join("vestibule");
    let ordinary = build_ordinary()?;
    let starts = start_times([program(ordinary), program(&path)])?;
    Ok(vec![release_row(MUSL, "static", &path, starts, "musl")?])
}

/// Runs the tests of the libraries that touch the machine and of what is below them, as static
/// programs.
pub(super) fn musl_tests() -> Result<Vec<Row>> {
    require(&["musl-tools"])?;
    // std links libunwind, and tests unwind: GCC has the same functions in a library of its own.
    let libraries = folder("musl-tests")?;
    let unwinder = program("gcc").arg("-print-file-name=libgcc_eh.a").read()?;
    std::fs::copy(unwinder, libraries.join("libunwind.a")).context("libgcc_eh.a")?;
    let flags = format!(
        "-C link-self-contained=no -C relocation-model=static -L native={}",
        libraries.display()
    );
    let mut build = cargo("test", MUSL)
        .arg("--tests")
        .env(setting(MUSL, "LINKER"), "musl-gcc")
        .env(setting(MUSL, "RUSTFLAGS"), flags);
    for package in BELOW.iter().chain(&LIBRARIES) {
        build = build.args(["--package", package]);
    }
    // Nothing is in front of them.
    let runner =
        Runner { words: vec!["env".into()], vars: Vec::new(), threads: 2, clean_up: |_| {} };
    let counts = run(build, &runner, &[])?;
    Ok(vec![Row {
        target: MUSL_TESTS,
        built: BELOW.iter().chain(&LIBRARIES).copied().collect::<Vec<_>>().join(", "),
        passed: counts.passed,
        failed: counts.failures.len(),
        not_run: counts.remarks("the tests of the program"),
        step: "musl-tests",
    }])
}

/// Builds the program for release as most users have it.
pub(super) fn build_ordinary() -> Result<PathBuf> {
    compiler("build", GLIBC).args(RELEASE).run()?;
    Ok(built(GLIBC, "release", "vestibule"))
}

const RELEASE: [&str; 5] = ["--bin", "vestibule", "--release", "--package", "vestibule-cli"];

/// Returns the row of a program for release, which must be small and start like the ordinary one.
pub(super) fn release_row(
    target: &'static str,
    kind: &str,
    program: &Path,
    [ordinary, start]: [Duration; 2],
    step: &'static str,
) -> Result<Row> {
    /// Times the start of the ordinary program.
    const SLOWEST: f64 = 1.3;
    let size = std::fs::metadata(program).with_context(|| program.display().to_string())?.len();
    let built = format!(
        "the program for release, {kind}: {} kB, starts in {:.1} ms ({:.1} ms with glibc)",
        size / 1000,
        start.as_secs_f64() * 1e3,
        ordinary.as_secs_f64() * 1e3
    );
    println!("{target}: {built}");
    let most_bytes = most_bytes(target);
    ensure!(size <= most_bytes, "{target}: the program has {size} bytes, over {most_bytes}");
    ensure!(
        start.as_secs_f64() <= SLOWEST * ordinary.as_secs_f64(),
        "{target}: the program starts {SLOWEST} times as slowly as with glibc"
    );
    let not_run = "all tests: the program for release alone is built".to_owned();
    Ok(Row { target, built, passed: 0, failed: 0, not_run, step })
}

/// The path of a program that was built for a target.
pub(super) fn built(target: &str, profile: &str, name: &str) -> PathBuf {
    Path::new(TARGET_DIR).join(target).join(profile).join(name)
}

/// Returns the median time of starting each program, which prints its version. They take turns, so
/// that other work on the machine slows all of them.
pub(super) fn start_times<const N: usize>(programs: [Cmd<'_>; N]) -> Result<[Duration; N]> {
    const RUNS: usize = 101;
    let programs = programs.map(|program| program.arg("--version").quiet().ignore_stdout());
    let mut times = [const { Vec::new() }; N];
    for _ in 0..RUNS {
        for (program, times) in programs.iter().zip(&mut times) {
            let start = Instant::now();
            program.run()?;
            times.push(start.elapsed());
        }
    }
    Ok(times.map(|mut times| {
        times.sort();
        times[RUNS / 2]
    }))
}

const ARM: &str = "aarch64-unknown-linux-gnu";

/// The libraries that touch the machine.
pub(super) const LIBRARIES: [&str; 4] =
    ["vestibule-os", "vestibule-types", "vestibule-hyper", "vestibule-serve"];

/// The libraries with the files, the refresh and the sign-in of a session.
const BELOW: [&str; 3] = ["vestibule-config", "vestibule-cache", "vestibule-sso"];

/// Runs the tests of the crates that touch the machine, and of what is below them, under qemu.
pub(super) fn arm64() -> Result<Vec<Row>> {
    require(&["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross", "qemu-user"])?;
    let mut build =
        cargo("test", ARM).arg("--tests").env(setting(ARM, "LINKER"), "aarch64-linux-gnu-gcc");
    for package in BELOW.iter().chain(&LIBRARIES) {
        build = build.args(["--package", package]);
    }
    let words = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"].map(str::to_owned).to_vec();
    let runner = Runner { words, vars: Vec::new(), threads: 2, clean_up: |_| {} };
    // The first starts programs that do not exist; `qemu-spawn.c` shows what is wrong. The others
    // start themselves in a terminal, and the system has no loader for programs of arm64.
    let skipped =
        ["browser::", "prompts_at_the_terminal", "reads_from_the_terminal", "without_prompts"];
    let counts = run(build, &runner, &skipped)?;
    Ok(vec![Row {
        target: ARM,
        built: BELOW.iter().chain(&LIBRARIES).copied().collect::<Vec<_>>().join(", "),
        passed: counts.passed,
        failed: counts.failures.len(),
        not_run: counts.remarks(
            "the tests of the program, of browsers and of a terminal: qemu does not run what a \
             program starts, and reports a missing one as started",
        ),
        step: "arm64",
    }])
}
