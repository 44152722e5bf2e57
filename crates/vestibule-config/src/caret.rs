//! A line of a file with a caret under the position of a problem; values are masked.

use vestibule_types::is_printable;

use crate::line::before_comment;
use crate::{Problem, ProblemKind};

/// The maximum length of a shown line, in characters.
const WIDTH: usize = 100;

/// Returns two lines: a line of a file and a caret under a column, from 1, with a remark.
///
/// `shown` is the beginning of the line that holds no secret.
pub fn draw_caret(line: u32, text: &str, shown: &str, column: u32, remark: &str) -> String {
    let shown = shown.char_indices().nth(WIDTH).map_or(shown, |(end, _)| &shown[..end]);
    let printable = |char: char| if is_printable(char) { char } else { ' ' };
    let mut drawn: String = shown.chars().map(printable).collect();
    let indent = " ".repeat((column.max(1) as usize - 1).min(drawn.chars().count()));
    if shown.len() < text.trim_end().len() {
        drawn.push('…');
    }
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let caret = format!("{indent}^ {remark}");
    format!("{number} | {drawn}\n{margin} | {}", caret.trim_end())
}

/// Returns the line of a problem, masked where a value could be, and a caret with what was expected.
pub(crate) fn draw(problem: &Problem<'_>, text: &str) -> String {
    let shown = visible(problem.kind(), text);
    let remark = format!("expected {}", problem.expected());
    draw_caret(problem.line(), text, shown, problem.column(), &remark)
}

/// Returns the part of a line that can be shown: a header or a key, never a possible value.
fn visible(kind: ProblemKind, source: &str) -> &str {
    let indent = source.len() - source.trim_start().len();
    match kind {
        ProblemKind::UnterminatedSection
        | ProblemKind::IgnoredSection
        | ProblemKind::RepeatedSection
        | ProblemKind::HiddenDefault
        | ProblemKind::SwallowedSection => header(source),
        ProblemKind::ContinuationWithoutProperty
        | ProblemKind::SubPropertyWithoutEquals
        | ProblemKind::SubPropertyWithoutName => &source[..indent],
        ProblemKind::NotUtf8 | ProblemKind::TooLarge => "",
        _ => key(source),
    }
}

/// Returns the line up to its first bracket or `=`: a property may follow on the same line.
fn header(source: &str) -> &str {
    let end = source.find([']', '=']).map_or(source.len(), |end| end + 1);
    source[..end].trim_end()
}

/// Returns the line up to its `=` or the end of its first word, if more follows. A line of one word may
/// be a value that was moved to a line of its own.
fn key(source: &str) -> &str {
    let content = before_comment(source.as_bytes()).len();
    let content = source[..content].trim_end();
    let indent = content.len() - content.trim_start().len();
    let end = match content.find('=') {
        Some(equals) => Some(equals + 1),
        None => content[indent..].find([' ', '\t', ':']).map(|end| indent + end),
    };
    let end = end.filter(|&end| !content[end..].trim_matches('=').is_empty());
    &source[..end.unwrap_or(indent)]
}
