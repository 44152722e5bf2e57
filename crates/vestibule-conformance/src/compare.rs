//! Comparisons of expected and found values, with a diff on mismatch.

use std::fmt;

use serde_json::Value;

use crate::mismatch::{Checked, Mismatch};

/// Checks that two texts are equal.
pub(crate) fn text(expected: &str, found: &str) -> Checked {
    if expected == found { Ok(()) } else { Err(Mismatch::new(diff(expected, found))) }
}

/// Checks that two JSON values are equal, in any order of keys.
pub(crate) fn json(expected: &Value, found: &Value) -> Checked {
    if expected == found {
        Ok(())
    } else {
        Err(Mismatch::new(diff(&format!("{expected:#}"), &format!("{found:#}"))))
    }
}

/// Checks that two values are equal; the diff is of their `Debug` output.
pub(crate) fn values<T: PartialEq + fmt::Debug>(expected: &T, found: &T) -> Checked {
    if expected == found {
        Ok(())
    } else {
        Err(Mismatch::new(diff(&format!("{expected:#?}"), &format!("{found:#?}"))))
    }
}

/// Returns a line diff: `-` marks expected lines that are missing, `+` unexpected lines.
pub(crate) fn diff(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let common = common_suffix_lengths(&expected, &found);
    let (mut old, mut new) = (0, 0);
    let mut lines = Vec::new();
    while old < expected.len() || new < found.len() {
        if old < expected.len() && new < found.len() && expected[old] == found[new] {
            lines.push(format!("  {}", expected[old]));
            (old, new) = (old + 1, new + 1);
        } else if new == found.len()
            || old < expected.len() && common[old][new + 1] <= common[old + 1][new]
        {
            lines.push(format!("- {}", expected[old]));
            old += 1;
        } else {
            lines.push(format!("+ {}", found[new]));
            new += 1;
        }
    }
    lines.join("\n")
}

/// Returns the length of the longest common subsequence from each pair of lines on.
fn common_suffix_lengths(expected: &[&str], found: &[&str]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; found.len() + 1]; expected.len() + 1];
    for old in (0..expected.len()).rev() {
        for new in (0..found.len()).rev() {
            common[old][new] = if expected[old] == found[new] {
                common[old + 1][new + 1] + 1
            } else {
                common[old + 1][new].max(common[old][new + 1])
            };
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_values_pass() {
        assert!(text("a", "a").is_ok());
        assert!(json(&json!({"a": 1, "b": 2}), &json!({"b": 2, "a": 1})).is_ok());
    }

    #[test]
    fn diff_keeps_common_lines() {
        assert_eq!(diff("a\nb\nc", "a\nx\nc\nd"), "  a\n- b\n+ x\n  c\n+ d");
        assert_eq!(diff("", "a"), "+ a");
        assert_eq!(diff("a\nb", "b"), "- a\n  b");
    }
}
