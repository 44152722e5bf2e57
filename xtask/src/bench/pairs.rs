//! Processes, timed in pairs.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{Failure, Result};

/// How long each run of two commands took.
pub(super) struct Pairs {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

/// Runs both in turn, so often; before each run of ours, what has to be prepared.
pub(super) fn run(
    ours: &mut Command,
    mut theirs: Option<&mut Command>,
    rounds: u32,
    prepare: impl Fn() -> Result,
) -> Result<Pairs> {
    let mut pairs = Pairs { ours: Vec::new(), theirs: Vec::new() };
    // The first round warms up.
    for round in 0..=rounds {
        prepare()?;
        let our_time = time(ours)?;
        let their_time = theirs.as_deref_mut().map(time).transpose()?;
        if round != 0 {
            pairs.ours.push(milliseconds(our_time));
            pairs.theirs.extend(their_time.map(milliseconds));
        }
    }
    Ok(pairs)
}

/// One run, which must succeed.
pub(super) fn time(command: &mut Command) -> Result<Duration> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    let start = Instant::now();
    let status = command.status();
    let time = start.elapsed();
    match status {
        Ok(status) if status.success() => Ok(time),
        Ok(status) => Err(Failure::new(format!("`{name}` ended with {status}"))),
        Err(error) => Err(Failure::new(format!("`{name}` cannot be run: {error}"))),
    }
}

impl Pairs {
    /// The median of ours.
    pub(super) fn ours_ms(&self) -> f64 {
        median(self.ours.clone())
    }

    /// The median of theirs, if there are any.
    pub(super) fn theirs_ms(&self) -> Option<f64> {
        (!self.theirs.is_empty()).then(|| median(self.theirs.clone()))
    }

    /// How many times as long as theirs ours takes: the median over the pairs.
    pub(super) fn ratio(&self) -> f64 {
        median(self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| ours / theirs).collect())
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_pair_by_pair() {
        let pairs = Pairs { ours: vec![1.0, 20.0, 3.0], theirs: vec![2.0, 40.0, 1.0] };
        assert!((pairs.ratio() - 0.5).abs() < 1e-9);
        assert!((pairs.ours_ms() - 3.0).abs() < 1e-9);
    }
}
