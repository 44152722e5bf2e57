//! Static programs on musl, and arm64 under qemu.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use xshell::Cmd;

use super::demo::demo;
use super::faults::EmulatorFault;
use super::release::{self, MUSL, most_bytes};
use super::table::Row;
use super::tests::{Runner, suite};
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
    let [library, object] = ["libunwind.a", "find-object.o"].map(|name| libraries.join(name));
    std::fs::copy(unwinder, &library).context("libgcc_eh.a")?;
    let source = "xtask/src/cross/find-object.c";
    program("musl-gcc").args(["-c", source, "-o"]).arg(&object).run()?;
    program("ar").arg("r").arg(&library).arg(object).run()?;
    let flags = format!(
        "-C link-self-contained=no -C relocation-model=static -L native={}",
        libraries.display()
    );
    let build = cargo("test", MUSL)
        .env(setting(MUSL, "LINKER"), "musl-gcc")
        .env(setting(MUSL, "RUSTFLAGS"), flags);
    let packages = [&BELOW[..], &LIBRARIES].concat();
    Ok(vec![suite(MUSL_TESTS, build, &packages, &here(), &[], "musl-tests")?])
}

/// Runs programs of Linux, those of other processors too where the system knows their emulator.
fn here() -> Runner {
    Runner { words: Vec::new(), vars: Vec::new(), threads: 2, clean_up: |_| {} }
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

/// Runs the tests of the crates that touch the machine, of what is below them, and the demo, under
/// qemu.
pub(super) fn arm64() -> Result<Vec<Row>> {
    require(&["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross", "qemu-user"])?;
    run_arm64_programs()?;
    FAULT.prove(program(ARM_GCC), &["-static"], &here())?;
    let build = |command: &str| {
        cargo(command, ARM)
            .env(setting(ARM, "LINKER"), ARM_GCC)
            // They need no libraries of arm64 then.
            .env(setting(ARM, "RUSTFLAGS"), "-Ctarget-feature=+crt-static")
    };
    let packages = [&BELOW[..], &LIBRARIES].concat();
    let suite = suite(ARM, build("test"), &packages, &here(), &[&FAULT], "arm64")?;
    Ok(vec![suite, demo(ARM, ARM_DEMO, build("build"), &here(), "arm64")?])
}

const ARM_DEMO: &str = "aarch64-unknown-linux-gnu, demo";
const ARM_GCC: &str = "aarch64-linux-gnu-gcc";

const FAULT: EmulatorFault = EmulatorFault {
    package: "vestibule-os",
    tests: &["browser::browser_is_started", "browser::file_url_or_missing_browser"],
    reason: "qemu reports a missing program as started",
    proof: "qemu-spawn.c",
    output: "started",
};

/// Makes the system run programs of arm64 with qemu, until it is started again: a test starts programs
/// of its own. Fails without root.
fn run_arm64_programs() -> Result<()> {
    const FOLDER: &str = "/proc/sys/fs/binfmt_misc";
    /// The first bytes of such a program, and which bits of them count; `F` opens qemu now.
    const RULE: &str = concat!(
        r":qemu-aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00",
        r":\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff",
        ":/usr/bin/qemu-aarch64:F"
    );
    if !Path::new(FOLDER).join("register").exists() {
        program("mount").args(["-t", "binfmt_misc", "binfmt_misc", FOLDER]).run()?;
    }
    if !Path::new(FOLDER).join("qemu-aarch64").exists() {
        std::fs::write(Path::new(FOLDER).join("register"), RULE).context(FOLDER)?;
    }
    Ok(())
}
