//! What an edit changes, as a unified diff for people.

use std::fmt::Write;
use std::ops::Range;

use crate::line::{is_blank, is_plain};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// How far apart the two texts may go before they are no longer compared line by line.
const FARTHEST: usize = 1000;

/// The difference between two versions of a file; empty if there is none.
///
/// `is_secret` is asked about keys, in lower case. The values of those for which it says yes are shown
/// as `…`, also where a line is only context or is commented out.
pub fn diff(old: &str, new: &str, path: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let before: Vec<_> = old.split_inclusive('\n').collect();
    let after: Vec<_> = new.split_inclusive('\n').collect();
    let changes = changes(&before, &after);
    if changes.is_empty() {
        return String::new();
    }
    let (before, after) = (masked(&before, &is_secret), masked(&after, &is_secret));
    let mut diff = format!("--- {path}\n+++ {path}\n");
    for hunk in changes.chunk_by(|one, next| next.old.start - one.old.end <= 2 * CONTEXT) {
        write_hunk(&mut diff, hunk, &before, &after);
    }
    diff
}

/// Lines that give way to others.
#[derive(Debug)]
struct Change {
    old: Range<usize>,
    new: Range<usize>,
}

/// Not always the shortest list of changes, but for a few local ones it is.
fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    // However much was put in or taken out in one place, what is below it is the same.
    let ends = old.iter().rev().zip(new.iter().rev());
    let tail = ends.take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let mut changes = Vec::new();
    let (mut at, mut to) = (0, 0);
    loop {
        let same = old[at..].iter().zip(&new[to..]).take_while(|(old, new)| old == new).count();
        (at, to) = (at + same, to + same);
        if at == old.len() && to == new.len() {
            return changes;
        }
        let (left, came) = parting(&old[at..], &new[to..]);
        changes.push(Change { old: at..at + left, new: to..to + came });
        (at, to) = (at + left, to + came);
    }
}

/// How many lines of each differ before both go on with the same two lines.
fn parting(old: &[&str], new: &[&str]) -> (usize, usize) {
    let meet = |old: &[&str], new: &[&str]| {
        let mut next = old.iter().zip(new).take(2);
        !old.is_empty() && !new.is_empty() && next.all(|(old, new)| old == new)
    };
    let apart = 1..(old.len() + new.len()).min(FARTHEST);
    let mut ways = apart.flat_map(|apart| (0..=apart).map(move |left| (left, apart - left)));
    let first = ways.find(|&(left, came)| {
        left <= old.len() && came <= new.len() && meet(&old[left..], &new[came..])
    });
    first.unwrap_or((old.len(), new.len()))
}

fn write_hunk(diff: &mut String, hunk: &[Change], before: &[String], after: &[String]) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    let lead = first.old.start.min(CONTEXT);
    let trail = (before.len() - last.old.end).min(CONTEXT);
    let old = first.old.start - lead..last.old.end + trail;
    let new = first.new.start - lead..last.new.end + trail;
    // Writing to a string cannot fail.
    let _ = writeln!(diff, "@@ -{} +{} @@", position(&old), position(&new));
    let mut at = old.start;
    for change in hunk {
        push(diff, ' ', &before[at..change.old.start]);
        push(diff, '-', &before[change.old.clone()]);
        push(diff, '+', &after[change.new.clone()]);
        at = change.old.end;
    }
    push(diff, ' ', &before[at..old.end]);
}

fn push(diff: &mut String, sign: char, lines: &[String]) {
    for line in lines {
        diff.push(sign);
        diff.push_str(line);
    }
}

/// The first line, from 1, and the count of lines, as the format wants them.
fn position(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// The lines as they can be shown: no secret, no control character, each with a line end.
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
            |char: char| if char.is_control() && char != '\t' { '\u{fffd}' } else { char };
        let mut masked: String = text[..shown].chars().map(printable).collect();
        masked += if shown < text.len() { "…\n" } else { "\n" };
        masked += if line.ends_with('\n') { "" } else { "\\ No newline at end of file\n" };
        masked
    };
    lines.iter().map(mask).collect()
}

/// How much of a line can be shown if the key it begins with, commented out or not, is a secret's.
fn before_secret(line: &str, is_secret: impl Fn(&str) -> bool) -> Option<usize> {
    let key = line.trim_start_matches([' ', '\t', '#', ';']);
    let end = key.bytes().position(|byte| byte == b':' || !is_plain(&[byte]));
    let (key, rest) = key.split_at(end.unwrap_or(key.len()));
    let sign = rest.trim_start_matches([' ', '\t']).trim_start_matches(['=', ':', ' ', '\t']);
    is_secret(&key.to_ascii_lowercase()).then(|| line.len() - sign.len())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn changes_lead_to_the_other_text(old in vec("[abc]", 0..12), new in vec("[abc]", 0..12)) {
            let old: Vec<_> = old.iter().map(String::as_str).collect();
            let new: Vec<_> = new.iter().map(String::as_str).collect();
            let mut rebuilt = old.clone();
            for change in changes(&old, &new).into_iter().rev() {
                rebuilt.splice(change.old, new[change.new].iter().copied());
            }
            prop_assert_eq!(rebuilt, new);
        }
    }
}
