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
//!
//! A table for each feature of config files that another SDK's reader takes differently:
//!
//! ```toml
//! [[difference]]
//! subject = "botocore"
//! feature = "comment-after-value"
//! reason = "P1: what the subject does instead"
//! date = "2026-11-21"
//! ```

use std::collections::BTreeMap;

use crate::mismatch::{Checked, Mismatch};

/// The list of this project.
pub(crate) const LIST: &str = include_str!("../divergences.toml");

/// A list of differences.
#[derive(Debug, Default)]
pub(crate) struct Divergences(Vec<Divergence>);

/// One difference: of a case in a suite, or of a subject at a feature.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Divergence {
    /// What the names of `of` and `at` are.
    names: [&'static str; 2],
    of: String,
    at: String,
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
            let names = match line {
                "[[divergence]]" => Some(["suite", "case"]),
                "[[difference]]" => Some(["subject", "feature"]),
                _ => None,
            };
            if let Some(names) = names {
                rows.push(Divergence { names, ..Divergence::default() });
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
        let mut rows = self.0.iter().filter(|row| row.names == ["suite", "case"]);
        rows.find(|row| row.of == suite && row.at == case)
    }

    /// The features that a subject reads in its own way, with the reason why we do not.
    pub(crate) fn features(&self, subject: &str) -> BTreeMap<String, String> {
        let rows = self.0.iter().filter(|row| row.names == ["subject", "feature"]);
        let rows = rows.filter(|row| row.of == subject);
        rows.map(|row| (row.at.clone(), row.reason.clone())).collect()
    }
}

impl Divergence {
    fn set(&mut self, line: &str) -> Option<()> {
        let (key, value) = line.split_once('=')?;
        let place = match key.trim() {
            name if name == self.names[0] => &mut self.of,
            name if name == self.names[1] => &mut self.at,
            "reason" => &mut self.reason,
            "date" => &mut self.date,
            _ => return None,
        };
        let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        value.replace("\\\"", "\"").replace("\\\\", "\\").clone_into(place);
        Some(())
    }

    fn lacks_something(&self) -> bool {
        [&self.of, &self.at, &self.reason, &self.date].into_iter().any(String::is_empty)
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
    fn a_subject_has_features() {
        let text = ROW.replace("divergence", "difference");
        let text = text.replace("suite", "subject").replace("case", "feature");
        let divergences = Divergences::parse(&text).unwrap();
        assert_eq!(divergences.features("a").into_keys().collect::<Vec<_>>(), ["b \"c\""]);
        assert!(divergences.features("b").is_empty());
        assert!(divergences.find("a", "b \"c\"").is_none());
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
