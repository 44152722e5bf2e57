//! The crates on their floors, as an SVG for light and dark pages.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::packages::Package;

use super::{diagram_head, escaped};

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
    let mut svg = diagram_head(WIDTH, height, label);
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
