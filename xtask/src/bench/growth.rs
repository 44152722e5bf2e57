//! `cargo xtask bench growth`: the growth of the time of each reader with its input.

use anyhow::Result;
use serde::Deserialize;

use crate::report::report;
use crate::run::cargo;

/// The highest ratio of the times for inputs of sixteen times the size: linear time is 16, and memory
/// that no longer fits in a cache costs up to four times more. Quadratic time is 256.
const MOST: f64 = 64.0;

/// The growth of one reader for one input, as `fuzz/growth` prints it.
#[derive(Deserialize)]
struct Growth {
    reader: String,
    file: String,
    piece: String,
    milliseconds: Option<[f64; 2]>,
    factor: Option<f64>,
}

pub(super) fn measure() -> Result<()> {
    let printed = cargo(["run", "--release", "--quiet", "--manifest-path", "fuzz/Cargo.toml"])
        .args(["--target-dir", "fuzz/target", "--bin", "growth"])
        .args(["--no-default-features", "--features", "growth"])
        .read()?;
    println!("| reader | file of the corpus | repeated | ms for 32 kB | ms for 512 kB | times |");
    println!("|---|---|---|---:|---:|---:|");
    let mut findings = Vec::new();
    for line in printed.lines() {
        let growth: Growth = serde_json::from_str(line)?;
        let Growth { reader, file, piece, .. } = &growth;
        let (Some([small, large]), Some(factor)) = (growth.milliseconds, growth.factor) else {
            findings.push(format!(
                "{reader}: panics when {piece:?} of corpus/{reader}/{file} is repeated"
            ));
            continue;
        };
        println!("| {reader} | {file} | {piece:?} | {small:.1} | {large:.1} | {factor:.0} |");
        if MOST < factor {
            findings.push(format!(
                "{reader}: {factor:.0} times as long when {piece:?} of corpus/{reader}/{file} is repeated 16 times as often"
            ));
        }
    }
    report("growth", &findings)
}
