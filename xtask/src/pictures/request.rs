//! One request through the floors, as an SVG for light and dark pages.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};

use crate::packages::Package;

use super::{diagram_head, escaped, floors};

/// The page whose first block of text is drawn.
pub(super) const PAGE: &str = "ARCHITECTURE.md";

const WIDTH: usize = 880;
const ROW: usize = 46;
/// How much further right a crate is than one on the floor above it.
const INDENT: usize = 28;
const CALL: usize = 300;

/// A step of the request: one line of the block.
#[derive(Debug, PartialEq, Eq)]
struct Step<'a> {
    /// The floor and the name of the crate; `None` for another step of the same crate.
    package: Option<(u64, &'a str)>,
    call: &'a str,
    description: &'a str,
    /// What is read, written or sent.
    effect: &'a str,
}

/// Draws the block of the page, with floors that are those of these packages.
pub(super) fn draw(page: &str, packages: &[Package]) -> Result<String> {
    let block = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next());
    let lines = block.with_context(|| format!("{PAGE} has no block of text"))?.lines().skip(1);
    let steps = lines.map(parse).collect::<Result<Vec<_>>>()?;
    let top = steps.iter().filter_map(|step| step.package).map(|(floor, _)| floor).max();
    let height = steps.len() * ROW + 20;
    let label = "One request for credentials, from the top floor to the bottom, and its effects";
    let mut svg = diagram_head(WIDTH, height, label);
    for (index, step) in steps.iter().enumerate() {
        let y = 10 + index * ROW;
        if let Some((floor, name)) = step.package {
            check_floor(packages, name, floor)?;
            let depth = usize::try_from(top.unwrap_or(floor) - floor)?;
            draw_package(&mut svg, floor, name, 20 + depth * INDENT, y);
        }
        draw_step(&mut svg, step, y);
        if index > 0 {
            let from = if step.package.is_some() { 12 } else { CALL };
            let _ = writeln!(svg, r#"<path d="M{from} {y}H{}" stroke="var(--edge)"/>"#, WIDTH - 12);
        }
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn check_floor(packages: &[Package], name: &str, floor: u64) -> Result<()> {
    // The line of the effects names two crates at once.
    for name in name.split(", ") {
        let name = if name.starts_with('-') { format!("vestibule{name}") } else { name.to_owned() };
        let package = packages.iter().find(|package| package.name == name);
        let actual = package.with_context(|| format!("{PAGE}: no crate `{name}`"))?.floor;
        ensure!(actual == Some(floor), "{PAGE}: `{name}` is not on floor {floor}");
    }
    Ok(())
}

fn draw_package(svg: &mut String, floor: u64, name: &str, x: usize, y: usize) {
    let short = floors::short(name);
    let width = floors::box_width(name);
    let fill = if name == "vestibule" { "--start" } else { "--box" };
    let _ = writeln!(
        svg,
        r#"<text class="floor" x="{x}" y="{}">{floor}</text><rect x="{}" y="{}" width="{width}" height="24" rx="5" fill="var({fill})" stroke="var(--edge)"/><text class="crate" x="{}" y="{}">{}</text>"#,
        y + 27,
        x + 14,
        y + 11,
        x + 14 + width / 2,
        y + 27,
        escaped(short)
    );
}

fn draw_step(svg: &mut String, step: &Step<'_>, y: usize) {
    let is_alone = step.call.is_empty() || step.description.is_empty();
    let [call_y, description_y] = if is_alone { [y + 27; 2] } else { [y + 19, y + 36] };
    let _ = writeln!(
        svg,
        r#"<text class="call" x="{CALL}" y="{call_y}">{}</text><text class="floor" x="{CALL}" y="{}">{}</text>"#,
        escaped(step.call),
        description_y,
        escaped(&step.description.replace(" (←)", "")),
    );
    if !step.effect.is_empty() {
        let _ = writeln!(
            svg,
            r#"<text class="effect" x="{}" y="{}">{}</text>"#,
            WIDTH - 20,
            y + 19,
            escaped(step.effect)
        );
    }
}

/// Parses `FLOOR  CRATE  CALL  DESCRIPTION  ← EFFECT`, whose parts are two spaces apart.
fn parse(line: &str) -> Result<Step<'_>> {
    let (text, effect) = line.split_once("  ←").unwrap_or((line, ""));
    let mut parts: Vec<&str> =
        text.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect();
    let floor = parts.first().and_then(|part| part.parse::<u64>().ok());
    let package = match (floor, parts.get(1)) {
        (Some(floor), Some(name)) => Some((floor, *name)),
        _ => None,
    };
    if package.is_some() {
        parts.drain(..2);
    }
    let (call, description) = match parts.as_slice() {
        // A sentence is in the column of the descriptions.
        [description] if description.contains(' ') => ("", *description),
        [call] => (*call, ""),
        [call, description] => (*call, *description),
        _ => return Err(anyhow::anyhow!("{PAGE}: not a step: `{line}`")),
    };
    Ok(Step { package, call, description, effect: effect.trim() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_with_all_parts_is_parsed() {
        let step = parse(
            "   4  vestibule-chain     SsoRole::provide    fresh? return them  ← reads a file",
        );
        let expected = Step {
            package: Some((4, "vestibule-chain")),
            call: "SsoRole::provide",
            description: "fresh? return them",
            effect: "reads a file",
        };
        assert_eq!(step.unwrap(), expected);
    }

    #[test]
    fn line_without_a_crate_is_another_step_of_the_one_above() {
        let step = parse("                            refresh      lock; read again").unwrap();
        assert_eq!((step.package, step.call, step.effect), (None, "refresh", ""));
    }
}
