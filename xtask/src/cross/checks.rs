//! macOS, which is type-checked, and WebAssembly, whose tests run in Node.

use anyhow::Result;
use xshell::Cmd;

use super::table::Row;
use super::tests::{Runner, run};
use super::toolchain::{cargo, folder, require, setting};
use crate::run::write_script;

const MACOS: &str = "aarch64-apple-darwin";
const MACOS_INTEL: &str = "x86_64-apple-darwin";

/// Type-checks everything for Apple's own processors.
pub(super) fn macos() -> Result<Vec<Row>> {
    Ok(vec![check_macos(MACOS, "macos")?])
}

/// Type-checks everything for Intel's processors.
pub(super) fn macos_intel() -> Result<Vec<Row>> {
    Ok(vec![check_macos(MACOS_INTEL, "macos-intel")?])
}

fn check_macos(target: &'static str, step: &'static str) -> Result<Row> {
    require(&[])?;
    check(target)?.args(ALL).run()?;
    Ok(Row {
        target,
        built: "type-checked: all crates, tests and tools".into(),
        passed: 0,
        failed: 0,
        not_run: "all tests: no Mac".into(),
        step,
    })
}

/// Type-checks the program and its tests for Apple's own processors, in a few minutes.
pub(super) fn macos_program() -> Result<Vec<Row>> {
    require(&[])?;
    check(MACOS)?.args(PROGRAM).run()?;
    Ok(vec![Row {
        target: "aarch64-apple-darwin, check",
        built: "type-checked: the program and its tests".into(),
        passed: 0,
        failed: 0,
        not_run: "all tests: no Mac".into(),
        step: "ci",
    }])
}

/// The program, its tests and all below it.
pub(super) const PROGRAM: [&str; 3] = ["--package", "vestibule-cli", "--all-targets"];

const ALL: [&str; 4] = ["--workspace", "--features", "vestibule-keychain/system", "--all-targets"];

/// `cargo check` for macOS. Nothing is linked, so that no compiler for C is needed: another program
/// stands for it.
fn check(target: &str) -> Result<Cmd<'static>> {
    let tools = folder("tools")?;
    let cc = tools.join("cc-of-nothing");
    write_script(&cc, CC_OF_NOTHING)?;
    let suffix = target.replace('-', "_");
    let check = cargo("check", target);
    // Xcode would be asked for the folder of Apple's headers.
    let check = check.env(format!("CC_{suffix}"), &cc).env("SDKROOT", tools);
    Ok(check.env(format!("AR_{suffix}"), cc))
}

/// Creates empty object files.
const CC_OF_NOTHING: &str = r#"#!/bin/sh
while [ $# -gt 0 ]; do
    [ "$1" = -o ] && : > "$2"
    shift
done
"#;

const WASI: &str = "wasm32-wasip1";
/// The name of another row of the table.
const WASI_FACADE: &str = "wasm32-wasip1, facade";
const WASM: &str = "wasm32-unknown-unknown";

/// The crates that need no machine.
const PURE: [&str; 13] = [
    "vestibule-types",
    "vestibule-config",
    "vestibule-cache",
    "vestibule-wire",
    "vestibule-world",
    "vestibule-profile",
    "vestibule-oidc",
    "vestibule-portal",
    "vestibule-sts",
    "vestibule-metadata",
    "vestibule-provider",
    "vestibule-sso",
    "vestibule-chain",
];

/// Type-checks for a browser, and runs tests in Node.
pub(super) fn wasm() -> Result<Vec<Row>> {
    Ok([wasm_in_browser()?, wasm_in_node()?].concat())
}

/// Type-checks the crates that need no machine.
pub(super) fn wasm_in_browser() -> Result<Vec<Row>> {
    require(&[])?;
    cargo("check", WASM).args(packages(&PURE)).args(FACADE).run()?;
    Ok(vec![Row {
        target: WASM,
        built: "type-checked: the facade without `http` and `os`, and all below it".into(),
        passed: 0,
        failed: 0,
        not_run: "all tests: this target has no console; see wasm32-wasip1".into(),
        step: "wasm",
    }])
}

const FACADE: [&str; 5] = [
    "--package",
    "vestibule",
    "--no-default-features",
    "--features",
    "vestibule/edit,vestibule/sign-in",
];

/// The modules of tests that do not run in Node.
const OTHERS: [&str; 8] = [
    "adapters::",
    "driven_sign_in::",
    "expired::",
    "handles::",
    "nothing_configured::",
    "noticed::",
    "stampede::",
    "token_store::",
];

/// The tests of the crates that need no machine, which start threads.
const THREADS: [&str; 2] =
    ["threads_use_different_shards", "threads_without_a_runtime_share_one_refresh"];

/// Runs in Node the tests of the crates that need no machine, and a whole sign-in with credential
/// requests and refreshes: the facade over a world in memory, against the emulator.
fn wasm_in_node() -> Result<Vec<Row>> {
    require(&["lld", "nodejs", "wasi-libc"])?;
    // The compiler looks for these files in its own folder, where Debian does not put them, and
    // Debian's C library lacks the functions of threads, which the target does not have.
    let linker = folder("tools")?.join("wasm-ld");
    write_script(
        &linker,
        r#"#!/bin/sh
for argument; do
    shift
    case $argument in
        crt1-*.o) argument=/usr/lib/wasm32-wasi/$argument ;;
    esac
    set -- "$@" "$argument"
done
exec /usr/bin/wasm-ld "$@" -L /usr/lib/wasm32-wasi --unresolved-symbols=ignore-all
"#,
    )?;
    let build = || cargo("test", WASI).env(setting(WASI, "LINKER"), &linker);
    let script = std::path::absolute("xtask/src/cross/wasi.mjs")?.display().to_string();
    let words = ["node".to_owned(), "--no-warnings".to_owned(), script].to_vec();
    let runner = Runner { words, vars: Vec::new(), threads: 1, clean_up: |_| {} };
    let pure = run(build().args(packages(&PURE)).arg("--tests"), &runner, &THREADS)?;
    let facade = run(build().args(FACADE).args(["--test", "it"]), &runner, &OTHERS)?;
    Ok(vec![
        Row {
            target: WASI,
            built: PURE.join(", "),
            passed: pure.passed,
            failed: pure.failures.len(),
            not_run: pure
                .remarks(&format!("`{}`: the target has no threads", THREADS.join("`, `"))),
            step: "wasm",
        },
        Row {
            target: WASI_FACADE,
            built: "the facade without `http` and `os`: sign-in, credentials and refresh".into(),
            passed: facade.passed,
            failed: facade.failures.len(),
            not_run: facade.remarks("the other tests: most need threads, which the target has not"),
            step: "wasm",
        },
    ])
}

fn packages(names: &[&'static str]) -> impl Iterator<Item = &'static str> {
    names.iter().flat_map(|name| ["--package", *name])
}
