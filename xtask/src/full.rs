//! `cargo xtask full`: what a release must pass beside `.ci/run`, which has no time for it.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::Command;
use crate::args::Args;
use crate::report::{Hint as _, report};
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "full",
    takes: "[--from STEP]",
    about: "what .ci/run has no time for; every step runs, and the failed ones are listed (hours)",
    run: |mut args: Args| {
        let from = args.value("--from")?;
        args.finish()?;
        run(from.as_deref())
    },
};

/// Each step as it would be typed, the shortest first.
const STEPS: &[&str] = &[
    "dist --check",
    "publish --build",
    "simulate --schedules 1000000 --seed 1",
    "endurance",
    "conformance --subject botocore --count 200000 --seed 2",
    "conformance --subject js --count 200000 --seed 2",
    "bench start",
    "bench emulator",
    "dist --try",
    "newcomers",
    "cross all",
    "fuzz --seconds 600",
    "mutants",
];

fn run(from: Option<&str>) -> Result<()> {
    let is_before = |step: &&&str| from.is_some_and(|from| !step.starts_with(from));
    let steps: Vec<_> = STEPS.iter().skip_while(is_before).collect();
    ensure!(
        !steps.is_empty(),
        "no step `{}`\nhint: {}",
        from.unwrap_or_default(),
        STEPS.join(", ")
    );
    let mut findings = Vec::new();
    let mut times = Vec::new();
    for step in steps {
        let start = Instant::now();
        let result = cargo(["xtask"]).args(step.split(' ')).run();
        times.push((start.elapsed(), step));
        if let Err(error) = result.hint(format!("`cargo xtask {step}` repeats it")) {
            findings.push(format!("{error:#}"));
        }
    }
    for (time, step) in times {
        println!("{:>5} min  cargo xtask {step}", minutes(time));
    }
    report("full", &findings)
}

fn minutes(time: Duration) -> u64 {
    time.as_secs().div_ceil(60)
}
