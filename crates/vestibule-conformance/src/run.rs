//! Running suites and telling what came of it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use wildmatch::WildMatch;

use crate::case::{self, Case};
use crate::divergences::{Divergences, LIST};
use crate::find::{self, Found, Listed};
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;
use crate::suite::{Checker, Suite};
use crate::suites::SUITES;
use crate::{Args, capture, differential};

/// Runs the cases in the project's own folder, then those that `args` names.
///
/// Writes a line for each suite and what is wrong with each case that fails, then, as the last
/// line, `N passed, N failed`. True if nothing failed and something passed.
///
/// With another subject than the library, it compares what that one makes of config files.
///
/// # Errors
/// `out` cannot be written to.
pub fn run(own: &Path, args: &Args, out: &mut dyn Write) -> io::Result<bool> {
    if args.subject != Args::LIBRARY {
        return differential::run(own, args, out);
    }
    let mut run = Run::new(SUITES, args.case.as_deref(), out);
    match Divergences::parse(LIST) {
        Ok(divergences) => run.divergences = divergences,
        Err(error) => run.fail("divergences", error)?,
    }
    run.folder("vestibule", own)?;
    if let Some(folder) = &args.suites {
        run.folder("shared", folder)?;
    }
    for (name, folder) in &args.packages {
        run.folder(name, folder)?;
    }
    run.conclude()
}

struct Run<'a> {
    known: &'a [Suite],
    /// What `suite/name` of a case has to match.
    only: Option<&'a str>,
    out: &'a mut dyn Write,
    /// The folder, until there is something to tell of it.
    heading: Option<String>,
    divergences: Divergences,
    passed: usize,
    failed: usize,
}

/// How the cases of one suite came out.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    divergent: usize,
    /// Cases that could not be run, by reason.
    not_yet: BTreeMap<&'static str, usize>,
    /// What is wrong, below the name of a case.
    failed: Vec<(String, Mismatch)>,
}

impl<'a> Run<'a> {
    fn new(known: &'a [Suite], only: Option<&'a str>, out: &'a mut dyn Write) -> Self {
        let divergences = Divergences::default();
        Self { known, only, out, heading: None, divergences, passed: 0, failed: 0 }
    }

    /// Runs every suite in a folder.
    fn folder(&mut self, title: &str, root: &Path) -> io::Result<()> {
        self.heading = Some(format!("{title} ({})", root.display()));
        let found = match find::find(root, self.known) {
            Ok(found) if found.is_empty() => return self.fail(title, Mismatch::new("no suites")),
            Ok(found) => found,
            Err(error) => return self.fail(title, error.into()),
        };
        let mut listed = match find::listed(root) {
            Ok(listed) => listed,
            Err(error) => return self.fail(title, error),
        };
        for found in &found {
            let line = listed.iter().position(|line| line.is(root, found));
            let line = line.map(|line| listed.remove(line));
            self.suite(found, line.as_ref())?;
        }
        for line in listed {
            let Listed { suite, cases, .. } = &line;
            if line.exists(root) {
                self.line(&format!("{suite}: not yet: nobody here knows it ({cases} cases)"))?;
            } else {
                self.fail(suite, Mismatch::new("suites.json lists it, and it is not there"))?;
            }
        }
        match self.heading.take() {
            Some(_) => Ok(()),
            None => writeln!(self.out),
        }
    }

    fn suite(&mut self, found: &Found<'_>, listed: Option<&Listed>) -> io::Result<()> {
        let Suite { name, check, .. } = found.suite;
        let cases = match case::read(found.suite, &found.path) {
            Ok(cases) => cases,
            Err(error) => return self.fail(name, error),
        };
        let mut tally = Tally::default();
        match listed {
            Some(listed) if cases.len() < listed.cases => {
                let text = format!("{} cases, and suites.json lists {}", cases.len(), listed.cases);
                tally.failed.push(((*name).to_owned(), Mismatch::new(text)));
            }
            None if cases.is_empty() => {
                tally.failed.push(((*name).to_owned(), Mismatch::new("no cases")));
            }
            _ => {}
        }
        let cases: Vec<_> = cases.into_iter().filter(|case| self.wants(name, case)).collect();
        if cases.is_empty() && tally.failed.is_empty() {
            return Ok(());
        }
        for case in &cases {
            self.case(name, case, *check, &mut tally);
        }
        self.tell(name, &tally)
    }

    fn wants(&self, suite: &str, case: &Case) -> bool {
        self.only.is_none_or(|only| WildMatch::new(only).matches(&format!("{suite}/{}", case.name)))
    }

    fn case(&self, suite: &str, case: &Case, check: Checker, tally: &mut Tally) {
        let failed = &mut tally.failed;
        let mut fail = |error: Mismatch| {
            let name = format!("{suite}/{}", case.name);
            failed.push((name, error.about(case.path.display())));
        };
        let (checked, kept) = examine(case, check);
        match (kept, checked, self.divergences.find(suite, &case.name)) {
            (Ok(()), Ok(()), None) => tally.passed += 1,
            (Ok(()), Err(Mismatch::NotYet(why)), _) => *tally.not_yet.entry(why).or_default() += 1,
            (Ok(()), Err(_), Some(_)) => tally.divergent += 1,
            (Err(error), _, _) | (_, Err(error), None) => fail(error),
            (Ok(()), Ok(()), Some(row)) => {
                let text = "differs no longer: delete its row in divergences.toml";
                fail(Mismatch::new(format!("{text}\n{row:?}")));
            }
        }
    }

