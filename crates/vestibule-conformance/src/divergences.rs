//! The list of intended differences, `divergences.toml`.
//!
//! A `[[divergence]]` is a case of a suite with an intentionally different result:
//!
//! ```toml
//! [[divergence]]
//! suite = "profile-provider"
//! case = "the_name_of_the_case"
//! reason = "the behavior of vestibule, and why it is better"
//! date = "2026-11-21"
//! ```
//!
//! A listed case that passes fails the run, so that no row becomes outdated.
//!
//! A `[[difference]]` is a feature of config files that another SDK parses differently:
//!
//! ```toml
//! [[difference]]
//! subject = "botocore"
//! feature = "comment-after-value"
//! reason = "P1: the behavior of the subject"
//! date = "2026-11-21"
//! ```

use std::collections::BTreeMap;

use crate::mismatch::{Checked, Mismatch};

/// The text of `divergences.toml`.
pub(crate) const LIST: &str = include_str!("../divergences.toml");

/// The parsed list of differences.
#[derive(Debug, Default)]
pub(crate) struct Divergences(Vec<Divergence>);

/// A difference: a case of a suite, or a feature of a subject.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Divergence {
    /// The keys of `group` and `item`.
    keys: [&'static str; 2],
    group: String,
    item: String,
    /// The different behavior, and the reason for it.
    pub(crate) reason: String,
    /// The date of the decision.
    date: String,
}

impl Divergences {
    /// Parses the subset of TOML that the list uses.
    pub(crate) fn parse(text: &str) -> Checked<Self> {
        let mut rows: Vec<Divergence> = Vec::new();
        for (index, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let keys = match line {
                "[[divergence]]" => Some(["suite", "case"]),
                "[[difference]]" => Some(["subject", "feature"]),
                _ => None,
            };
            if let Some(keys) = keys {
                rows.push(Divergence { keys, ..Divergence::default() });
                continue;
            }
            let assigned = rows.last_mut().and_then(|row| row.set(line));
            assigned
                .ok_or_else(|| Mismatch::new(format!("divergences.toml:{}: {line}", index + 1)))?;
        }
        match rows.iter().find(|row| row.is_incomplete()) {
            Some(row) => Err(Mismatch::new(format!("divergences.toml: incomplete: {row:?}"))),
            None => Ok(Self(rows)),
        }
    }

    /// Returns the row of a case, if the case is listed.
    pub(crate) fn find(&self, suite: &str, case: &str) -> Option<&Divergence> {
        let mut rows = self.0.iter().filter(|row| row.keys == ["suite", "case"]);
        rows.find(|row| row.group == suite && row.item == case)
    }

    /// Returns the features that a subject parses differently, with the reasons.
    pub(crate) fn features(&self, subject: &str) -> BTreeMap<String, String> {
        let rows = self.0.iter().filter(|row| row.keys == ["subject", "feature"]);
        let rows = rows.filter(|row| row.group == subject);
        rows.map(|row| (row.item.clone(), row.reason.clone())).collect()
    }
}

impl Divergence {
    /// Assigns the value of one line; `None` if the line is invalid.
    fn set(&mut self, line: &str) -> Option<()> {
        let (key, value) = line.split_once('=')?;
        let field = match key.trim() {
            key if key == self.keys[0] => &mut self.group,
            key if key == self.keys[1] => &mut self.item,
            "reason" => &mut self.reason,
            "date" => &mut self.date,
            _ => return None,
        };
        let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        value.replace("\\\"", "\"").replace("\\\\", "\\").clone_into(field);
        Some(())
    }

    fn is_incomplete(&self) -> bool {
        [&self.group, &self.item, &self.reason, &self.date].into_iter().any(String::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "# Comment.\n[[divergence]]\nsuite = \"a\"\ncase = \"b \\\"c\\\"\"\n\
                       reason = \"d\"\ndate = \"2026-11-21\"\n";

    #[test]
    fn listed_case_is_found_by_suite_and_name() {
        let divergences = Divergences::parse(ROW).unwrap();
        assert_eq!(divergences.find("a", "b \"c\"").unwrap().reason, "d");
        assert!(divergences.find("a", "c").is_none());
        assert!(divergences.find("b", "b \"c\"").is_none());
    }

    #[test]
    fn features_of_a_subject_are_found() {
        let text = ROW.replace("divergence", "difference");
        let text = text.replace("suite", "subject").replace("case", "feature");
        let divergences = Divergences::parse(&text).unwrap();
        assert_eq!(divergences.features("a").into_keys().collect::<Vec<_>>(), ["b \"c\""]);
        assert!(divergences.features("b").is_empty());
        assert!(divergences.find("a", "b \"c\"").is_none());
    }

    #[test]
    fn incomplete_row_is_an_error() {
        for line in ["reason = \"d\"\n", "date = \"2026-11-21\"\n", "suite = \"a\"\n"] {
            assert!(Divergences::parse(&ROW.replace(line, "")).is_err(), "{line}");
        }
        assert!(Divergences::parse(&ROW.replace("reason", "because")).is_err());
        assert!(Divergences::parse("suite = \"a\"\n").is_err());
    }

    #[test]
    fn divergences_toml_is_valid() {
        Divergences::parse(LIST).unwrap();
    }
}
