//! The man pages of the program as one page of Markdown.
//!
//! `clap_mangen` writes the man pages from the grammar, with a few macros of roff; these are read here.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Sections that all pages share; they are shown once.
const SHARED: &[&str] = &["GLOBAL OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES"];
const LEFT_OUT: &[&str] = &["NAME", "DESCRIPTION", "SEE ALSO"];

/// Returns the man pages of a folder: the program's first, then those of its commands by name.
pub(super) fn markdown(folder: &Path) -> Result<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort_by_key(|name| name.trim_end_matches(".1").to_owned());
    let mut page = String::new();
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).with_context(|| name.clone())?;
        page += &section(&text, name == "vestibule.1");
    }
    Ok(page.trim_end().to_owned())
}

/// Returns the section of one man page.
fn section(roff: &str, is_program: bool) -> String {
    let mut text = String::new();
    let (mut heading, mut about) = (String::new(), String::new());
    let mut body = Vec::new();
    for line in roff.lines().chain([".SH \"\""]) {
        let Some(next) = line.strip_prefix(".SH ") else {
            body.push(line);
            continue;
        };
        let is_shown = is_program || !SHARED.contains(&heading.as_str());
        if heading == "NAME" {
            let name = plain(&body.join("\n"));
            name.split_once(" - ").map_or("", |(_, about)| about.trim()).clone_into(&mut about);
        } else if heading == "SYNOPSIS" {
            let synopsis = body.join("\n");
            // A function of the shell has a usage of its own, without bold text.
            let name = synopsis.split("\\fR").next().unwrap_or_default();
            let name = name.split(" [").next().unwrap_or_default();
            let (name, synopsis) = (plain(name), plain(&synopsis));
            let about = escaped(&about);
            let _ = write!(text, "\n## {}\n\n{about}.\n\n", name.trim());
            let _ = write!(text, "```text\n{}\n```\n", synopsis.trim());
        } else if is_shown && !LEFT_OUT.contains(&heading.as_str()) && !heading.is_empty() {
            let content = content(&body, heading == "EXAMPLES");
            if !content.trim().is_empty() {
                let title = heading[..1].to_owned() + &heading[1..].to_lowercase();
                let _ = write!(text, "\n**{title}**\n\n{content}");
            }
        }
        next.trim_matches('"').clone_into(&mut heading);
        body.clear();
    }
    text
}

/// Returns the lines of a section: terms as a list, examples as code, other text as paragraphs.
fn content(lines: &[&str], is_code: bool) -> String {
    let mut text = String::new();
    let mut lines = lines.iter().peekable();
    while let Some(&line) = lines.next() {
        match line {
            ".TP" => {
                let term = lines.next().map(|line| plain(line)).unwrap_or_default();
                let term = term.replace('`', "");
                // The name of a man page is the anchor of its section.
                let _ = match term.trim().strip_suffix("(1)") {
                    Some(name) => write!(text, "- [`{name}`](#{name})"),
                    None => write!(text, "- `{}`", term.trim()),
                };
                let mut separator = ": ";
                while let Some(next) = lines.next_if(|next| !next.starts_with('.')) {
                    text += separator;
                    text += &escaped(&plain(next));
                    separator = " ";
                }
                text.push('\n');
            }
            // A value of an option.
            _ if line.starts_with(".IP") => {
                let value = lines.next().map(|line| plain(line)).unwrap_or_default();
                let (name, about) = value.split_once(": ").unwrap_or((&value, ""));
                let about = escaped(about);
                let separator = if about.is_empty() { "" } else { ": " };
                let _ = writeln!(text, "  - `{name}`{separator}{about}");
            }
            _ if line.starts_with('.') || line.trim().is_empty() => {}
            _ if plain(line).contains("Possible values:") => {}
            _ if is_code => {
                let _ = write!(text, "```text\n{}\n```\n", plain(line).trim());
            }
            _ => {
                let _ = writeln!(text, "{}", escaped(&plain(line)));
            }
        }
    }
    // Examples that follow each other are one block.
    text.replace("\n```\n```text\n", "\n")
}

/// Returns a line without fonts and escapes.
fn plain(line: &str) -> String {
    let lines = line.lines().filter(|line| !line.starts_with('.'));
    let text = lines.collect::<Vec<_>>().join(" ");
    let mut plain = text;
    for (escape, meaning) in [
        ("\\fB", ""),
        ("\\fI", ""),
        ("\\fR", ""),
        ("\\*(Aq", "'"),
        ("\\(aq", "'"),
        ("\\&", ""),
        ("\\-", "-"),
        ("\\(bu", "•"),
        ("\\\\", "\\"),
    ] {
        plain = plain.replace(escape, meaning);
    }
    plain
}

/// Escapes what Markdown would read as markup, outside of code spans.
fn escaped(text: &str) -> String {
    let mut is_code = false;
    let mut escaped = String::new();
    for c in text.chars() {
        is_code ^= c == '`';
        match c {
            '<' if !is_code => escaped.push_str("&lt;"),
            '*' | '_' | '[' | ']' if !is_code => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn man_page_becomes_markdown() {
        let roff = ".SH NAME\nvestibule\\-serve \\- Serve *credentials*\n.el x\n.SH SYNOPSIS\n\
                    \\fBvestibule serve\\fR [\\fB\\-\\-port\\fR]\n.SH OPTIONS\n.TP\n\
                    \\fB\\-\\-port\\fR \\fI<N>\\fR [default: 0]\nThe user\\*(Aqs port\n.br\n\n\
                    \\fIPossible values:\\fR\n.RS 14\n.IP \\(bu 2\none: first\n.RE\n\
                    .SH FILES\n.TP\n\\fBa\\fR\nb\n.SH EXAMPLES\n.PP\n\\fBx\\fR\n.PP\n\\fBy\\fR\n";
        let expected = "\n## vestibule serve\n\nServe \\*credentials\\*.\n\n\
                        ```text\nvestibule serve [--port]\n```\n\n**Options**\n\n\
                        - `--port <N> [default: 0]`: The user's port\n  - `one`: first\n\n\
                        **Examples**\n\n```text\nx\ny\n```\n";
        assert_eq!(section(roff, false), expected);
        assert!(section(roff, true).contains("**Files**\n\n- `a`: b\n"));
    }

    #[test]
    fn command_links_to_its_section() {
        let lines = [".TP", "\\fBvestibule\\-cache\\-list(1)\\fR", "List files"];
        let expected = "- [`vestibule-cache-list`](#vestibule-cache-list): List files\n";
        assert_eq!(content(&lines, false), expected);
    }
}
