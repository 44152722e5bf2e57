//! The figures in the README's comparison must be those of the pages that the benchmarks write.

use super::{Finding, lines};
use crate::source::Source;
use crate::tables;

/// A row of the comparison: its first cell, the page of its figures, and the function that returns its
/// other cells.
type Row = (&'static str, &'static str, fn(&str) -> Option<String>);

const ROWS: [Row; 3] = [
    ("a program with it: foreign crates, CPU to build, binary", "docs/benchmarks.md", weight),
    ("credentials from a cached role, whole process", "docs/benchmarks.md", start),
    ("50 processes, access token expired, refresh token works once", "docs/interop.md", stampede),
];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    if source.path.to_str() != Some("README.md") {
        return Vec::new();
    }
    let check = |(title, page, expected): &Row| {
        let start = format!("| {title} |");
        let Some((line, text)) = lines(&source.text).find(|(_, text)| text.starts_with(&start))
        else {
            return Some((1, format!("the comparison has no row `{start}`")));
        };
        let Some(cells) = expected(&std::fs::read_to_string(page).unwrap_or_default()) else {
            return Some((line, format!("{page} has no table with these figures")));
        };
        let expected = format!("{start} {cells} |");
        (text != expected).then(|| (line, format!("{page} has other figures; write `{expected}`")))
    };
    ROWS.iter().filter_map(check).collect()
}

/// Returns the cells of vestibule and its peer, rounded.
fn weight(page: &str) -> Option<String> {
    let rows = tables::below(page, "Weight", 0).ok()?;
    let cell = |name: &str| {
        let row = rows.iter().find(|row| row.first().is_some_and(|cell| cell.starts_with(name)))?;
        let [crates, cpu, size] = [row.get(1)?, row.get(2)?, row.get(3)?];
        let (cpu, size) = (tables::number(cpu).ok()?.round(), tables::number(size).ok()?);
        Some(format!("{crates}, {cpu:.0} s, {size:.1} MB"))
    };
    Some(format!("{} | {} | |", cell("`vestibule`")?, cell("`aws-config`")?))
}

/// Returns the time, and the multiple of it that the AWS CLI takes.
fn start(page: &str) -> Option<String> {
    let rows = tables::below(page, "Whole processes", 0).ok()?;
    let row = rows.iter().find(|row| row.iter().any(|cell| cell.contains("AWS CLI")))?;
    let time = tables::number(row.get(1)?).ok()?;
    let multiple = row.iter().find_map(|cell| cell.strip_prefix("1/"))?;
    Some(format!("{time:.1} ms | | | {multiple} times as long"))
}

/// Returns the cells of vestibule, `aws-config`, botocore and the AWS CLI.
fn stampede(page: &str) -> Option<String> {
    let rows = tables::below(page, "Concurrent processes", 0).ok()?;
    let [head, cells] = rows.as_slice() else { return None };
    let cell = |client: &str| cells.get(head.iter().position(|name| *name == client)?).copied();
    let columns = ["vestibule", "Rust SDK", "botocore", "AWS CLI"];
    Some(columns.into_iter().map(cell).collect::<Option<Vec<_>>>()?.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_rounded() {
        let page = "## Page\n\n## Weight\n\n| Program | Foreign crates | CPU | Size |\n|---|---:|---:|---:|\n\
                    | `vestibule` | 57 | 124.2 s | 4.62 MB |\n\
                    | `aws-config` 1.13 | 142 | 1,346.5 s | 10.89 MB |\n";
        assert_eq!(weight(page).unwrap(), "57, 124 s, 4.6 MB | 142, 1347 s, 10.9 MB | |");
    }

    #[test]
    fn time_is_beside_the_multiple_of_the_peer() {
        let page = "\n## Whole processes\n\n| Process | Median | Beside | Ratio |\n|---|---:|---|---:|\n\
                    | one | 1.29 ms | an empty program | 1.43 |\n\
                    | other | 1.68 ms | the AWS CLI v2 | 1/298 |\n";
        assert_eq!(start(page).unwrap(), "1.7 ms | | | 298 times as long");
    }

    #[test]
    fn processes_are_in_the_columns_of_the_readme() {
        let page = "\n## Concurrent processes\n\nText.\n\n\
                    | | vestibule | AWS CLI | botocore | Rust SDK |\n|---|---|---|---|---|\n| p | a | b | c | d |\n";
        assert_eq!(stampede(page).unwrap(), "a | d | c | b");
    }
}
