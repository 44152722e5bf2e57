//! Windows programs, built with mingw and run by Wine.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::checks::PROGRAM;
use super::demo::demo;
use super::faults::EmulatorFault;
use super::linux::{LIBRARIES, build_ordinary, release_row, start_times};
use super::release::{WINDOWS, windows_programs};
use super::table::Row;
use super::tests::{Runner, run, suite};
use super::toolchain::{cargo, folder, require};
use crate::run::program;

/// The names of other rows of the table.
const RELEASE: &str = "x86_64-pc-windows-gnu, release";
const WINDOWS_LIBRARIES: &str = "x86_64-pc-windows-gnu, libraries";
const DEMO: &str = "x86_64-pc-windows-gnu, demo";
const WINDOWS_CHECK: &str = "x86_64-pc-windows-gnu, check";

const FAULTS: [EmulatorFault; 3] = [
    EmulatorFault {
        package: "vestibule-cli",
        tests: &["kill::refresh_killed"],
        reason: "Wine leaves the child of a killed program suspended for ever",
        proof: "wine-suspended.c",
        output: "left a child suspended",
    },
    EmulatorFault {
        package: "vestibule-os",
        tests: &["access_lists::"],
        reason: "files of Wine inherit no access list, and its icacls does nothing",
        proof: "wine-access-list.c",
        output: "not inherited",
    },
    EmulatorFault {
        package: "vestibule-serve",
        tests: &["agent::path_of_a_running_agent_is_not_taken"],
        reason: "Wine ignores the flag that a pipe is to be the first of its name",
        proof: "wine-first-pipe.c",
        output: "created",
    },
];

/// The whole suite of the program, and the demo.
pub(super) fn program_suite() -> Result<Vec<Row>> {
    let suite = test(WINDOWS, &["vestibule-cli"], "windows")?;
    let runner = wine()?;
    let demo = demo(WINDOWS, DEMO, cargo("build", WINDOWS), &runner, "windows");
    end_wine(&runner);
    Ok(vec![suite, demo?])
}

/// The libraries that touch the machine.
pub(super) fn libraries() -> Result<Vec<Row>> {
    Ok(vec![test(WINDOWS_LIBRARIES, &LIBRARIES, "windows-libraries")?])
}

/// Type-checks the program and its tests, and runs the unit tests of the machine's crate, in a few
/// minutes.
pub(super) fn check() -> Result<Vec<Row>> {
    require(&["gcc-mingw-w64-x86-64", "wine", "wine64"])?;
    cargo("check", WINDOWS).args(PROGRAM).run()?;
    let runner = wine()?;
    let tests = cargo("test", WINDOWS).args(["--package", "vestibule-os", "--lib"]);
    let counts = run(tests, &runner, &[]);
    end_wine(&runner);
    let counts = counts?;
    Ok(vec![Row {
        target: WINDOWS_CHECK,
        built: "type-checked: the program and its tests; run: the unit tests of vestibule-os"
            .into(),
        passed: counts.passed,
        failed: counts.failures.len(),
        not_run: counts.remarks(
            "all other tests: `cargo xtask cross windows` and `windows-libraries` run them",
        ),
        step: "ci",
    }])
}

/// Builds the program for release, and compares its start with that of the ordinary build: the start
/// of Wine itself, measured with a program that loads the same libraries and does nothing, is
/// subtracted.
pub(super) fn release() -> Result<Vec<Row>> {
    require(&["wine", "wine64"])?;
    let path = windows_programs()?.join("vestibule.exe");
    let ordinary = build_ordinary()?;
    let prefix = prepare_wine()?;
    let source = prefix.join("nothing.c");
    std::fs::write(&source, NOTHING)?;
    let nothing = source.with_extension("exe");
    compile(&source, &nothing, &[])?;
    let wine = |path: &Path| program("wine").arg(path).envs(wine_vars(&prefix));
    let [ordinary, wine, start] = start_times([program(ordinary), wine(&nothing), wine(&path)])?;
    let starts = [ordinary, start.saturating_sub(wine)];
    let kind = "under Wine, whose own start is subtracted";
    Ok(vec![release_row(RELEASE, kind, &path, starts, "windows-release")?])
}

/// Loads the libraries that `vestibule` does, which takes Wine longer than to start a program.
const NOTHING: &str = "\
#include <windows.h>
int main(void) {
    static const char *const libraries[] = {
        \"advapi32\", \"api-ms-win-core-synch-l1-2-0\", \"bcrypt\", \"bcryptprimitives\", \"crypt32\", \"ws2_32\",
    };
    for (unsigned i = 0; i < sizeof libraries / sizeof *libraries; i++)
        LoadLibraryA(libraries[i]);
    return 0;
}
";

fn test(target: &'static str, packages: &[&str], step: &'static str) -> Result<Row> {
    require(&["gcc-mingw-w64-x86-64", "wine", "wine64"])?;
    let runner = wine()?;
    let faults: Vec<_> = FAULTS.iter().filter(|fault| packages.contains(&fault.package)).collect();
    for fault in &faults {
        fault.prove(program(GCC), &["-ladvapi32"], &runner)?;
    }
    suite(target, cargo("test", WINDOWS), packages, &runner, &faults, step)
}

/// Runs Windows programs in a Windows folder of its own.
fn wine() -> Result<Runner> {
    let prefix = prepare_wine()?;
    let mut vars = wine_vars(&prefix).map(|(name, value)| (name.to_owned(), value)).to_vec();
    vars.push(("VESTIBULE_SEND_CTRL_C".into(), send_ctrl_c()?.display().to_string()));
    // They wait more than they compute.
    Ok(Runner { words: vec!["wine".into()], vars, threads: 4, clean_up: end_wine })
}

/// Ends all programs that run under Wine; they do not end with the program that started them.
fn end_wine(runner: &Runner) {
    let mut server = Command::new("wineserver");
    server.arg("--kill").envs(runner.vars.iter().map(|(name, value)| (name, value)));
    // Fails if none is running.
    let _ = server.status();
}

fn wine_vars(prefix: &Path) -> [(&'static str, String); 2] {
    [("WINEPREFIX", prefix.display().to_string()), ("WINEDEBUG", "-all".into())]
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
pub(crate) fn prepare_wine() -> Result<PathBuf> {
    let prefix = folder("wine")?;
    let library = prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
    if !library.exists() {
        program("wineboot").arg("--init").envs(wine_vars(&prefix)).run()?;
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

const GCC: &str = "x86_64-w64-mingw32-gcc";

fn compile(source: &Path, to: &Path, options: &[&str]) -> Result<()> {
    let gcc = program(GCC).arg(source).arg("-o").arg(to).args(options);
    Ok(gcc.run()?)
}
