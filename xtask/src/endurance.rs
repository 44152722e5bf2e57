//! `cargo xtask endurance`: the long forms of tests of session truth.

use anyhow::Result;

use crate::Command;
use crate::args::Args;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "endurance",
    takes: "",
    about: "100,000 session histories, 400 signals, 500 kills, slow refreshes (20 min)",
    run: |args: Args| {
        args.finish()?;
        run()
    },
};

/// Tests of the program, and the variable that makes each longer.
const OF_THE_PROGRAM: &[(&str, &str, &str)] = &[
    ("signals::", "VESTIBULE_SIGNALS", "25"),
    ("kill::", "VESTIBULE_KILLS", "500"),
    ("latency::", "VESTIBULE_LATENCIES", "1,14,16,60"),
];

fn run() -> Result<()> {
    // Optimized, in a folder of its own: histories are the one test that computes.
    cargo(["test", "--package", "vestibule-chain", "--test", "it", "session_history::"])
        .args(["--target-dir", "target/endurance"])
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "2")
        .env("VESTIBULE_HISTORIES", "25000")
        .run()?;
    for (tests, variable, value) in OF_THE_PROGRAM {
        cargo(["test", "--package", "vestibule-cli", "--test", "it", tests])
            .env(variable, value)
            .run()?;
    }
    Ok(())
}
