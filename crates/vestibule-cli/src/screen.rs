//! The size of the terminal, and text that fits it.

use console::{Term, measure_text_width, truncate_str};

/// Width if the terminal does not report one.
const DEFAULT_WIDTH: usize = 80;

/// Returns the columns of the terminal that messages go to.
pub(crate) fn width() -> usize {
    terminal_width(&Term::stderr())
}

/// Returns the columns and rows of the terminal that messages go to.
pub(crate) fn size() -> (usize, usize) {
    (width(), Term::stderr().size().0.into())
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

/// Returns the text with line breaks between words, so that no line is wider than the terminal;
/// continued lines are indented. `column` is where the first line begins.
pub(crate) fn wrapped(text: &str, column: usize, width: usize) -> String {
    let mut wrapped = String::new();
    for (number, line) in text.split('\n').enumerate() {
        let words = line.trim_start();
        let indent = " ".repeat(line.len() - words.len());
        if 0 < number {
            wrapped.push('\n');
        }
        wrapped += &indent;
        let mut column = if number == 0 { column } else { 0 } + indent.len();
        for (position, word) in words.split(' ').enumerate() {
            let end = column + usize::from(0 < position) + text_width(word);
            if 0 < position && width < end {
                wrapped = wrapped + "\n" + &indent + "  ";
                column = indent.len() + 2 + text_width(word);
            } else {
                wrapped += if 0 < position { " " } else { "" };
                column = end;
            }
            wrapped += word;
        }
    }
    wrapped
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        assert_eq!(wrapped("no access to role", 7, 17), "no access\n  to role");
        assert_eq!(wrapped("one\n  two three four", 0, 12), "one\n  two three\n    four");
        assert_eq!(
            wrapped("https://a.very.long.address x", 0, 10),
            "https://a.very.long.address\n  x"
        );
        assert_eq!(wrapped("", 0, 10), "");
    }
}
