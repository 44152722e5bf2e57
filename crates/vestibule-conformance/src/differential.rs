//! Differential test of vestibule's config parser against another SDK's.
//!
//! Inputs are those of the suite `config-differential`, then `--count` generated ones.
//! If the parsers differ, the input is shrunk to the fewest lines that still differ, and
//! `divergences.toml` must list one of its features as a `[[difference]]`.

mod features;
mod generator;
mod input;
mod shape;
mod subject;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use self::input::Input;
use self::subject::Subject;
use crate::compare;
use crate::divergences::{Divergences, LIST};
use crate::find;
use crate::mismatch::{Checked, Mismatch};
use crate::suites::{SUITES, config_differential};
use crate::{Args, suite};

/// Number of generated inputs from which an unused row of `divergences.toml` is a failure.
const UNUSED_ROWS_FAIL_FROM: u64 = 20_000;

/// Parses every input with vestibule and the subject; returns `true` if all differences are listed.
pub(crate) fn run(testdata: &Path, args: &Args, out: &mut dyn Write) -> io::Result<bool> {
    match compare_inputs(testdata, args, out) {
        Ok(passed) => Ok(passed),
        Err(error) => {
            writeln!(out, "failed: {}\n  {error}", args.subject)?;
            Ok(false)
        }
    }
}

fn compare_inputs(testdata: &Path, args: &Args, out: &mut dyn Write) -> Checked<bool> {
    let divergences = Divergences::parse(LIST)?;
    let known = divergences.features(&args.subject);
    let subject = Subject::start(&args.subject, testdata, args.installed.as_deref())?;
    let mut run = Run { subject, known, tally: Tally::default(), out };
    let folders = [Some(testdata), args.suites.as_deref()];
    for (name, input) in
        folders.into_iter().flatten().map(suite_inputs).collect::<Checked<Vec<_>>>()?.concat()
    {
        run.check_input(&name, &input)?;
    }
    let from_suites = run.tally.inputs();
    writeln!(run.out, "{}: {from_suites} inputs from suites", args.subject)?;
    writeln!(run.out, "{} more inputs: --seed {} --count {}", args.count, args.seed, args.count)?;
    let mut generator = generator::Generator::new(args.seed);
    for number in 0..args.count {
        run.check_input(&format!("input {number} of seed {}", args.seed), &generator.input())?;
    }
    Ok(run.finish(UNUSED_ROWS_FAIL_FROM <= args.count)?)
}

/// Returns the inputs of the suite `config-differential` in a directory, by name.
fn suite_inputs(root: &Path) -> Checked<Vec<(String, Input)>> {
    let mut inputs = Vec::new();
    for found in find::find_suites(root, SUITES)? {
        if found.suite.name != config_differential::NAME {
            continue;
        }
        for case in suite::read_cases(found.suite, &found.path)? {
            let [config, credentials] = config_differential::files(&case)?;
            inputs.push((case.name, Input { config, credentials }));
        }
    }
    Ok(inputs)
}

struct Run<'a> {
    subject: Subject,
    /// The features listed in `divergences.toml`, with their reasons.
    known: BTreeMap<String, String>,
    tally: Tally,
    out: &'a mut dyn Write,
}

#[derive(Debug, Default)]
struct Tally {
    /// Inputs without a listed feature that are parsed equally.
    equal_plain: u64,
    /// Inputs with a listed feature that are parsed equally.
    equal_listed: u64,
    differ: u64,
    failed: u64,
    /// The number of differences, by listed feature of the shrunk input.
    by_feature: BTreeMap<String, u64>,
}

impl Tally {
    fn inputs(&self) -> u64 {
        self.equal_plain + self.equal_listed + self.differ + self.failed
    }
}

impl Run<'_> {
    fn check_input(&mut self, name: &str, input: &Input) -> Checked {
        if self.subject.compare(input)?.is_ok() {
            let count = if self.listed_features(input).is_empty() {
                &mut self.tally.equal_plain
            } else {
                &mut self.tally.equal_listed
            };
            *count += 1;
            return Ok(());
        }
        let subject = &mut self.subject;
        // Removing lines can add a feature, such as a property without a section.
        let features = features::detect(input);
        let shrunk = input.shrink_lines(|part| {
            Ok(features::detect(part).is_subset(&features) && subject.compare(part)?.is_err())
        })?;
        let listed = self.listed_features(&shrunk);
        for feature in &listed {
            *self.tally.by_feature.entry(feature.clone()).or_default() += 1;
        }
        if listed.is_empty() {
            self.report_failure(name, &shrunk)
        } else {
            self.tally.differ += 1;
            Ok(())
        }
    }

    /// Returns the features of an input that `divergences.toml` lists.
    fn listed_features(&self, input: &Input) -> BTreeSet<String> {
        let features = features::detect(input).into_iter().map(str::to_owned);
        features.filter(|feature| self.known.contains_key(feature)).collect()
    }

    fn report_failure(&mut self, name: &str, input: &Input) -> Checked {
        self.tally.failed += 1;
        let subject = &mut self.subject;
        let input = input.shrink_characters(|part| {
            let differs = subject.compare(part)?.is_err();
            Ok(differs && features::detect(part).iter().all(|it| !self.known.contains_key(*it)))
        })?;
        writeln!(
            self.out,
            "\nfailed: {name}: the parsers differ, and no feature is in divergences.toml\n{input}"
        )?;
        writeln!(self.out, "  features: {:?}", features::detect(&input))?;
        if let Err(difference) = self.subject.compare(&input)? {
            difference.to_string().lines().try_for_each(|line| writeln!(self.out, "  {line}"))?;
        }
        Ok(())
    }

    /// Writes the number of differences per listed feature, and the totals.
    fn finish(mut self, unused_rows_fail: bool) -> io::Result<bool> {
        for (feature, reason) in &self.known {
            let count = self.tally.by_feature.get(feature).copied().unwrap_or_default();
            writeln!(self.out, "{count:>7}  {feature}: {reason}")?;
            if unused_rows_fail && count == 0 {
                writeln!(
                    self.out,
                    "\nfailed: {feature}: no difference has this feature: delete its row\n"
                )?;
                self.tally.failed += 1;
            }
        }
        let Tally { equal_plain, equal_listed, differ, failed, .. } = self.tally;
        writeln!(
            self.out,
            "{} equal ({equal_plain} without a listed feature), {differ} differ as listed, {failed} failed",
            equal_plain + equal_listed
        )?;
        Ok(failed == 0 && 0 < equal_plain)
    }
}

/// Compares the results of both parsers.
fn compare_results(ours: &serde_json::Value, theirs: &serde_json::Value) -> Checked {
    compare::json(ours, theirs).map_err(|error| error.with_context("- vestibule, + the subject"))
}

/// Returns the error for a subject that sent no response.
fn no_response(name: &str) -> Mismatch {
    Mismatch::new(format!("{name} sent no response; see its message on stderr"))
}
