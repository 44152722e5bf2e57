//! `cargo xtask pictures`: the pictures of the documentation, made from what they show.

mod floors;
mod plots;
mod request;
mod terminal;

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};

use crate::Command;
use crate::args::Args;
use crate::end_to_end;
use crate::packages;
use crate::report::Hint as _;

pub(crate) const COMMAND: Command = Command {
    name: "pictures",
    takes: "[--check] [--plots]",
    about: "draw the floors, a request, the benchmarks (--plots: these alone) and the demo; --check compares (1 min)",
    run: |mut args: Args| {
        let (check, only_plots) = (args.flag("--check"), args.flag("--plots"));
        args.finish()?;
        draw_plots(check)?;
        if only_plots {
            return Ok(());
        }
        let packages = packages::ours()?;
        let architecture = std::fs::read_to_string(request::PAGE).context(request::PAGE)?;
        let draw = |name: &str, picture: &str| {
            let path = Path::new("docs/pictures").join(name);
            if check { compare(&path, picture) } else { write(&path, picture) }
        };
        draw("floors.svg", &floors::draw(&packages))?;
        draw("request.svg", &request::draw(&architecture, &packages)?)?;
        // Last, since it builds the program.
        let demo = end_to_end::demo_output()?;
        draw("demo.svg", &terminal::draw(&terminal::excerpts(&demo, SHOWN)?))?;
        Ok(())
    },
};

/// Draws the tables of the benchmarks, or checks that the pictures show their figures.
fn draw_plots(check: bool) -> Result<()> {
    let page = std::fs::read_to_string(plots::PAGE).context(plots::PAGE)?;
    for plot in plots::PLOTS {
        let picture = plots::draw(&page, plot)?;
        let path = Path::new("docs/pictures").join(plot.file);
        if !check {
            write(&path, &picture)?;
        } else if std::fs::read_to_string(&path).ok().as_ref() != Some(&picture) {
            let error = anyhow!("{} does not show the table of {}", path.display(), plots::PAGE);
            return Err(error).hint("`cargo xtask pictures --plots` draws it again");
        }
    }
    Ok(())
}

/// The commands of the demo that the README shows, and which time they are run.
const SHOWN: &[(&str, usize)] =
    &[("$ vestibule login", 0), ("$ vestibule whoami", 0), ("$ vestibule whoami", 2)];

fn write(path: &Path, picture: &str) -> Result<()> {
    println!("{}", path.display());
    std::fs::write(path, picture).with_context(|| path.display().to_string())
}

/// Fails if more than numbers and identifiers differ.
fn compare(path: &Path, picture: &str) -> Result<()> {
    let drawn = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let different =
        drawn.lines().zip(picture.lines()).find(|(old, new)| masked(old) != masked(new));
    let result = match different {
        Some((old, new)) => Err(anyhow!("{} shows `{old}`, but it is `{new}`", path.display())),
        None if drawn.lines().count() != picture.lines().count() => {
            Err(anyhow!("{} is not up to date", path.display()))
        }
        None => Ok(()),
    };
    result.hint("`cargo xtask pictures` draws it again")
}

/// The line with `#` for words that have a digit, since times, ports and identifiers change.
fn masked(line: &str) -> String {
    let words =
        line.split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ':')));
    let mut masked: Vec<_> = words
        .map(|word| if word.contains(|c: char| c.is_ascii_digit()) { "#" } else { word })
        .collect();
    // `59m 59s` is `1h` in another run.
    masked.dedup();
    masked.concat()
}

/// Returns the start of a picture for light and dark pages, which is closed by `</svg>`.
///
/// `colors` are those that only some pictures have: a name, and the color on a light and on a dark page.
fn head(
    (width, height): (usize, usize),
    label: &str,
    colors: &[(&str, &str, &str)],
    style: &str,
) -> String {
    let [mut light, mut dark] = [String::new(), String::new()];
    for (name, on_light, on_dark) in colors {
        light.extend([" --", name, ": ", on_light, ";"]);
        dark.extend([" --", name, ": ", on_dark, ";"]);
    }
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">
<style>
  :root {{ --page: #ffffff; --edge: #d0d7de; --text: #1f2328; --quiet: #59636e;{light} }}
  @media (prefers-color-scheme: dark) {{ :root {{ --page: #0d1117; --edge: #30363d; --text: #e6edf3; --quiet: #9198a1;{dark} }} }}
{style}</style>
<rect x="0.5" y="0.5" width="{}" height="{}" rx="10" fill="var(--page)" stroke="var(--edge)"/>
"#,
        width - 1,
        height - 1
    )
}

/// Returns the start of a picture of crates.
fn diagram_head(width: usize, height: usize, label: &str) -> String {
    let colors = [("box", "#f6f8fa", "#161b22"), ("start", "#ddf4ff", "#0c2d6b")];
    let style = r#"  text { font: 12px ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--text); }
  .floor { fill: var(--quiet); }
  .crate { text-anchor: middle; }
  .call { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
  .effect { text-anchor: end; font-style: italic; }
"#;
    head((width, height), label, &colors, style)
}

/// Escapes text for XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_identifiers_may_change() {
        let [one, other] = [
            "expires 2026-11-29T18:06:53Z (59m 59s left)",
            "expires 2027-01-01T00:00:00Z (1h left)",
        ];
        assert_eq!(masked(one), masked(other));
        assert_ne!(masked("Signed in"), masked("Signed out"));
    }
}
