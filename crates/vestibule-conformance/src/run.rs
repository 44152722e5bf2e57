//! Runs suites and reports their results.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use wildmatch::WildMatch;

use crate::case::Case;
use crate::divergences::{Divergences, LIST};
use crate::find::{self, Found, Listed};
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;
use crate::suite::{self, Checker, Suite};
use crate::suites::SUITES;
use crate::{Args, capture, differential};

/// Runs the cases in `testdata`, then those that `args` selects.
///
/// Writes a line for each suite, the mismatch of each failed case, and `N passed, N failed` as the
/// last line. Returns `true` if no case failed and at least one passed.
///
/// If `args` names a subject, compares its config parser with vestibule's instead.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn run(testdata: &Path, args: &Args, out: &mut dyn Write) -> io::Result<bool> {
    if args.subject != Args::LIBRARY {
        return differential::run(testdata, args, out);
    }
    let mut run = Run::new(SUITES, args.case.as_deref(), out);
    match Divergences::parse(LIST) {
        Ok(divergences) => run.divergences = divergences,
        Err(error) => run.fail("divergences", error)?,
    }
    run.run_folder("vestibule", testdata)?;
    if let Some(folder) = &args.suites {
        run.run_folder("shared", folder)?;
    }
    for (name, folder) in &args.packages {
        run.run_folder(name, folder)?;
    }
    run.finish()
}

struct Run<'a> {
    suites: &'a [Suite],
    /// Glob that selects cases by `suite/name`.
    filter: Option<&'a str>,
    out: &'a mut dyn Write,
    /// The title of the current directory, until it is written.
    heading: Option<String>,
    divergences: Divergences,
    passed: usize,
    failed: usize,
}

/// The results of a suite.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    divergent: usize,
    /// Cases that cannot run here, by reason.
    skipped: BTreeMap<&'static str, usize>,
    /// Failed cases, by name.
    failed: Vec<(String, Mismatch)>,
}

impl<'a> Run<'a> {
    fn new(suites: &'a [Suite], filter: Option<&'a str>, out: &'a mut dyn Write) -> Self {
        let divergences = Divergences::default();
        Self { suites, filter, out, heading: None, divergences, passed: 0, failed: 0 }
    }

    /// Runs every suite in a directory.
    fn run_folder(&mut self, title: &str, root: &Path) -> io::Result<()> {
        self.heading = Some(format!("{title} ({})", root.display()));
        let found = match find::find_suites(root, self.suites) {
            Ok(found) if found.is_empty() => return self.fail(title, Mismatch::new("no suites")),
            Ok(found) => found,
            Err(error) => return self.fail(title, error.into()),
        };
        let mut listed = match find::listed_suites(root) {
            Ok(listed) => listed,
            Err(error) => return self.fail(title, error),
        };
        for found in &found {
            let entry = listed.iter().position(|entry| entry.describes(root, found));
            let entry = entry.map(|index| listed.remove(index));
            self.run_suite(found, entry.as_ref())?;
        }
        for entry in listed {
            let Listed { suite, cases, .. } = &entry;
            if entry.exists(root) {
                self.write_line(&format!("{suite}: skipped: unknown suite ({cases} cases)"))?;
            } else {
                self.fail(suite, Mismatch::new("listed in suites.json but missing"))?;
            }
        }
        match self.heading.take() {
            Some(_) => Ok(()),
            None => writeln!(self.out),
        }
    }

    fn run_suite(&mut self, found: &Found<'_>, listed: Option<&Listed>) -> io::Result<()> {
        let Suite { name, check, .. } = found.suite;
        let cases = match suite::read_cases(found.suite, &found.path) {
            Ok(cases) => cases,
            Err(error) => return self.fail(name, error),
        };
        let mut tally = Tally::default();
        match listed {
            Some(listed) if cases.len() < listed.cases => {
                let text =
                    format!("found {} cases, but suites.json lists {}", cases.len(), listed.cases);
                tally.failed.push(((*name).to_owned(), Mismatch::new(text)));
            }
            None if cases.is_empty() => {
                tally.failed.push(((*name).to_owned(), Mismatch::new("no cases")));
            }
            _ => {}
        }
        let cases: Vec<_> = cases.into_iter().filter(|case| self.is_selected(name, case)).collect();
        if cases.is_empty() && tally.failed.is_empty() {
            return Ok(());
        }
        for case in &cases {
            self.run_case(name, case, *check, &mut tally);
        }
        self.report(name, &tally)
    }

