//! The main job with the programs of another platform, as `cargo xtask demo` runs it with this one's.

use anyhow::{Context as _, Result, ensure};
use xshell::Cmd;

use super::linux::built;
use super::table::Row;
use super::tests::Runner;

/// Builds the programs with `cargo build`, and runs the main job against the emulator.
pub(super) fn demo(
    target: &'static str,
    row: &'static str,
    build: Cmd<'_>,
    runner: &Runner,
    step: &'static str,
) -> Result<Row> {
    let packages = ["vestibule-cli", "vestibule-emulator", "vestibule-e2e"];
    let packages = packages.iter().flat_map(|package| ["--package", package]);
    build.arg("--bins").args(packages).run()?;
    let suffix = if target.contains("windows") { ".exe" } else { "" };
    let demo = std::path::absolute(built(target, "debug", &format!("demo{suffix}")))?;
    let status = runner.command(&demo).status().context("could not run the demo")?;
    ensure!(status.success(), "{row}: the demo failed");
    Ok(Row {
        target: row,
        built: "the main job: sign-in, credentials, refresh, expired session, sign-out".into(),
        passed: 1,
        failed: 0,
        not_run: String::new(),
        step,
    })
}
