//! The crates on their floors, as an SVG for light and dark pages.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::packages::Package;

use super::escaped;

const WIDTH: usize = 880;
const FLOOR: usize = 46;
const LEFT: usize = 150;

/// The purpose of each floor, from the bottom.
const TITLES: &[&str] = &[
    "values",
    "text and bytes",
    "protocols, pure",
    "effects",
    "assembly",
    "facade",
    "over the facade",
    "program",
    "end to end",
];

/// Draws the packages that stand on floors.
pub(super) fn draw(packages: &[Package]) -> String {
    let mut floors: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for package in packages {
        if let Some(floor) = package.floor {
            floors.entry(floor).or_default().push(&package.name);
        }
    }
    let rows: Vec<(u64, Vec<Vec<&str>>)> =
        floors.iter().rev().map(|(floor, names)| (*floor, in_rows(names))).collect();
    let height = rows.iter().map(|(_, rows)| FLOOR + (rows.len() - 1) * 30).sum::<usize>() + 20;
    let label = "The crates on their floors; each depends on lower floors only";
    let mut svg = head(WIDTH, height, label);
    let mut y = 10;
    for (floor, rows) in rows {
        let bottom = y + FLOOR + (rows.len() - 1) * 30;
        let title = usize::try_from(floor).ok().and_then(|floor| TITLES.get(floor)).unwrap_or(&"");
        let _ = writeln!(
            svg,
            r#"<text class="floor" x="20" y="{}">{floor}  {}</text>"#,
            y + 27,
            escaped(title)
        );
        for (row, names) in rows.iter().enumerate() {
            draw_row(&mut svg, names, y + 11 + row * 30);
        }
        if floor > 0 {
            let _ =
                writeln!(svg, r#"<path d="M12 {bottom}H{}" stroke="var(--edge)"/>"#, WIDTH - 12);
        }
        y = bottom;
    }
    svg.push_str("</svg>\n");
    svg
}

/// Returns the start of a picture, which is closed by `</svg>`.
pub(super) fn head(width: usize, height: usize, label: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">
<style>
  :root {{ --page: #ffffff; --edge: #d0d7de; --text: #1f2328; --quiet: #59636e; --box: #f6f8fa; --start: #ddf4ff; }}
  @media (prefers-color-scheme: dark) {{ :root {{ --page: #0d1117; --edge: #30363d; --text: #e6edf3; --quiet: #9198a1; --box: #161b22; --start: #0c2d6b; }} }}
  text {{ font: 12px ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--text); }}
  .floor {{ fill: var(--quiet); }}
  .crate {{ text-anchor: middle; }}
  .call {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }}
  .effect {{ text-anchor: end; font-style: italic; }}
</style>
<rect x="0.5" y="0.5" width="{}" height="{}" rx="10" fill="var(--page)" stroke="var(--edge)"/>
"#,
        width - 1,
        height - 1
    )
}

fn draw_row(svg: &mut String, names: &[&str], y: usize) {
    let mut x = LEFT;
    for name in names {
        let width = box_width(name);
        let fill = if *name == "vestibule" { "--start" } else { "--box" };
        let _ = writeln!(
            svg,
            r#"<rect x="{x}" y="{y}" width="{width}" height="24" rx="5" fill="var({fill})" stroke="var(--edge)"/><text class="crate" x="{}" y="{}">{}</text>"#,
            x + width / 2,
            y + 16,
            escaped(short(name))
        );
        x += width + 8;
    }
}

/// The name without the prefix that all share.
pub(super) fn short(name: &str) -> &str {
    name.strip_prefix("vestibule-").unwrap_or(name)
}

pub(super) fn box_width(name: &str) -> usize {
    short(name).len() * 7 + 20
}

/// The names in rows that fit.
fn in_rows<'a>(names: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut rows = vec![Vec::new()];
    let mut x = LEFT;
    for name in names {
        let width = box_width(name) + 8;
        if x + width > WIDTH - 12 {
            rows.push(Vec::new());
            x = LEFT;
        }
        x += width;
        if let Some(row) = rows.last_mut() {
            row.push(*name);
        }
    }
    rows
}
