//! `cargo xtask test`: everything that can be right or wrong, in order of speed.

use std::path::PathBuf;

use crate::Command;
use crate::args::Args;
use crate::conformance;
use crate::failure::Result;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "test",
    takes: "[--suites DIR]",
    about: "unit and integration tests, doctests, fuzz corpus, conformance",
    run: |mut args: Args| {
        let suites = args.folder("--suites")?;
        args.finish()?;
        check(suites)
    },
};

pub(crate) fn check(suites: Option<PathBuf>) -> Result {
    let tests = if cargo(["nextest", "--version"]).works() {
        cargo(["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        cargo(["test", "--workspace", "--no-fail-fast", "--tests", "--examples"])
    };
    tests.run()?;
    cargo(["test", "--workspace", "--doc"]).run()?;
    cargo(["test", "--manifest-path", "fuzz/Cargo.toml", "--no-default-features"])
        .fix("a law is broken on a committed input: the message names its file in fuzz/corpus")
        .run()?;
    conformance::check(suites, Vec::new())
}
