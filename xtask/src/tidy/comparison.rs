//! The README's comparison has the figures of `docs/benchmarks.md`.

use super::{Finding, lines};
use crate::source::Source;
use crate::tables;

const PAGE: &str = "docs/benchmarks.md";
const ROW: &str = "| a program with it: foreign crates, CPU to build, binary |";

pub(super) fn check(source: &Source) -> Vec<Finding> {
    if source.path.to_str() != Some("README.md") {
        return Vec::new();
    }
    let Some((line, text)) = lines(&source.text).find(|(_, text)| text.starts_with(ROW)) else {
        return vec![(1, format!("the comparison has no row `{ROW}`"))];
    };
    let page = std::fs::read_to_string(PAGE).unwrap_or_default();
    let expected = expected(&page);
    let is_there = expected.as_deref().is_some_and(|cells| text[ROW.len()..].starts_with(cells));
    let expected = expected.unwrap_or_else(|| "the table `Weight`".to_owned());
    let finding = (line, format!("{PAGE} has other figures; write `{}`", expected.trim()));
    if is_there { Vec::new() } else { vec![finding] }
}

/// Returns the cells of vestibule and its peer, rounded.
fn expected(page: &str) -> Option<String> {
    let rows = tables::below(page, "Weight", 0).ok()?;
    let cell = |name: &str| {
        let row = rows.iter().find(|row| row.first().is_some_and(|cell| cell.starts_with(name)))?;
        let [crates, cpu, size] = [row.get(1)?, row.get(2)?, row.get(3)?];
        let (cpu, size) = (tables::number(cpu).ok()?.round(), tables::number(size).ok()?);
        Some(format!("{crates}, {cpu:.0} s, {size:.1} MB"))
    };
    Some(format!(" {} | {} |", cell("`vestibule`")?, cell("`aws-config`")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_table() {
        let page = "## Page\n\n## Weight\n\n| Program | Foreign crates | CPU | Size |\n|---|---:|---:|---:|\n\
                    | `vestibule` | 57 | 124.2 s | 4.62 MB |\n\
                    | `aws-config` 1.13 | 142 | 1,346.5 s | 10.89 MB |\n";
        let expected = expected(page).unwrap();
        assert_eq!(expected, " 57, 124 s, 4.6 MB | 142, 1347 s, 10.9 MB |");
    }
}
