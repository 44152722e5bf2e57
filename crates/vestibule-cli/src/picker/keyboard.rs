//! The terminal around the list: keys in, lines out, and nothing left behind.

use std::io::{self, IsTerminal as _, Write as _};

use console::Term;

use super::list::{List, Next};
use crate::app::App;
use crate::screen;

/// Whether there is a terminal that can show a list and somebody who may be asked.
pub(crate) fn can_pick(app: &App<'_>) -> bool {
    let is_dumb = app.vars.get("TERM").is_none_or(|term| term == "dumb");
    app.may_prompt() && io::stderr().is_terminal() && !is_dumb && !app.printer.json
}

/// Which of the labels somebody chooses; `None` after Esc or Ctrl-C.
pub(crate) fn pick(app: &App<'_>, words: &str, labels: &[String]) -> io::Result<Option<usize>> {
    let terminal = Term::stderr();
    let mut list = List::new(words, labels);
    let chosen = loop {
        draw(app, &terminal, &mut list)?;
        match list.press(&terminal.read_key_raw()?) {
            Next::Key => {}
            Next::Chosen(label) => break Some(label),
            Next::Stopped => break None,
        }
    };
    let said = chosen.map(|label| format!("{words}: {}\n", labels[label])).unwrap_or_default();
    write!(io::stderr().lock(), "\r\x1b[J{said}")?;
    Ok(chosen)
}

/// Draws below the cursor's line and comes back to it: who stops the program sees no less than before.
fn draw(app: &App<'_>, terminal: &Term, list: &mut List<'_>) -> io::Result<()> {
    let (rows, columns) = terminal.size();
    let (rows, columns) = (usize::from(rows), usize::from(columns));
    let lines = list.lines(&app.printer, rows, columns);
    let up = lines.len().saturating_sub(1);
    let up = if up == 0 { String::new() } else { format!("\x1b[{up}A") };
    let at = screen::width_of(&list.question(columns)) + 1;
    // In one piece, so that it does not flicker.
    write!(io::stderr().lock(), "\r\x1b[J{}{up}\x1b[{at}G", lines.join("\n"))
}
