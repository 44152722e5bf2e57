//! How wide the terminal is, and what fits.

use console::{Term, measure_text_width, truncate_str};

/// Where nobody knows how wide it is.
const USUAL: usize = 80;

/// The columns of the terminal that people look at.
pub(crate) fn width() -> usize {
    Term::stderr().size_checked().map_or(USUAL, |(_, columns)| columns.into())
}

/// The columns that a text takes.
pub(crate) fn width_of(text: &str) -> usize {
    measure_text_width(text)
}

/// The text, or as much of it as fits and an ellipsis.
pub(crate) fn cut(text: &str, width: usize) -> String {
    truncate_str(text, width, "…").into_owned()
}
