//! Test runs on another platform, with a time limit for each test.
//!
//! A program that does not end under an emulator must not stop the whole run: its test fails, and
//! the tests that had no result run again without it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use xshell::Cmd;

use super::faults::EmulatorFault;
use super::table::Row;

/// The time limit of a test. The longest ones kill dozens of programs, one after the other.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Tests that do nothing: programs for other tests.
const HELPERS: &str = "helper_";

/// The counts of a test run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: usize,
    /// How many of them passed alone only: emulated programs are slow enough to exceed time limits
    /// of a test while others run.
    pub(super) passed_alone: usize,
    /// Names of the tests that failed.
    pub(super) failures: BTreeSet<String>,
}

/// The program that runs the test binaries of another platform.
pub(super) struct Runner {
    /// The program and its first arguments, which the test binary follows; none where the system itself
    /// runs it.
    pub(super) words: Vec<String>,
    pub(super) vars: Vec<(String, String)>,
    /// The number of tests that run at the same time.
    pub(super) threads: usize,
    /// Ends what a killed runner leaves behind.
    pub(super) clean_up: fn(&Self),
}

/// Builds and runs the tests of packages, except those that fail for a reason of the emulator's, and
/// returns their row.
pub(super) fn suite(
    target: &'static str,
    build: Cmd<'_>,
    packages: &[&str],
    runner: &Runner,
    faults: &[&EmulatorFault],
    step: &'static str,
) -> Result<Row> {
    let names = packages.iter().flat_map(|package| ["--package", *package]);
    let skipped: Vec<&str> = faults.iter().flat_map(|fault| fault.tests).copied().collect();
    let counts = run(build.arg("--tests").args(names), runner, &skipped);
    (runner.clean_up)(runner);
    let counts = counts?;
    let remarks: Vec<_> = faults.iter().map(|fault| fault.remark()).collect();
    Ok(Row {
        target,
        built: packages.join(", "),
        passed: counts.passed,
        failed: counts.failures.len(),
        not_run: counts.remarks(&remarks.join("; ")),
        step,
    })
}

/// Builds tests with `cargo test`, runs those that no word of `skipped` is part of, and counts.
pub(super) fn run(build: Cmd<'_>, runner: &Runner, skipped: &[&str]) -> Result<Counts> {
    let output = build.args(["--no-run", "--message-format", "json-render-diagnostics"]).read()?;
    let binaries = binaries(&output);
    ensure!(!binaries.is_empty(), "cargo built no tests");
    let mut counts = Counts::default();
    for binary in binaries {
        println!("$ {}", binary.executable.display());
        let list = runner.test(&binary).args(["--list", "--format", "terse"]).output();
        let list = list.with_context(|| format!("could not run {:?}", runner.words))?;
        let mut tests = listed(&String::from_utf8_lossy(&list.stdout), skipped);
        ensure!(
            list.status.success() && !tests.is_empty(),
            "no tests are listed: {}",
            String::from_utf8_lossy(&list.stderr)
        );
        let mut failures = BTreeSet::new();
        while !tests.is_empty() {
            for (name, has_passed) in run_once(runner, &binary, &tests)? {
                tests.remove(&name);
                if has_passed {
                    counts.passed += 1;
                } else {
                    failures.insert(name);
                }
            }
        }
        for name in failures {
            println!("alone: {name}");
            let alone = BTreeSet::from([name.clone()]);
            if run_once(runner, &binary, &alone)?.iter().all(|(_, has_passed)| *has_passed) {
                counts.passed += 1;
                counts.passed_alone += 1;
            } else {
                counts.failures.insert(name);
            }
        }
    }
    Ok(counts)
}

impl Counts {
    /// Returns the sentence about tests that passed alone only, after the reasons for not running
    /// others.
    pub(super) fn remarks(&self, not_run: &str) -> String {
        let separator = if not_run.is_empty() { "" } else { ". " };
        match self.passed_alone {
            0 => not_run.to_owned(),
            count => format!("{not_run}{separator}Within time limits only when run alone: {count}"),
        }
    }
}

