//! How wide the terminal is, and what fits.

use console::{Term, measure_text_width, truncate_str};

/// Where nobody knows how wide it is.
const USUAL: usize = 80;

/// The columns of the terminal that people look at while they wait.
pub(crate) fn width() -> usize {
    width_of_terminal(&Term::stderr())
}

/// The columns of the terminal that results go to; `None` where they go elsewhere.
pub(crate) fn width_for_results() -> Option<usize> {
    let terminal = Term::stdout();
    terminal.is_term().then(|| width_of_terminal(&terminal))
}

/// The columns that a text takes.
pub(crate) fn width_of(text: &str) -> usize {
    measure_text_width(text)
}

/// The text, or as much of it as fits and an ellipsis.
pub(crate) fn cut(text: &str, width: usize) -> String {
    truncate_str(text, width, "…").into_owned()
}

/// Names are people's: no control character reaches the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).collect()
}

fn width_of_terminal(terminal: &Term) -> usize {
    terminal.size_checked().map_or(USUAL, |(_, columns)| columns.into())
}
