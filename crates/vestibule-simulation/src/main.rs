//! `vestibule-simulation --schedules N --seed S`: runs schedules until one breaks a law.
#![expect(clippy::print_stdout, reason = "a program that talks to developers")]

use std::process::ExitCode;

use anyhow::{Result, ensure};
use pico_args::Arguments;
use vestibule_simulation::{Options, PlantedBug, Report, run};

fn main() -> Result<ExitCode> {
    let mut arguments = Arguments::from_env();
    let schedules = arguments.opt_value_from_str("--schedules")?.unwrap_or(1);
    let seed = arguments.opt_value_from_str("--seed")?.unwrap_or(1);
    let bug: Option<PlantedBug> = arguments.opt_value_from_str("--plant")?;
    let keeps_trace = arguments.contains("--trace");
    let rest = arguments.finish();
    ensure!(rest.is_empty(), "unknown arguments: {rest:?}");
    let mut options = Options::new(schedules, seed).with_planted_bug(bug);
    if keeps_trace {
        options = options.with_trace();
    }
    let report = run(options);
    print(&report);
    Ok(if report.violation.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(report: &Report) {
    for line in &report.trace {
        println!("{line}");
    }
    let Report { schedules, steps, refreshes, kills, longest_request, digest, .. } = report;
    println!("{schedules} schedules, {steps} steps, {refreshes} refreshes, {kills} kills");
    println!("longest request for a token: {longest_request:?} of virtual time");
    for (cause, count) in &report.losses {
        println!("{count} sessions lost: {cause}");
    }
    println!("digest {digest:016x}");
    if let Some(violation) = &report.violation {
        println!("seed {}: {}", violation.seed, violation.law);
        println!("replay: cargo xtask simulate --schedules 1 --seed {} --trace", violation.seed);
    }
}
