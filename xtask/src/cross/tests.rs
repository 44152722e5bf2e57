//! Test runs and their counts.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use xshell::Cmd;

/// The counts of a test run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failed: usize,
    /// Names of the tests that failed.
    pub(super) failures: BTreeSet<String>,
}

/// Runs tests to the end, prints what failed, and counts.
pub(super) fn run(command: Cmd<'_>) -> Result<Counts> {
    let output = command.ignore_status().read()?;
    let counts = count(&output);
    ensure!(0 < counts.passed + counts.failed, "no test ran: the build failed\n{output}");
    if 0 < counts.failed {
        println!("{output}");
    }
    Ok(counts)
}

/// Counts in the output of one or more test binaries.
fn count(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        if let Some(results) = line.strip_prefix("test result: ") {
            counts.passed += number_before(results, " passed");
            counts.failed += number_before(results, " failed");
        } else if let Some(test) = line.strip_prefix("test ")
            && let Some(name) = test.strip_suffix(" ... FAILED")
        {
            counts.failures.insert(name.to_owned());
        }
    }
    counts
}

fn number_before(text: &str, word: &str) -> usize {
    let number = text.split(word).next().and_then(|before| before.rsplit(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn results_of_several_binaries_are_added() {
        let output = "\
running 2 tests
test a::works ... ok
test a::fails ... FAILED

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 3 filtered out
test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s
";
        let failures = BTreeSet::from(["a::fails".to_owned()]);
        assert_eq!(count(output), Counts { passed: 13, failed: 1, failures });
    }
}
