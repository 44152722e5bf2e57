//! `cargo xtask bench cached`: the time of a call while credentials are valid.

use serde_json::Value;

use anyhow::{Result, anyhow};

use super::weight::MANIFEST;
use crate::report::report;
use crate::run::cargo;

/// Nanoseconds of a call, with any number of tasks.
const MOST: f64 = 50.0;
/// The highest ratio of a call with eight tasks to one with a single task: the noise of the
/// measurement.
const NO_WORSE: f64 = 1.05;

pub(crate) fn measure() -> Result<()> {
    let said = cargo(["run", "--release", "--quiet", "--package", "bench-cached"])
        .args(MANIFEST)
        .read()?;
    let said: Value = serde_json::from_str(&said)
        .map_err(|error| anyhow!("bench-cached printed no JSON: {error}"))?;
    let figure =
        |name: &str, at: usize| said[name][at].as_f64().ok_or_else(|| anyhow!("no figure"));

    println!("\n| ns per call | one task | eight tasks | allowed |\n|---|---:|---:|---:|");
    let [one, eight] = [figure("vestibule", 0)?, figure("vestibule", 1)?];
    println!("| `Cached` | {one:.1} | {eight:.1} | {MOST} |");
    let [alone, shared] = [figure("awsConfig", 0)?, figure("awsConfig", 1)?];
    println!("| the identity cache of a client of the AWS SDK | {alone:.0} | {shared:.0} | |");

    let mut findings = Vec::new();
    if MOST < one {
        findings.push(format!("{one:.1} ns by one task, over {MOST}"));
    }
    if MOST.min(one * NO_WORSE) < eight {
        findings.push(format!("{eight:.1} ns by eight tasks, beside {one:.1} by one"));
    }
    report("cached", &findings)
}
