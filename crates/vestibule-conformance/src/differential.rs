//! The same two files through another SDK's reader and through ours.
//!
//! Inputs are those of the suite `config-differential`, then as many made-up ones as asked for.
//! Where the two readers differ, the input is shrunk to the fewest lines that still show it, and
//! one of the features of what is left has to be a `[[difference]]` of `divergences.toml`.

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
use crate::{Args, case};

/// From this many inputs on, a row that explains nothing is taken for outdated.
const MANY: u64 = 20_000;

/// Reads every input with a subject and with ours; true if nothing differs that is not known.
pub(crate) fn run(own: &Path, args: &Args, out: &mut dyn Write) -> io::Result<bool> {
    match differences(own, args, out) {
        Ok(good) => Ok(good),
        Err(error) => {
            writeln!(out, "failed: {}\n  {error}", args.subject)?;
            Ok(false)
        }
    }
}

fn differences(own: &Path, args: &Args, out: &mut dyn Write) -> Checked<bool> {
    let divergences = Divergences::parse(LIST)?;
    let known = divergences.features(&args.subject);
    let subject = Subject::start(&args.subject, own, args.installed.as_deref())?;
    let mut run = Run { subject, known, tally: Tally::default(), out };
    let folders = [Some(own), args.suites.as_deref()];
    for (name, input) in
        folders.into_iter().flatten().map(listed).collect::<Checked<Vec<_>>>()?.concat()
    {
        run.input(&name, &input)?;
    }
    let from_suites = run.tally.inputs();
    writeln!(run.out, "{}: {from_suites} inputs of suites", args.subject)?;
    writeln!(run.out, "{} more inputs: --seed {} --count {}", args.count, args.seed, args.count)?;
    let mut made = generator::Generator::new(args.seed);
    for number in 0..args.count {
        run.input(&format!("input {number} of seed {}", args.seed), &made.input())?;
    }
    Ok(run.conclude(MANY <= args.count)?)
}

/// The inputs that the suite in a folder lists, by name.
fn listed(root: &Path) -> Checked<Vec<(String, Input)>> {
    let mut inputs = Vec::new();
    for found in find::find(root, SUITES)? {
        if found.suite.name != config_differential::NAME {
            continue;
        }
        for case in case::read(found.suite, &found.path)? {
            let [config, credentials] = config_differential::files(&case)?;
            inputs.push((case.name, Input { config, credentials }));
        }
    }
    Ok(inputs)
}

struct Run<'a> {
    subject: Subject,
    /// The features that explain a difference.
    known: BTreeMap<String, String>,
    tally: Tally,
    out: &'a mut dyn Write,
}

#[derive(Debug, Default)]
struct Tally {
    /// Read alike, without any feature of a known difference.
    plain: u64,
    /// Read alike all the same.
    alike: u64,
    differ: u64,
    failed: u64,
    /// The differences, by the features of the shrunk input that explain them.
    by_feature: BTreeMap<String, u64>,
}

impl Tally {
    fn inputs(&self) -> u64 {
        self.plain + self.alike + self.differ + self.failed
    }
}

impl Run<'_> {
    fn input(&mut self, name: &str, input: &Input) -> Checked {
        if self.subject.compare(input)?.is_ok() {
            let alike = if self.explained(input).is_empty() {
                &mut self.tally.plain
            } else {
                &mut self.tally.alike
            };
            *alike += 1;
            return Ok(());
        }
        let subject = &mut self.subject;
        // A part may differ for a reason of its own, such as a header that is gone.
        let features = features::of(input);
        let shrunk = input.by_lines(|part| {
            Ok(features::of(part).is_subset(&features) && subject.compare(part)?.is_err())
        })?;
        let explained = self.explained(&shrunk);
        for feature in &explained {
            *self.tally.by_feature.entry(feature.clone()).or_default() += 1;
        }
        if explained.is_empty() {
            self.fail(name, &shrunk)
        } else {
            self.tally.differ += 1;
            Ok(())
        }
    }

    /// The features of an input that are known to be read differently.
    fn explained(&self, input: &Input) -> BTreeSet<String> {
        let features = features::of(input).into_iter().map(str::to_owned);
        features.filter(|feature| self.known.contains_key(feature)).collect()
    }

    fn fail(&mut self, name: &str, input: &Input) -> Checked {
        self.tally.failed += 1;
        let subject = &mut self.subject;
        let input = input.by_characters(|part| {
            let differs = subject.compare(part)?.is_err();
            Ok(differs && features::of(part).iter().all(|it| !self.known.contains_key(*it)))
        })?;
        writeln!(self.out, "\nfailed: {name}: no known difference explains this\n{input}")?;
        writeln!(self.out, "  features: {:?}", features::of(&input))?;
        if let Err(difference) = self.subject.compare(&input)? {
            difference.to_string().lines().try_for_each(|line| writeln!(self.out, "  {line}"))?;
        }
        Ok(())
    }

    /// Tells which rows of the list were met, and how often.
    fn conclude(mut self, outdated: bool) -> io::Result<bool> {
        for (feature, reason) in &self.known {
            let count = self.tally.by_feature.get(feature).copied().unwrap_or_default();
            writeln!(self.out, "{count:>7}  {feature}: {reason}")?;
            if outdated && count == 0 {
                writeln!(self.out, "\nfailed: {feature}: explains nothing: delete its row\n")?;
                self.tally.failed += 1;
            }
        }
        let Tally { plain, alike, differ, failed, .. } = self.tally;
        writeln!(
            self.out,
            "{} read alike ({plain} of them plain), {differ} differ as known, {failed} failed",
            plain + alike
        )?;
        Ok(failed == 0 && 0 < plain)
    }
}

/// What two readers made of one input.
fn same(ours: &serde_json::Value, theirs: &serde_json::Value) -> Checked {
    compare::json(ours, theirs).map_err(|error| error.about("- vestibule, + the subject"))
}

/// A subject that does not answer.
fn silent(name: &str) -> Mismatch {
    Mismatch::new(format!("{name} does not answer; its message is on stderr"))
}