    fn tell(&mut self, suite: &str, tally: &Tally) -> io::Result<()> {
        let Tally { passed, divergent, not_yet, failed } = tally;
        self.passed += passed;
        let not_yet = not_yet.iter().map(|(why, count)| format!(", {count} not yet: {why}"));
        let line =
            format!("{suite}: {passed} passed, {} failed, {divergent} divergent", failed.len());
        self.line(&(line + &not_yet.collect::<String>()))?;
        self.fail_all(failed)
    }

    fn fail(&mut self, what: &str, error: Mismatch) -> io::Result<()> {
        self.fail_all(&[(what.to_owned(), error)])
    }

    fn fail_all(&mut self, failures: &[(String, Mismatch)]) -> io::Result<()> {
        self.failed += failures.len();
        for (what, error) in failures {
            self.line(&format!("\nfailed: {what}"))?;
            error.to_string().lines().try_for_each(|line| writeln!(self.out, "  {line}"))?;
        }
        if failures.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        self.heading.take().map_or(Ok(()), |heading| writeln!(self.out, "{heading}"))?;
        writeln!(self.out, "{line}")
    }

    fn conclude(self) -> io::Result<bool> {
        writeln!(self.out, "{} passed, {} failed", self.passed, self.failed)?;
        Ok(self.failed == 0 && 0 < self.passed)
    }
}

/// Checks a case with logging at its loudest, then whether it kept its secrets. A panic is a
/// failure like any other.
fn examine(case: &Case, check: Checker) -> (Checked, Checked) {
    let mut visible = Visible::default();
    let checked = AssertUnwindSafe(|| check(case, &mut visible));
    let (checked, log) = capture::logs(|| catch_unwind(checked));
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

    const KNOWN: &[Suite] = &[Suite {
        name: "numbers",
        place: "numbers.json",
        cases: Cases::Elements { at: "/tests", name: "name" },
        check: |case, visible| {
            visible.debug(&case.data["shown"]);
            assert!(case.data["is"] != 13);
            if case.data["is"].is_null() {
                return Err(Mismatch::NotYet("no number"));
            }
            crate::compare::json(&case.data["should"], &case.data["is"])
        },
    }];

    const ROW: &str =
        "[[divergence]]\nsuite = \"numbers\"\ncase = \"b\"\nreason = \"r\"\ndate = \"d\"\n";

    #[track_caller]
    fn check(files: &[(&str, &str)], divergences: &str, only: Option<&str>, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            #[expect(clippy::disallowed_methods, reason = "the test's own folder")]
            fs::write(folder.path().join(name), text).unwrap();
        }
        let mut out = Vec::new();
        let mut run = Run::new(KNOWN, only, &mut out);
        run.divergences = Divergences::parse(divergences).unwrap();
        run.folder("a", folder.path()).unwrap();
        let good = run.conclude().unwrap();
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
    fn each_suite_has_a_line_and_the_run_a_last_one() {
        let open = GOOD.replace("]}", r#", {"name": "c"}]}"#);
        check(
            &[("numbers.json", &open)],
            "",
            None,
            "numbers: 2 passed, 0 failed, 0 divergent, 1 not yet: no number\n\
             2 passed, 0 failed\n",
        );
    }

    #[test]
    fn a_failing_case_is_named_and_shown() {
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
    fn a_known_difference_passes_for_as_long_as_it_differs() {
        let expected = "numbers: 1 passed, 0 failed, 1 divergent\n1 passed, 0 failed\n";
        check(&[("numbers.json", BAD)], ROW, None, expected);
        let expected = "numbers: 1 passed, 1 failed, 0 divergent\nfailed: numbers/b\n  \
                        DIR/numbers.json\n  differs no longer: delete its row in divergences.toml\n  \
                        Divergence { names: [\"suite\", \"case\"], of: \"numbers\", at: \"b\", reason: \"r\", date: \"d\" }\n\
                        1 passed, 1 failed\n";
        check(&[("numbers.json", GOOD)], ROW, None, expected);
    }

    #[test]
    fn only_what_is_asked_for_is_run() {
        let expected = "numbers: 1 passed, 0 failed, 0 divergent\n1 passed, 0 failed\n";
        check(&[("numbers.json", BAD)], "", Some("numbers/a"), expected);
        check(&[("numbers.json", BAD)], "", Some("none"), "0 passed, 0 failed\n");
    }

    #[test]
    fn nothing_is_left_out_in_silence() {
        let listed = r#"[{"suite": "numbers", "path": "numbers.json", "array": ["tests"], "cases": 3},
                         {"suite": "new", "path": "new.json", "cases": 7},
                         {"suite": "lost", "path": "lost.json", "cases": 1}]"#;
        check(
            &[("numbers.json", GOOD), ("new.json", "[]"), ("suites.json", listed)],
            "",
            None,
            "numbers: 2 passed, 1 failed, 0 divergent\n\
             failed: numbers\n  2 cases, and suites.json lists 3\n\
             new: not yet: nobody here knows it (7 cases)\n\
             failed: lost\n  suites.json lists it, and it is not there\n\
             2 passed, 2 failed\n",
        );
        check(&[], "", None, "failed: a\n  no suites\n0 passed, 1 failed\n");
        let nowhere = "failed: numbers\n  no array at `/tests`\n0 passed, 1 failed\n";
        check(&[("numbers.json", "{}")], "", None, nowhere);
    }

    #[test]
    fn a_secret_that_shows_and_a_panic_are_failures() {
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
