//! The cases from which this project differs, knowing that it does.
//!
//! `divergences.toml` has a table for each:
//!
//! ```toml
//! [[divergence]]
//! suite = "profile-provider"
//! case = "the_name_of_the_case"
//! reason = "what is done instead, and why that is better"
//! date = "2026-11-21"
//! ```
//!
//! A case that is listed and passes fails the run, so that no row outlives its reason.

use crate::mismatch::{Checked, Mismatch};

/// The list of this project.
pub(crate) const LIST: &str = include_str!("../divergences.toml");

/// A list of differences.
#[derive(Debug, Default)]
pub(crate) struct Divergences(Vec<Divergence>);

/// One difference.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Divergence {
    suite: String,
    case: String,
    /// What is done instead, and why.
    pub(crate) reason: String,
    /// When that was decided.
    date: String,
}

impl Divergences {
    /// Reads the part of TOML that such a list needs.
    pub(crate) fn parse(text: &str) -> Checked<Self> {
        let mut rows: Vec<Divergence> = Vec::new();
        for (before, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line == "[[divergence]]" {
                rows.push(Divergence::default());
                continue;
            }
            let place = rows.last_mut().and_then(|row| row.set(line));
            place
                .ok_or_else(|| Mismatch::new(format!("divergences.toml:{}: {line}", before + 1)))?;
        }
        match rows.iter().find(|row| row.lacks_something()) {
            Some(row) => Err(Mismatch::new(format!("divergences.toml: incomplete: {row:?}"))),
            None => Ok(Self(rows)),
        }
    }

    /// What is known about a case.
    pub(crate) fn find(&self, suite: &str, case: &str) -> Option<&Divergence> {
        self.0.iter().find(|row| row.suite == suite && row.case == case)
    }
}

impl Divergence {
    fn set(&mut self, line: &str) -> Option<()> {
        let (key, value) = line.split_once('=')?;
        let place = match key.trim() {
            "suite" => &mut self.suite,
            "case" => &mut self.case,
            "reason" => &mut self.reason,
            "date" => &mut self.date,
            _ => return None,
        };
        let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        value.replace("\\\"", "\"").replace("\\\\", "\\").clone_into(place);
        Some(())
    }

    fn lacks_something(&self) -> bool {
        [&self.suite, &self.case, &self.reason, &self.date].into_iter().any(String::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "# Why.\n[[divergence]]\nsuite = \"a\"\ncase = \"b \\\"c\\\"\"\n\
                       reason = \"d\"\ndate = \"2026-11-21\"\n";

    #[test]
    fn a_row_is_found_by_suite_and_case() {
        let divergences = Divergences::parse(ROW).unwrap();
        assert_eq!(divergences.find("a", "b \"c\"").unwrap().reason, "d");
        assert!(divergences.find("a", "c").is_none());
        assert!(divergences.find("b", "b \"c\"").is_none());
    }

    #[test]
    fn a_row_says_everything() {
        for line in ["reason = \"d\"\n", "date = \"2026-11-21\"\n", "suite = \"a\"\n"] {
            assert!(Divergences::parse(&ROW.replace(line, "")).is_err(), "{line}");
        }
        assert!(Divergences::parse(&ROW.replace("reason", "because")).is_err());
        assert!(Divergences::parse("suite = \"a\"\n").is_err());
    }

    #[test]
    fn the_list_of_this_project_can_be_read() {
        Divergences::parse(LIST).unwrap();
    }
}
