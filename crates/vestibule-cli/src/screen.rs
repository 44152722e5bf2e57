//! The size of the terminal, and text that fits it.

use console::{Term, measure_text_width, truncate_str};

/// Width if the terminal does not report one.
const DEFAULT_WIDTH: usize = 80;

/// Returns the columns of the terminal that messages go to.
pub(crate) fn width() -> usize {
    terminal_width(&Term::stderr())
}

/// Returns the rows of the terminal that messages go to.
pub(crate) fn height() -> usize {
    Term::stderr().size().0.into()
}

/// Returns the columns of the terminal that results go to; `None` if stdout is not a terminal.
pub(crate) fn result_width() -> Option<usize> {
    let terminal = Term::stdout();
    terminal.is_term().then(|| terminal_width(&terminal))
}

/// Returns the number of columns that a text takes.
pub(crate) fn text_width(text: &str) -> usize {
    measure_text_width(text)
}

/// Returns the text, cut with an ellipsis if it is too wide.
pub(crate) fn cut(text: &str, width: usize) -> String {
    truncate_str(text, width, "…").into_owned()
}

/// Returns text of a service or a file without characters that could steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    vestibule_types::printable(text).into_owned()
}

/// Returns true if stdout and stderr are terminals that understand escape sequences. Windows consoles
/// are switched to that mode, which old ones do not have.
pub(crate) fn shows_colors() -> bool {
    [Term::stdout(), Term::stderr()].iter().all(|terminal| {
        terminal.is_term() && (cfg!(unix) || terminal.features().colors_supported())
    })
}

fn terminal_width(terminal: &Term) -> usize {
    terminal.size_checked().map_or(DEFAULT_WIDTH, |(_, columns)| columns.into())
}
