//! A terminal with commands and what they printed, as an SVG for light and dark pages.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use super::escaped;

/// Columns of the terminal; longer lines are folded, and addresses cut off.
const COLUMNS: usize = 104;
const LINE: usize = 19;

const STYLE: &str = r#"  text { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--text); white-space: pre; }
  .command { fill: var(--command); font-weight: 600; }
  .comment { fill: var(--quiet); }
  .good { fill: var(--good); }
  .bad { fill: var(--bad); font-weight: 600; }
"#;
const BUTTONS: &str = r#"<g fill="var(--edge)"><circle cx="22" cy="20" r="6"/><circle cx="42" cy="20" r="6"/><circle cx="62" cy="20" r="6"/></g>
"#;

/// One line of the terminal.
pub(super) struct Line {
    text: String,
    kind: &'static str,
}

/// Returns the lines of the shown commands, each with what it printed.
pub(super) fn excerpts(output: &str, shown: &[(&str, usize)]) -> Result<Vec<Line>> {
    let blocks: Vec<&str> = output.split("\n\n").collect();
    let mut lines = Vec::new();
    for (command, which) in shown {
        let block = blocks
            .iter()
            .filter_map(|block| Some((block.lines().position(|line| line == *command)?, block)))
            .nth(*which)
            .with_context(|| format!("the demo does not run `{command}` {} times", which + 1))?;
        if !lines.is_empty() {
            lines.push(Line { text: String::new(), kind: "" });
        }
        // The lines before the command in its block explain it.
        for line in block.1.lines().filter(|line| !line.starts_with("$ export")) {
            let kind = kind(line);
            lines.extend(fold(line).into_iter().map(|text| Line { text, kind }));
        }
    }
    Ok(lines)
}

fn fold(line: &str) -> Vec<String> {
    let line = match line.find("http://127.0.0.1") {
        // The emulator's address stands for the service's.
        Some(start) => {
            format!("{}https://oidc.us-east-1.amazonaws.com/authorize?…", &line[..start])
        }
        None => line.to_owned(),
    };
    let mut folded = Vec::new();
    let mut current = String::new();
    for word in line.split_inclusive(' ') {
        if current.chars().count() + word.trim_end().chars().count() > COLUMNS {
            folded.push(std::mem::replace(&mut current, "    ".to_owned()));
        }
        current.push_str(word);
    }
    folded.push(current);
    folded
}

/// Draws the lines.
pub(super) fn draw(lines: &[Line]) -> String {
    let width = COLUMNS * 8 + 48;
    let height = lines.len() * LINE + 68;
    let label = "A terminal: vestibule signs in, prints the identity, and says what to type when the session has expired";
    let colors = [
        ("command", "#0550ae", "#79c0ff"),
        ("good", "#116329", "#7ee787"),
        ("bad", "#b3261e", "#ff9d94"),
    ];
    let mut svg = super::head((width, height), label, &colors, STYLE);
    svg.push_str(BUTTONS);
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.text.is_empty()) {
        let y = 56 + index * LINE;
        let _ = writeln!(
            svg,
            r#"<text x="24" y="{y}"{} xml:space="preserve">{}</text>"#,
            line.kind,
            escaped(line.text.trim_end())
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// The attribute that colors a line.
fn kind(line: &str) -> &'static str {
    match line {
        _ if line.starts_with("$ ") => r#" class="command""#,
        _ if line.starts_with("# ") || line.starts_with("(exit") => r#" class="comment""#,
        _ if line.starts_with("Signed in") || line.starts_with("hint:") => r#" class="good""#,
        _ if line.starts_with("error:") => r#" class="bad""#,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "# Once.\n$ vestibule login\nSigned in.\n\n$ vestibule whoami\nann\n\n$ vestibule whoami\nerror: expired\n";

    #[test]
    fn commands_are_found_with_their_output() {
        let lines =
            excerpts(OUTPUT, &[("$ vestibule login", 0), ("$ vestibule whoami", 1)]).unwrap();
        let expected = [
            "# Once.",
            "$ vestibule login",
            "Signed in.",
            "",
            "$ vestibule whoami",
            "error: expired",
        ];
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn missing_command_is_an_error() {
        assert!(excerpts(OUTPUT, &[("$ vestibule whoami", 2)]).is_err());
    }
}
