//! `cargo xtask endurance`: the long forms of tests of session truth.

use anyhow::Result;

use crate::Command;
use crate::args::Args;
use crate::run::cargo;
use crate::test;

pub(crate) const COMMAND: Command = Command {
    name: "endurance",
    takes: "",
    about: "1,000,000 session histories, 4,000 days with faults, 400 signals, 500 kills (40 min)",
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
    test::histories("250000")?;
    cargo(["test", "--package", "vestibule", "--test", "it", "soak::"])
        .env("VESTIBULE_DAYS", "1000")
        .run()?;
    for (tests, variable, value) in OF_THE_PROGRAM {
        cargo(["test", "--package", "vestibule-cli", "--test", "it", tests])
            .env(variable, value)
            .run()?;
    }
    Ok(())
}
