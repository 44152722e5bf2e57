//! A static program on musl, and arm64 under qemu.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::table::Row;
use super::tests::run;
use super::toolchain::{self, TARGET_DIR, cargo, folder, require, setting};
use crate::run::program;

const MUSL: &str = "x86_64-unknown-linux-musl";
const GLIBC: &str = "x86_64-unknown-linux-gnu";

/// Builds the program for release without any shared library, runs the library's tests, and
/// compares its start with that of the ordinary build.
pub(super) fn musl() -> Result<Vec<Row>> {
    require(&["musl-tools"])?;
    // std asks for libunwind, which it needs for backtraces alone.
    let stub = folder("musl")?;
    program("ar").arg("crs").arg(stub.join("libunwind.a")).run()?;
    let flags = format!("-C link-self-contained=no -L native={}", stub.display());
    let release = ["--bin", "vestibule", "--release", "--package", "vestibule-cli"];
    toolchain::compiler("rustc", MUSL)
        .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features="])
        .args(release)
        .args(["--", "-C", "target-feature=+crt-static", "-C", "relocation-model=static"])
        .env(setting(MUSL, "LINKER"), "musl-gcc")
        .env(setting(MUSL, "RUSTFLAGS"), flags)
        .run()?;
    toolchain::compiler("build", GLIBC).args(release).run()?;
    let [program, ordinary] = [MUSL, GLIBC].map(|target| built(target, "release", "vestibule"));
    let size = std::fs::metadata(&program).context("the program")?.len();
    let [start, ordinary_start] = [start_time(&program)?, start_time(&ordinary)?];
    Ok(vec![Row {
        target: MUSL,
        built: format!(
            "the program, static: {} kB, starts in {:.1} ms ({:.1} ms with glibc)",
            size / 1000,
            start.as_secs_f64() * 1e3,
            ordinary_start.as_secs_f64() * 1e3
        ),
        passed: 0,
        failed: 0,
        not_run: "all tests: the program alone is built".into(),
        step: "musl",
    }])
}

/// The path of a program that was built for a target.
pub(super) fn built(target: &str, profile: &str, name: &str) -> PathBuf {
    Path::new(TARGET_DIR).join(target).join(profile).join(name)
}

/// The median time of starting a program, which prints its version.
fn start_time(path: &Path) -> Result<Duration> {
    const RUNS: usize = 101;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        program(path).arg("--version").quiet().ignore_stdout().run()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[RUNS / 2])
}

const ARM: &str = "aarch64-unknown-linux-gnu";

/// Runs the tests of the crates that touch the machine under qemu.
pub(super) fn arm64() -> Result<Vec<Row>> {
    require(&["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross", "qemu-user"])?;
    let counts = run(cargo("test", ARM)
        .arg("--no-fail-fast")
        .args(["--package", "vestibule-os", "--package", "vestibule-config"])
        .args(["--package", "vestibule-cli", "--bin", "vestibule", "--test", "it", "--lib"])
        .args(["--", "--skip", "signals::", "--skip", "kill::"])
        .env(setting(ARM, "LINKER"), "aarch64-linux-gnu-gcc")
        .env(setting(ARM, "RUNNER"), "qemu-aarch64 -L /usr/aarch64-linux-gnu"))?;
    Ok(vec![Row {
        target: ARM,
        built: "the program and its tests".into(),
        passed: counts.passed,
        failed: counts.failed,
        not_run: "kills at random instants: qemu is too slow to hit them".into(),
        step: "arm64",
    }])
}