impl Runner {
    /// Returns a command that runs a program of the other platform.
    pub(super) fn command(&self, executable: &Path) -> Command {
        let mut words = self.words.iter().map(OsStr::new).chain([executable.as_os_str()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .envs(self.vars.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    fn test(&self, binary: &Binary) -> Command {
        let mut command = self.command(&binary.executable);
        command.current_dir(binary.folder());
        command
    }
}

/// A test binary, and the crate that it is of.
#[derive(Debug)]
struct Binary {
    executable: PathBuf,
    manifest: PathBuf,
}

impl Binary {
    fn folder(&self) -> &Path {
        self.manifest.parent().unwrap_or(Path::new("."))
    }
}

/// A message of cargo; other members are not read.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    manifest_path: Option<PathBuf>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// Returns the test binaries in cargo's messages, one in a line.
fn binaries(messages: &str) -> Vec<Binary> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    messages
        .filter(|message| message.profile.as_ref().is_some_and(|profile| profile.test))
        .filter_map(|message| {
            Some(Binary { executable: message.executable?, manifest: message.manifest_path? })
        })
        .collect()
}

fn listed(list: &str, skipped: &[&str]) -> BTreeSet<String> {
    let names = list.lines().filter_map(|line| line.trim_end().strip_suffix(": test"));
    let is_skipped =
        |name: &str| name.contains(HELPERS) || skipped.iter().any(|word| name.contains(word));
    names.filter(|name| !is_skipped(name)).map(str::to_owned).collect()
}

/// Runs tests until all have a result, or one exceeds its time limit, and returns the results.
fn run_once(
    runner: &Runner,
    binary: &Binary,
    tests: &BTreeSet<String>,
) -> Result<Vec<(String, bool)>> {
    let mut child = runner
        .test(binary)
        .args(["--exact", "--test-threads", &runner.threads.to_string()])
        .args(tests)
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().context("no output")?;
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while let Ok(1..) = output.read_until(b'\n', &mut line) {
            let _ = sender.send(String::from_utf8_lossy(&line).trim_end().to_owned());
            line.clear();
        }
    });
    let mut results = Vec::new();
    let mut slow = BTreeSet::new();
    let mut deadline = Instant::now() + TIMEOUT;
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => match parse(&line) {
                Some(Line::Result(name, has_passed)) => {
                    println!("{} {name}", if has_passed { "  ok  " } else { "FAILED" });
                    slow.remove(&name);
                    results.push((name, has_passed));
                    deadline = Instant::now() + TIMEOUT;
                }
                Some(Line::Slow(name)) => _ = slow.insert(name),
                // What the tests left behind may hold the pipe open.
                Some(Line::End) => {
                    println!("{line}");
                    end(&mut child, runner);
                    break;
                }
                None if !line.is_empty() => println!("    {line}"),
                None => {}
            },
            Err(RecvTimeoutError::Timeout) => {
                end(&mut child, runner);
                println!("no test ended within {} s", TIMEOUT.as_secs());
                break;
            }
            Err(RecvTimeoutError::Disconnected) => {
                child.wait()?;
                break;
            }
        }
    }
    if results.is_empty() || !slow.is_empty() {
        // Without any result, the tests would be tried for ever.
        let blamed = if slow.is_empty() { tests.clone() } else { slow };
        results.extend(blamed.into_iter().map(|name| (name, false)));
    }
    Ok(results)
}

fn end(child: &mut Child, runner: &Runner) {
    let _ = child.kill();
    (runner.clean_up)(runner);
    let _ = child.wait();
}

/// A line of the test harness.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Result(String, bool),
    /// The test runs for more than a minute.
    Slow(String),
    /// All tests have a result.
    End,
}

fn parse(line: &str) -> Option<Line> {
    if line.starts_with("test result: ") {
        return Some(Line::End);
    }
    let test = line.strip_prefix("test ")?;
    if let Some((name, _)) = test.split_once(" has been running for over ") {
        return Some(Line::Slow(name.to_owned()));
    }
    let (name, result) = test.split_once(" ... ")?;
    let name = name.trim_end_matches(" - should panic").to_owned();
    match result {
        "ok" => Some(Line::Result(name, true)),
        "FAILED" => Some(Line::Result(name, false)),
        _ => None,
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn lines_of_the_harness_are_parsed() {
        let result = |name: &str, has_passed| Some(Line::Result(name.into(), has_passed));
        assert_eq!(parse("test a::works ... ok"), result("a::works", true));
        assert_eq!(parse("test a::panics - should panic ... ok"), result("a::panics", true));
        assert_eq!(parse("test a::fails ... FAILED"), result("a::fails", false));
        let slow = parse("test a::hangs has been running for over 60 seconds");
        assert_eq!(slow, Some(Line::Slow("a::hangs".into())));
        assert_eq!(parse("test result: ok. 12 passed; 0 failed"), Some(Line::End));
        for line in ["running 2 tests", "a::fails", ""] {
            assert_eq!(parse(line), None);
        }
    }

    #[test]
    fn listed_tests_are_those_that_are_not_skipped() {
        let list = "a::one: test\r\na::two: test\nhelper_command: test\nb: benchmark\n";
        assert_eq!(listed(list, &["two"]), BTreeSet::from(["a::one".to_owned()]));
    }

    #[test]
    fn test_binaries_are_in_the_messages_of_cargo() {
        let messages = r#"{"reason":"compiler-artifact","manifest_path":"/w/a/Cargo.toml","profile":{"test":true},"executable":"/t/it-1.exe"}
{"reason":"compiler-artifact","manifest_path":"/w/a/Cargo.toml","profile":{"test":false},"executable":"/t/program.exe"}
{"reason":"build-finished","success":true}"#;
        let binaries = binaries(messages);
        let [binary] = &binaries[..] else { panic!("{binaries:?}") };
        assert_eq!(binary.executable, Path::new("/t/it-1.exe"));
        assert_eq!(binary.folder(), Path::new("/w/a"));
    }
}
