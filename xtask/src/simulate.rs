//! `cargo xtask simulate`: schedules of the refresh protocol over a simulated machine.

use anyhow::Result;

use crate::Command;
use crate::args::Args;
use crate::report::Hint as _;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "simulate",
    takes: "[--schedules N] [--seed S] [--trace] [--plant BUG]",
    about: "the refresh protocol under random schedules, crashes and faults (1,500 schedules a second)",
    run: |args: Args| run(args.rest()),
};

/// Runs the simulation, optimized, in a profile that can unwind.
pub(crate) fn run(arguments: Vec<String>) -> Result<()> {
    cargo(["run", "--quiet", "--profile", "simulate", "--package", "vestibule-simulation", "--"])
        .args(arguments)
        .run()
        .hint("a law of crates/vestibule-simulation/README.md is broken; the last line replays it")
}
