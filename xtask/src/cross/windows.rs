//! Windows programs, built with mingw and run by Wine.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use xshell::Cmd;

use super::linux::built;
use super::table::Row;
use super::tests::run;
use super::toolchain::{cargo, folder, require, setting};
use crate::run::program;

const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// The crates with code for Windows of their own.
const LIBRARIES: [&str; 2] = ["vestibule-os", "vestibule-types"];

/// Tests that fail for a reason of Wine's, with the reason.
const UNLIKE_WINDOWS: [(&str, &str); 0] = [];

/// The libraries with code for Windows, and the whole suite of the program.
pub(super) fn all() -> Result<Vec<Row>> {
    test(&["vestibule-os", "vestibule-types", "vestibule-cli"])
}

/// Builds the program for release and prints its size.
pub(super) fn release() -> Result<Vec<Row>> {
    require(&["gcc-mingw-w64-x86-64"])?;
    cargo("build", WINDOWS).args(["--release", "--package", "vestibule-cli"]).run()?;
    let size = std::fs::metadata(built(WINDOWS, "release", "vestibule.exe"))?.len();
    println!("{WINDOWS}: the program has {} kB", size / 1000);
    Ok(Vec::new())
}

/// The libraries alone, in a few minutes.
pub(super) fn libraries() -> Result<Vec<Row>> {
    test(&LIBRARIES)
}

fn test(packages: &[&str]) -> Result<Vec<Row>> {
    require(&["gcc-mingw-w64-x86-64", "wine", "wine64"])?;
    let wine = prepare_wine()?;
    let mut command = cargo("test", WINDOWS).args(["--no-fail-fast", "--tests"]);
    for package in packages {
        command = command.args(["--package", package]);
    }
    let skips = UNLIKE_WINDOWS.iter().flat_map(|(test, _)| ["--skip", *test]);
    let command = command.arg("--").args(skips).env(setting(WINDOWS, "RUNNER"), "wine");
    let command = command.env("VESTIBULE_SEND_CTRL_C", send_ctrl_c()?);
    let counts = run(with_wine(command, &wine))?;
    let others = "the other crates: they have no code for a platform".to_owned();
    let reasons = UNLIKE_WINDOWS.iter().map(|(test, reason)| format!("`{test}`: {reason}"));
    let reasons = reasons.chain([others]);
    Ok(vec![Row {
        target: WINDOWS,
        built: packages.join(", "),
        passed: counts.passed,
        failed: counts.failed,
        not_run: reasons.collect::<Vec<_>>().join("; "),
        step: "windows",
    }])
}

/// Stands for a function that Rust's standard library calls and Wine 8 lacks.
const PROCESS_PRNG: &str = "\
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
    return SystemFunction036(data, size);
}
";

/// Creates a Windows folder for Wine, and returns it.
fn prepare_wine() -> Result<PathBuf> {
    let prefix = folder("wine")?;
    let library = prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
    if !library.exists() {
        with_wine(program("wineboot").arg("--init"), &prefix).run()?;
        let source = prefix.join("prng.c");
        std::fs::write(&source, PROCESS_PRNG).with_context(|| source.display().to_string())?;
        compile(&source, &library, &["-shared", "-ladvapi32"])?;
    }
    Ok(prefix)
}

/// Builds the program that stands for the user's Ctrl-C.
fn send_ctrl_c() -> Result<PathBuf> {
    let program = folder("tools")?.join("send-ctrl-c.exe");
    compile(Path::new("xtask/src/cross/send-ctrl-c.c"), &program, &[])?;
    Ok(program)
}

fn compile(source: &Path, to: &Path, options: &[&str]) -> Result<()> {
    let gcc = program("x86_64-w64-mingw32-gcc").arg(source).arg("-o").arg(to).args(options);
    Ok(gcc.run()?)
}

fn with_wine<'a>(command: Cmd<'a>, prefix: &Path) -> Cmd<'a> {
    command.env("WINEPREFIX", prefix).env("WINEDEBUG", "-all")
}
