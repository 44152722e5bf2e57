//! Debian's compiler, whose packages have the source of the standard library for every target.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use xshell::Cmd;

use crate::report::Hint as _;
use crate::run::{program, succeeds};

const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

/// The parts of the standard library that are built. One list for all steps: another list would
/// build it again.
const STD: &str = "-Zbuild-std=std,panic_abort,test,proc_macro";

/// Where everything is built.
pub(super) const TARGET_DIR: &str = "target/cross";

/// Installs packages of Debian, those of the compiler included, unless they are installed already.
pub(crate) fn require(packages: &[&str]) -> Result<()> {
    let is_installed = |name: &&str| succeeds(program("dpkg").args(["--status", name]));
    let wanted: Vec<&str> = PACKAGES.iter().chain(packages).copied().collect();
    let missing: Vec<&str> =
        wanted.iter().filter(|package| !is_installed(package)).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let hint = format!("on Debian 12, as root: apt-get install {}", missing.join(" "));
    program("apt-get").args(["update", "--quiet"]).run().hint(&hint)?;
    program("apt-get")
        .args(["install", "--quiet", "--yes", "--no-install-recommends"])
        .args(missing)
        .run()
        .hint(hint)
}

/// `cargo COMMAND` with a standard library built for the target, and warnings as errors.
pub(super) fn cargo(command: &str, target: &str) -> Cmd<'static> {
    compiler(command, target).arg(STD)
}

/// The same without the standard library's option, for a step that needs another list.
pub(super) fn compiler(command: &str, target: &str) -> Cmd<'static> {
    program("/usr/bin/cargo")
        .args([command, "-Zwarnings", "--config", "build.warnings=\"deny\"", "--target", target])
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTDOC", "/usr/bin/rustdoc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", TARGET_DIR)
        .env("CARGO_INCREMENTAL", "0")
        // Panics name their lines without it; a third of the disk and of the linking is saved.
        .env("CARGO_PROFILE_DEV_DEBUG", "none")
        // The libraries of the compiler that runs xtask.
        .env_remove("LD_LIBRARY_PATH")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTFLAGS")
}

/// Returns the commit that is built, which a release names in `--version --json`.
pub(super) fn commit() -> Result<String> {
    Ok(program("git").args(["rev-parse", "HEAD"]).read()?)
}

/// The name of cargo's setting for a target: `CARGO_TARGET_X86_64_…_RUNNER`.
pub(super) fn setting(target: &str, key: &str) -> String {
    format!("CARGO_TARGET_{}_{key}", target.to_uppercase().replace('-', "_"))
}

/// Creates a folder below the target folder and returns its absolute path.
pub(super) fn folder(name: &str) -> Result<PathBuf> {
    let folder = std::path::absolute(TARGET_DIR)?.join(name);
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}