    fn is_selected(&self, suite: &str, case: &Case) -> bool {
        self.filter
            .is_none_or(|glob| WildMatch::new(glob).matches(&format!("{suite}/{}", case.name)))
    }

    fn run_case(&self, suite: &str, case: &Case, check: Checker, tally: &mut Tally) {
        let failed = &mut tally.failed;
        let mut fail = |error: Mismatch| {
            let name = format!("{suite}/{}", case.name);
            failed.push((name, error.with_context(case.path.display())));
        };
        let (checked, secrets) = run_check(case, check);
        match (secrets, checked, self.divergences.find(suite, &case.name)) {
            (Ok(()), Ok(()), None) => tally.passed += 1,
            (Ok(()), Err(Mismatch::Skipped(reason)), _) => {
                *tally.skipped.entry(reason).or_default() += 1;
            }
            (Ok(()), Err(_), Some(_)) => tally.divergent += 1,
            (Err(error), _, _) | (_, Err(error), None) => fail(error),
            (Ok(()), Ok(()), Some(row)) => {
                let text = "no longer differs: delete its row in divergences.toml";
                fail(Mismatch::new(format!("{text}\n{row:?}")));
            }
        }
    }

    fn report(&mut self, suite: &str, tally: &Tally) -> io::Result<()> {
        let Tally { passed, divergent, skipped, failed } = tally;
        self.passed += passed;
        let skipped = skipped.iter().map(|(reason, count)| format!(", {count} skipped: {reason}"));
        let line =
            format!("{suite}: {passed} passed, {} failed, {divergent} divergent", failed.len());
        self.write_line(&(line + &skipped.collect::<String>()))?;
        self.report_failures(failed)
    }

    fn fail(&mut self, name: &str, error: Mismatch) -> io::Result<()> {
        self.report_failures(&[(name.to_owned(), error)])
    }

