//! A source line with a caret under the position of a problem; values are masked.

use std::fmt::Write;

use vestibule_types::is_printable;

use crate::line::before_comment;
use crate::{Problem, ProblemKind};

/// The maximum length of a shown line, in characters.
const WIDTH: usize = 100;

/// Returns two lines: the source line, masked where a value could be, and a caret with what was expected.
pub(crate) fn draw(problem: &Problem<'_>, source: &str) -> String {
    let shown = visible(problem.kind(), source);
    let shown = shown.char_indices().nth(WIDTH).map_or(shown, |(end, _)| &shown[..end]);
    let printable = |char: char| if is_printable(char) { char } else { ' ' };
    let mut text: String = shown.chars().map(printable).collect();
    let column = (problem.column() as usize - 1).min(text.chars().count());
    if shown.len() < source.trim_end().len() {
        text.push('…');
    }
    let number = problem.line().to_string();
    let mut drawn = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(drawn, "{number} | {text}");
    let _ = write!(
        drawn,
        "{:width$} | {:column$}^ expected {}",
        "",
        "",
        problem.expected(),
        width = number.len()
    );
    drawn
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
