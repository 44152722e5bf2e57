//! The unified diff of an edit.

use std::fmt::Write;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};
use vestibule_types::is_printable;

use crate::line::{is_blank, is_plain};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// Returns the unified diff of two versions of a file. Empty if they are equal.
///
/// `is_secret` is called with keys in lower case. Values of keys for which it returns true are shown as
/// `…`, also in lines of context and in comments.
pub fn diff(old: &str, new: &str, path: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let before: Vec<_> = old.split_inclusive('\n').collect();
    let after: Vec<_> = new.split_inclusive('\n').collect();
    // Headers are unique lines, which keep the patience algorithm fast where much changes.
    let changes = capture_diff_slices(Algorithm::Patience, &before, &after);
    let hunks = group_diff_ops(changes, CONTEXT);
    if hunks.is_empty() {
        return String::new();
    }
    let (before, after) = (masked(&before, &is_secret), masked(&after, &is_secret));
    let mut diff = format!("--- {path}\n+++ {path}\n");
    for hunk in &hunks {
        write_hunk(&mut diff, hunk, &before, &after);
    }
    diff
}

fn write_hunk(diff: &mut String, hunk: &[DiffOp], before: &[String], after: &[String]) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    let old = first.old_range().start..last.old_range().end;
    let new = first.new_range().start..last.new_range().end;
    // Writing to a string cannot fail.
    let _ = writeln!(diff, "@@ -{} +{} @@", position(&old), position(&new));
    for change in hunk {
        if let DiffOp::Equal { .. } = change {
            push(diff, ' ', &before[change.old_range()]);
        } else {
            push(diff, '-', &before[change.old_range()]);
            push(diff, '+', &after[change.new_range()]);
        }
    }
}

fn push(diff: &mut String, sign: char, lines: &[String]) {
    for line in lines {
        diff.push(sign);
        diff.push_str(line);
    }
}

/// Returns the first line, from 1, and the number of lines, as the format has them.
fn position(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// Returns lines without secrets and control characters, each with a line end.
fn masked(lines: &[&str], is_secret: impl Fn(&str) -> bool) -> Vec<String> {
    let mut secret_above = None;
    let mask = |line: &&str| {
        let text = line.trim_end_matches(['\r', '\n']);
        let depth = text.bytes().take_while(|&byte| is_blank(byte)).count();
        let shown = if text.len() == depth {
            text.len()
        } else if secret_above.is_some_and(|above| above < depth) {
            depth
        } else {
            let shown = before_secret(text, &is_secret);
            if !text[depth..].starts_with(['#', ';']) {
                secret_above = shown.map(|_| depth);
            }
            shown.unwrap_or(text.len())
        };
        let printable =
            |char: char| if is_printable(char) || char == '\t' { char } else { '\u{fffd}' };
        let mut masked: String = text[..shown].chars().map(printable).collect();
        masked += if shown < text.len() { "…\n" } else { "\n" };
        masked += if line.ends_with('\n') { "" } else { "\\ No newline at end of file\n" };
        masked
    };
    lines.iter().map(mask).collect()
}

/// Returns how much of a line can be shown, if it is that of a secret key, commented out or not.
fn before_secret(line: &str, is_secret: impl Fn(&str) -> bool) -> Option<usize> {
    let key = line.trim_start_matches([' ', '\t', '#', ';']);
    let end = key.bytes().position(|byte| byte == b':' || !is_plain(&[byte]));
    let (key, rest) = key.split_at(end.unwrap_or(key.len()));
    let sign = rest.trim_start_matches([' ', '\t']).trim_start_matches(['=', ':', ' ', '\t']);
    is_secret(&key.to_ascii_lowercase()).then(|| line.len() - sign.len())
}
