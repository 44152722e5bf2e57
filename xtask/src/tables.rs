//! Tables of figures on pages.

use anyhow::{Context as _, Result, ensure};

/// Returns the number that a cell begins with.
pub(crate) fn number(cell: &str) -> Result<f64> {
    let is_part = |c: &char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let digits: String = cell.chars().take_while(is_part).filter(|c| *c != ',').collect();
    digits.parse().with_context(|| format!("`{cell}` begins with no number"))
}

/// Returns the cells of a table below a heading; the first row is its head.
pub(crate) fn below<'a>(page: &'a str, heading: &str, which: usize) -> Result<Vec<Vec<&'a str>>> {
    let (_, section) = page
        .split_once(&format!("\n## {heading}\n"))
        .with_context(|| format!("there is no heading `{heading}`"))?;
    let section = section.split("\n## ").next().unwrap_or_default().trim_start();
    let table = section.split("\n\n").filter(|block| block.starts_with('|')).nth(which);
    let rows: Vec<Vec<&str>> = table
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.starts_with("|-") && !line.starts_with("| -"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    ensure!(1 < rows.len(), "there is no table below `{heading}`");
    Ok(rows)
}
