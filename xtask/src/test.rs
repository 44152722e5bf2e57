//! `cargo xtask test`: all tests that need nothing but Rust, in order of speed.

use std::path::PathBuf;

use anyhow::Result;

use crate::Command;
use crate::args::Args;
use crate::conformance;
use crate::report::Hint as _;
use crate::run::{cargo, succeeds};
use crate::simulate;

pub(crate) const COMMAND: Command = Command {
    name: "test",
    takes: "[--suites DIR]",
    about: "unit and integration tests, doctests, fuzz corpus, simulation, conformance (8 min)",
    run: |mut args: Args| {
        let suites = args.folder("--suites")?;
        args.finish()?;
        check(suites)
    },
};

/// Some seconds.
const SCHEDULES: &str = "20000";

pub(crate) fn check(suites: Option<PathBuf>) -> Result<()> {
    let tests = if succeeds(cargo(["nextest", "--version"])) {
        cargo(["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        cargo(["test", "--workspace", "--no-fail-fast", "--tests", "--examples"])
    };
    tests.run()?;
    cargo(["test", "--workspace", "--doc"]).run()?;
    cargo(["test", "--manifest-path", "fuzz/Cargo.toml", "--no-default-features"])
        .run()
        .hint("a committed input fails its target: the message names its file in fuzz/corpus")?;
    histories("25000")?;
    simulate::run(["--schedules".to_owned(), SCHEDULES.to_owned()].to_vec())?;
    conformance::check(suites, Vec::new())
}

/// Compares the state of a session with what happens next, over histories in each of four tests.
pub(crate) fn histories(count: &str) -> Result<()> {
    // Optimized, as the simulation is: these tests do nothing but compute.
    Ok(cargo(["test", "--quiet", "--profile", "simulate", "--package", "vestibule-chain"])
        .args(["--test", "it", "session_history::"])
        .env("VESTIBULE_HISTORIES", count)
        .run()?)
}
