//! `cargo xtask cross`: builds and tests the other platforms, as far as one Linux machine can.
//!
//! macOS is type-checked. Windows programs run under Wine, those of arm64 under qemu, and
//! WebAssembly in Node. `.github/workflows/ci.yml` is for real machines.

mod checks;
mod demo;
mod faults;
mod folding;
mod linux;
mod release;
mod table;
mod tests;
mod toolchain;
mod windows;
mod zig;

use std::time::Instant;

use anyhow::{Result, bail, ensure};

use crate::Command;
use crate::args::Args;
use crate::report::Hint as _;
pub(crate) use release::{PROGRAMS, Program, RELEASES, most_bytes};
use table::Row;
pub(crate) use toolchain::require;
pub(crate) use windows::prepare_wine;

pub(crate) const COMMAND: Command = Command {
    name: "cross",
    takes: "[windows|windows-libraries|windows-release|macos|macos-intel|musl|musl-tests|arm64|wasm|ci|all] [--write]",
    about: "build and test other platforms; --write updates the table in README.md (10 to 60 min)",
    run: |mut args: Args| {
        let name = args.positional()?.unwrap_or_else(|| "all".into());
        if name == LINK {
            return release::link(&args.rest());
        }
        let write = args.flag("--write");
        args.finish()?;
        check(&name, write)
    },
};

/// What GCC calls to link a Windows program; no step.
const LINK: &str = "link";

/// One step: the name on the command line, and the function that returns the rows of its targets.
type Step = (&'static str, fn() -> Result<Vec<Row>>);

const STEPS: &[Step] = &[
    ("macos", checks::macos),
    ("macos-intel", checks::macos_intel),
    ("wasm", checks::wasm),
    ("windows-libraries", windows::libraries),
    ("windows", windows::program_suite),
    ("windows-release", windows::release),
    ("musl", linux::musl),
    ("musl-tests", linux::musl_tests),
    ("arm64", linux::arm64),
];

/// The steps of `.ci/run`, which has a limit of time.
const CI: &[Step] = &[
    ("macos", checks::macos_program),
    ("windows", windows::check),
    ("wasm", checks::wasm_in_browser),
];

fn check(name: &str, write: bool) -> Result<()> {
    let steps: Vec<&Step> = match name {
        "all" => STEPS.iter().collect(),
        "ci" => CI.iter().collect(),
        name => STEPS.iter().filter(|(step, _)| *step == name).collect(),
    };
    ensure!(!steps.is_empty(), "no target `{name}`\nhint: `cargo xtask help` lists them");
    let mut rows = Vec::new();
    for (name, run) in steps {
        let start = Instant::now();
        let result = run().hint(format!("`cargo xtask cross {name}` repeats this step"));
        rows.extend(result?);
        println!("cross {name}: {} s", start.elapsed().as_secs());
    }
    println!("\n{}", table::render(&rows));
    if write {
        table::write(&rows)?;
    }
    match rows.iter().map(|row| row.failed).sum() {
        0 => Ok(()),
        1 => bail!("cross: one test failed"),
        failed => bail!("cross: {failed} tests failed"),
    }
}