    fn report_failures(&mut self, failures: &[(String, Mismatch)]) -> io::Result<()> {
        self.failed += failures.len();
        for (name, error) in failures {
            self.write_line(&format!("\nfailed: {name}"))?;
            error.to_string().lines().try_for_each(|line| writeln!(self.out, "  {line}"))?;
        }
        if failures.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    fn write_line(&mut self, line: &str) -> io::Result<()> {
        self.heading.take().map_or(Ok(()), |heading| writeln!(self.out, "{heading}"))?;
        writeln!(self.out, "{line}")
    }

    fn finish(self) -> io::Result<bool> {
        writeln!(self.out, "{} passed, {} failed", self.passed, self.failed)?;
        Ok(self.failed == 0 && 0 < self.passed)
    }
}

/// Runs a check with logging at every level; returns its result and that of the secrets check.
/// A panic counts as a failure.
fn run_check(case: &Case, check: Checker) -> (Checked, Checked) {
    let mut visible = Visible::default();
    let checked = AssertUnwindSafe(|| check(case, &mut visible));
    let (checked, log) = capture::capture_logs(|| catch_unwind(checked));
    visible.log(log);
    let panicked = |_| Err(Mismatch::new("panicked; the message is on stderr"));
    let secrets = case.secrets().map_err(Mismatch::from);
    (checked.unwrap_or_else(panicked), secrets.and_then(|secrets| visible.check(&secrets)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::suite::Cases;

    const FIXTURES: &[Suite] = &[Suite {
        name: "numbers",
        path_suffix: "numbers.json",
        cases: Cases::Elements { pointer: "/tests", name_key: "name" },
        check: |case, visible| {
            visible.debug(&case.data["shown"]);
            assert!(case.data["is"] != 13);
            if case.data["is"].is_null() {
                return Err(Mismatch::Skipped("no number"));
            }
            crate::compare::json(&case.data["should"], &case.data["is"])
        },
    }];

    const ROW: &str =
        "[[divergence]]\nsuite = \"numbers\"\ncase = \"b\"\nreason = \"r\"\ndate = \"d\"\n";

    #[track_caller]
    fn check(files: &[(&str, &str)], divergences: &str, filter: Option<&str>, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            #[expect(clippy::disallowed_methods, reason = "the test's own directory")]
            fs::write(folder.path().join(name), text).unwrap();
        }
        let mut out = Vec::new();
        let mut run = Run::new(FIXTURES, filter, &mut out);
        run.divergences = Divergences::parse(divergences).unwrap();
        run.run_folder("a", folder.path()).unwrap();
        let good = run.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        let text = text.replace(&*folder.path().to_string_lossy(), "DIR");
        let lines = text.lines().filter(|line| !line.is_empty());
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        assert_eq!(text.trim_start_matches("a (DIR)\n"), expected);
        let nothing = expected.starts_with("0 passed");
        assert_eq!(good, expected.ends_with(", 0 failed\n") && !nothing);
    }

    const GOOD: &str = r#"{"tests": [{"name": "a", "should": 1, "is": 1},
                                     {"name": "b", "should": 2, "is": 2}]}"#;
    const BAD: &str = r#"{"tests": [{"name": "a", "should": 1, "is": 1},
                                    {"name": "b", "should": 2, "is": 3}]}"#;

    #[test]
    fn suite_result_is_one_line_and_the_total_is_last() {
        let open = GOOD.replace("]}", r#", {"name": "c"}]}"#);
        check(
            &[("numbers.json", &open)],
            "",
            None,
            "numbers: 2 passed, 0 failed, 0 divergent, 1 skipped: no number\n\
             2 passed, 0 failed\n",
        );
    }

    #[test]
    fn failed_case_is_reported_with_its_name_and_diff() {
        check(
            &[("numbers.json", BAD)],
            "",
            None,
            "numbers: 1 passed, 1 failed, 0 divergent\n\
             failed: numbers/b\n  DIR/numbers.json\n  - 2\n  + 3\n\
             1 passed, 1 failed\n",
        );
    }

    #[test]
    fn listed_divergence_that_passes_is_a_failure() {
        let expected = "numbers: 1 passed, 0 failed, 1 divergent\n1 passed, 0 failed\n";
        check(&[("numbers.json", BAD)], ROW, None, expected);
        let expected = "numbers: 1 passed, 1 failed, 0 divergent\nfailed: numbers/b\n  \
                        DIR/numbers.json\n  no longer differs: delete its row in divergences.toml\n  \
                        Divergence { keys: [\"suite\", \"case\"], group: \"numbers\", item: \"b\", reason: \"r\", date: \"d\" }\n\
                        1 passed, 1 failed\n";
        check(&[("numbers.json", GOOD)], ROW, None, expected);
    }

    #[test]
    fn filter_selects_matching_cases() {
        let expected = "numbers: 1 passed, 0 failed, 0 divergent\n1 passed, 0 failed\n";
        check(&[("numbers.json", BAD)], "", Some("numbers/a"), expected);
        check(&[("numbers.json", BAD)], "", Some("none"), "0 passed, 0 failed\n");
    }

    #[test]
    fn missing_suites_and_cases_are_failures() {
        let listed = r#"[{"suite": "numbers", "path": "numbers.json", "array": ["tests"], "cases": 3},
                         {"suite": "new", "path": "new.json", "cases": 7},
                         {"suite": "lost", "path": "lost.json", "cases": 1}]"#;
        check(
            &[("numbers.json", GOOD), ("new.json", "[]"), ("suites.json", listed)],
            "",
            None,
            "numbers: 2 passed, 1 failed, 0 divergent\n\
             failed: numbers\n  found 2 cases, but suites.json lists 3\n\
             new: skipped: unknown suite (7 cases)\n\
             failed: lost\n  listed in suites.json but missing\n\
             2 passed, 2 failed\n",
        );
        check(&[], "", None, "failed: a\n  no suites\n0 passed, 1 failed\n");
        let no_array = "failed: numbers\n  no array at `/tests`\n0 passed, 1 failed\n";
        check(&[("numbers.json", "{}")], "", None, no_array);
    }

    #[test]
    fn visible_secret_and_panic_are_failures() {
        let case =
            |rest| format!(r#"{{"tests": [{{"name": "a", "should": 1, "is": 1, {rest}}}]}}"#);
        let start =
            "numbers: 0 passed, 1 failed, 0 divergent\nfailed: numbers/a\n  DIR/numbers.json\n";
        let end = "0 passed, 1 failed\n";
        let seen = case(r#""token": "hidden", "shown": "it is hidden here""#);
        let line = "  secret `hidden` in `Debug`:\n  String(\"it is hidden here\")\n";
        check(&[("numbers.json", &seen)], "", None, &format!("{start}{line}{end}"));

        let unseen = case(r#""token": "hidden", "shown": "nothing""#);
        let expected = "numbers: 1 passed, 0 failed, 0 divergent\n1 passed, 0 failed\n";
        check(&[("numbers.json", &unseen)], "", None, expected);

        let panics = case(r#""x": 0"#).replace(r#""is": 1"#, r#""is": 13"#);
        let line = "  panicked; the message is on stderr\n";
        check(&[("numbers.json", &panics)], "", None, &format!("{start}{line}{end}"));
    }
}
