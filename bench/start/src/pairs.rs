//! Processes, timed in pairs: the speed of a machine drifts, but the ratio of neighbors does not.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

/// The times of two commands that ran in turn, in milliseconds.
pub(crate) struct Pairs {
    ours: Vec<f64>,
    peers: Vec<f64>,
}

/// Runs both in turn, after a first round that warms up. The time of ours is measured by the caller.
pub(crate) fn run(
    mut ours: impl FnMut() -> Result<Duration>,
    mut peer: Option<&mut Command>,
    rounds: u32,
) -> Result<Pairs> {
    let mut pairs = Pairs { ours: Vec::new(), peers: Vec::new() };
    for round in 0..=rounds {
        let our_time = ours()?;
        let peer_time = peer.as_deref_mut().map(time).transpose()?;
        if round != 0 {
            pairs.ours.push(milliseconds(our_time));
            pairs.peers.extend(peer_time.map(milliseconds));
        }
    }
    Ok(pairs)
}

/// Times one run, which must succeed.
pub(crate) fn time(command: &mut Command) -> Result<Duration> {
    time_with_status(command, 0)
}

/// Times one run, which must exit with this status.
pub(crate) fn time_with_status(command: &mut Command, expected: i32) -> Result<Duration> {
    let name = command.get_program().to_string_lossy().into_owned();
    let stderr = if expected == 0 { Stdio::inherit() } else { Stdio::null() };
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
    let start = Instant::now();
    let status = command.status().with_context(|| format!("cannot run {name}"))?;
    let time = start.elapsed();
    ensure!(status.code() == Some(expected), "{name} exited with {status}");
    Ok(time)
}

impl Pairs {
    /// The median of our times.
    pub(crate) fn ours_ms(&self) -> f64 {
        median(self.ours.clone())
    }

    /// The median of the peer's times.
    pub(crate) fn peer_ms(&self) -> Option<f64> {
        (!self.peers.is_empty()).then(|| median(self.peers.clone()))
    }

    /// The median over the pairs of our time divided by the peer's.
    pub(crate) fn ratio(&self) -> f64 {
        median(self.ours.iter().zip(&self.peers).map(|(ours, peer)| ours / peer).collect())
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
    fn ratio_is_the_median_over_pairs() {
        let pairs = Pairs { ours: vec![1.0, 20.0, 3.0], peers: vec![2.0, 40.0, 1.0] };
        assert!((pairs.ratio() - 0.5).abs() < 1e-9);
        assert!((pairs.ours_ms() - 3.0).abs() < 1e-9);
    }
}
