//! Checked-in numbers: budgets, and the places where secrets are read.
//!
//! Tables of `name = number`, the part of TOML that such lists need.

use std::collections::BTreeMap;
use std::path::Path;

use crate::failure::{Failure, Result};

/// Names and numbers, in order of name.
pub(crate) type Counts = BTreeMap<String, u32>;

/// One table of a file; the names before the first header are the table `""`.
pub(crate) fn read(path: &Path, table: &str) -> Result<Counts> {
    let text = std::fs::read_to_string(path).map_err(Failure::at(path))?;
    let mut counts = Counts::new();
    let mut here = "";
    for (before, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(header) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            here = header;
            continue;
        }
        let Some((name, count)) = entry(line) else {
            return Err(Failure::new(format!(
                "{}:{}: not `name = number`",
                path.display(),
                before + 1
            )));
        };
        if here == table {
            counts.insert(name.to_owned(), count);
        }
    }
    Ok(counts)
}

fn entry(line: &str) -> Option<(&str, u32)> {
    let (name, count) = line.split_once('=')?;
    let name = name.trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    Some((name, count.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_be_quoted_and_lines_must_count() {
        assert_eq!(entry("a = 3"), Some(("a", 3)));
        assert_eq!(entry("\"a/b.rs\" = 12"), Some(("a/b.rs", 12)));
        assert_eq!(entry("a = many"), None);
    }
}
