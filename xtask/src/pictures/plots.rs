//! Bars for the tables of `docs/benchmarks.md`, as an SVG for light and dark pages.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use super::escaped;
use crate::tables;

/// The page whose tables are drawn.
pub(super) const PAGE: &str = "docs/benchmarks.md";

/// One picture: columns of the table below a heading, each as a panel of bars.
pub(super) struct Plot {
    pub(super) file: &'static str,
    heading: &'static str,
    /// Which table below the heading, from zero.
    table: usize,
    columns: &'static [&'static str],
}

/// All plots, in the order of the page.
pub(super) const PLOTS: &[Plot] = &[
    Plot {
        file: "plot-config.svg",
        heading: "Reading config files",
        table: 0,
        columns: &["Median"],
    },
    Plot {
        file: "plot-cached.svg",
        heading: "Getting valid credentials",
        table: 0,
        columns: &["One task", "Eight tasks"],
    },
    Plot {
        file: "plot-weight.svg",
        heading: "Weight",
        table: 0,
        columns: &["CPU to build", "Stripped"],
    },
    Plot {
        file: "plot-added-weight.svg",
        heading: "Weight",
        table: 1,
        columns: &["CPU to build", "Stripped"],
    },
    Plot {
        file: "plot-clients.svg",
        heading: "Weight beside clients of others",
        table: 0,
        columns: &["CPU to build", "Stripped"],
    },
];

/// Narrow, so that the text can be read on a phone.
const WIDTH: usize = 480;
const LEFT: usize = 20;
const BAR: usize = 350;
/// A bar with its label above.
const ROW: usize = 40;

const STYLE: &str = r#"  text { font: 13px ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--text); }
  .column { fill: var(--quiet); font-weight: 600; }
"#;

/// Draws one plot from the text of the page.
pub(super) fn draw(page: &str, plot: &Plot) -> Result<String> {
    let rows = tables::below(page, plot.heading, plot.table)?;
    let (head, rows) = rows.split_first().context("a table without rows")?;
    let height = plot.columns.len() * (rows.len() * ROW + 40) + 16;
    let title = escaped(&format!("{}: {}", plot.heading, plot.columns.join(", ")));
    let label = format!("{title}; the table below has the figures");
    let colors = [("other", "#afb8c1", "#484f58"), ("own", "#0969da", "#58a6ff")];
    let mut svg = super::head((WIDTH, height), &label, &colors, STYLE);
    let mut y = 8;
    for column in plot.columns {
        let index = head.iter().position(|name| name == column);
        let index = index.with_context(|| format!("{PAGE} has no column `{column}`"))?;
        // Figures without a unit have it in the head of the table.
        let has_unit = rows
            .iter()
            .all(|row| row.get(index).is_some_and(|cell| cell.contains(char::is_alphabetic)));
        let unit =
            if has_unit { String::new() } else { format!(", {}", head.first().unwrap_or(&"")) };
        draw_panel(&mut svg, &format!("{column}{unit}"), rows, index, y)?;
        y += rows.len() * ROW + 40;
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn draw_panel(
    svg: &mut String,
    column: &str,
    rows: &[Vec<&str>],
    index: usize,
    y: usize,
) -> Result<()> {
    let cell = |row: &Vec<&str>| row.get(index).copied().unwrap_or_default().to_owned();
    let values: Vec<f64> =
        rows.iter().map(|row| tables::number(&cell(row))).collect::<Result<_>>()?;
    let most = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let _ = writeln!(
        svg,
        r#"<text class="column" x="{LEFT}" y="{}">{}</text>"#,
        y + 24,
        escaped(column)
    );
    for (row, (cells, value)) in rows.iter().zip(values).enumerate() {
        let top = y + 34 + row * ROW;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a length in pixels, of at most the whole bar"
        )]
        let length = ((value / most * BAR as f64) as usize).max(2);
        let label = cells.first().copied().unwrap_or_default();
        let fill = if is_ours(label) { "--own" } else { "--other" };
        let _ = writeln!(
            svg,
            r#"<text x="{LEFT}" y="{}">{}</text><rect x="{LEFT}" y="{}" width="{length}" height="14" rx="3" fill="var({fill})"/><text x="{}" y="{}">{}</text>"#,
            top + 13,
            escaped(&short(label)),
            top + 19,
            LEFT + length + 8,
            top + 31,
            escaped(&cell(cells))
        );
    }
    Ok(())
}

/// Returns whether a row is about this project.
fn is_ours(label: &str) -> bool {
    label.contains("vestibule") || label == "`Cached`"
}

/// Returns the label as plain text that fits.
fn short(label: &str) -> String {
    let plain = label.replace('`', "");
    let shown: String = plain.chars().take(58).collect();
    if shown.len() < plain.len() { format!("{}…", shown.trim_end()) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_the_figures_of_the_table() {
        let page = "# Page\n\n## Weight\n\nText.\n\n| Program | Size |\n|---|---:|\n\
                    | `vestibule` | 4.62 MB |\n| other | 1,089 MB |\n\n| Not | This |\n";
        let plot = Plot { file: "a.svg", heading: "Weight", table: 0, columns: &["Size"] };
        let svg = draw(page, &plot).unwrap();
        assert!(svg.contains(">4.62 MB</text>"), "{svg}");
        assert!(svg.contains(">1,089 MB</text>"), "{svg}");
        assert!(svg.contains("width=\"350\""), "{svg}");
        assert!(!svg.contains("This"));
        let missing = Plot { file: "a.svg", heading: "Weight", table: 0, columns: &["Time"] };
        assert!(draw(page, &missing).is_err());
    }
}
