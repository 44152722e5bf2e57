//! `cargo xtask bench emulator`: what it costs to test against the emulator.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use anyhow::{Context as _, Result, anyhow};

use super::weight::MANIFEST;
use crate::packages::release_binary;
use crate::report::{Hint as _, report};
use crate::run::{cargo, program};

/// A file with a session that needs no sign-in.
const INSTANCE: &str = "[[session]]\nuser = \"ann\"\naccess-token = \"token-of-ann\"\n";
const ASK: &str = "/federation/credentials?account_id=111122223333&role_name=SampleRole";
const STARTS: usize = 20;
/// Requests in a second.
const LEAST: f64 = 2000.0;

pub(crate) fn measure() -> Result<()> {
    cargo(["build", "--release", "--quiet", "--package", "vestibule-emulator"])
        .args(["--features", "vestibule-emulator/server"])
        .run()?;
    let emulator = release_binary("vestibule-emulator")?;
    let inside = cargo(["run", "--release", "--quiet", "--package", "bench-emulator"])
        .args(MANIFEST)
        .read()?;
    let inside: Value = serde_json::from_str(&inside)
        .map_err(|error| anyhow!("bench-emulator printed no JSON: {error}"))?;
    let figure = |name: &str| inside[name].as_f64().unwrap_or(f64::NAN);
    let load = load(&emulator)?;
    let grown = (figure("kilobytesAtMidnight") - figure("kilobytesAtNoon")) / 1e3;

    println!("\n| what | measured | allowed |\n|---|---:|---:|");
    let mut findings = Vec::new();
    let mut row = |what: &str, measured: f64, unit: &str, most: f64| {
        println!("| {what} | {measured:.3} {unit} | {most} {unit} |");
        // A figure that is missing is NaN, which is not.
        let is_within = measured <= most;
        if !is_within {
            findings.push(format!("{what}: {measured:.2} {unit}, over {most} {unit}"));
        }
    };
    row("start in process", figure("inProcessMs"), "ms", 5.0);
    row("start behind sockets, with a CA of its own", figure("serverMs"), "ms", 5.0);
    row("start of the program, until it is ready", start(&emulator)?, "ms", 50.0);
    row("99 of 100 requests, over HTTP", load.p99_ms, "ms", 5.0);
    row("24 hours of 500 sessions", figure("daySeconds"), "s", 60.0);
    row("memory grown from noon to midnight", grown, "MB", 1.0);
    println!("| requests in a second, on one core | {:.0} | at least {LEAST} |", load.per_second);
    let is_fast = LEAST <= load.per_second;
    if !is_fast {
        findings.push(format!("{:.0} requests in a second", load.per_second));
    }
    println!("\nThe day had {} requests.", inside["requests"]);
    report("emulator", &findings)
}

/// Median time until the program says that it is ready.
fn start(emulator: &Path) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let before = Instant::now();
        let running = Running::start(Command::new(emulator))?;
        times.push(milliseconds(before.elapsed()));
        drop(running);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[STARTS / 2])
}

struct Load {
    per_second: f64,
    p99_ms: f64,
}

/// Measures the requests of eight connections in ten seconds, with a core for each side.
fn load(emulator: &Path) -> Result<Load> {
    let file = std::env::temp_dir().join(format!("vestibule-bench-{}.toml", std::process::id()));
    std::fs::write(&file, INSTANCE).with_context(|| file.display().to_string())?;
    let mut pinned = Command::new("taskset");
    pinned.args(["--cpu-list", "0"]).arg(emulator).arg("--config").arg(&file);
    let said = Running::start(pinned).and_then(|running| {
        program("taskset")
            .args(["--cpu-list", "1", "wrk", "--threads", "1", "--connections", "8"])
            .args(["--duration", "10s", "--latency"])
            .args(["--header", "x-amz-sso_bearer_token: token-of-ann"])
            .arg(format!("{}{ASK}", running.url))
            .read()
            .hint("`apt-get install wrk`")
    });
    let _ = std::fs::remove_file(&file);
    let said = said?;
    print!("{said}");
    if said.contains("Non-2xx") {
        return Err(anyhow!("the emulator refused requests of the benchmark"));
    }
    let word = |after: &str| said.split_once(after)?.1.split_whitespace().next();
    let read = || {
        let per_second = word("Requests/sec:")?.parse().ok()?;
        Some(Load { per_second, p99_ms: span(word("99%")?)? })
    };
    read().ok_or_else(|| anyhow!("wrk printed an unknown format\nhint: see xtask/src/bench"))
}

/// `1.23ms`, `870.00us` or `1.00s`.
fn span(text: &str) -> Option<f64> {
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic())?);
    let milliseconds = match unit {
        "us" => 1e-3,
        "ms" => 1.0,
        "s" => 1e3,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * milliseconds)
}

struct Running {
    child: Child,
    url: String,
}

impl Running {
    fn start(mut command: Command) -> Result<Self> {
        let failed = |error| anyhow!("the emulator cannot be run: {error}");
        command.arg("--until-eof").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(failed)?;
        }
        let ready: Value = serde_json::from_str(&line)
            .map_err(|error| anyhow!("the emulator is not ready: {error}"))?;
        Ok(Self { child, url: ready["http"].as_str().unwrap_or_default().to_owned() })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_wrk_are_milliseconds() {
        for (text, expected) in [("870.00us", 0.87), ("1.23ms", 1.23), ("2.00s", 2000.0)] {
            assert!((span(text).unwrap() - expected).abs() < 1e-9);
        }
        assert_eq!(span("1.00m"), None);
    }
}
