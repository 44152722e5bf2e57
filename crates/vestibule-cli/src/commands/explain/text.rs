use std::io;

use vestibule::{ConsoleState, ConsoleStatus, Fate, Origin, Renewal, Status, Timestamp, Why};

use super::Explained;
use crate::commands::login::until;
use crate::printer::{Printer, Tone};

/// Four lists, each under its name: who is asked, what was decided, how long it lasts, what to do.
pub(super) fn print(printer: &Printer, explained: &Explained<'_>) -> io::Result<()> {
    printer.result("Sources, in the order in which they are asked")?;
    rows(printer, &sources(explained))?;

    printer.result("\nDecided")?;
    rows(printer, &decided(explained))?;
    for note in &explained.session.plan().notes {
        printer.result(&format!("  {} {note}", printer.tone(Tone::Warning, "note:")))?;
    }

    let clocks = clocks(explained);
    if !clocks.is_empty() {
        printer.result("\nClocks")?;
        rows(printer, &clocks)?;
    }

    printer.result("\nNext")?;
    printer.result(&match &explained.next {
        Some(command) => format!("  {}", printer.tone(Tone::Command, command)),
        None => "  nothing to do".to_owned(),
    })
}

/// A cell: what it says, and in which tone.
type Cell = (String, Option<Tone>);

fn plain(text: impl Into<String>) -> Cell {
    (text.into(), None)
}

fn quiet(text: impl Into<String>) -> Cell {
    (text.into(), Some(Tone::Quiet))
}

/// Where something stands; what nobody said stands nowhere.
fn place(origin: Option<&Origin>) -> Cell {
    quiet(origin.map(ToString::to_string).unwrap_or_default())
}

fn sources(explained: &Explained<'_>) -> Vec<[Cell; 4]> {
    let row = |source: &vestibule::Source| {
        let tone = match source.fate {
            Fate::Used => Tone::Good,
            Fate::Shadowed => Tone::Warning,
            Fate::Skipped | Fate::Open => Tone::Quiet,
        };
        let fate = (source.fate.to_string(), Some(tone));
        [plain(source.name), fate, plain(source.why.as_str()), place(source.at.as_ref())]
    };
    explained.sources.iter().map(row).collect()
}

fn decided(explained: &Explained<'_>) -> Vec<[Cell; 3]> {
    let facts = explained.session.plan().facts();
    facts
        .into_iter()
        .map(|fact| [plain(fact.name), plain(fact.value), place(Some(&fact.origin))])
        .collect()
}

fn clocks(explained: &Explained<'_>) -> Vec<[Cell; 2]> {
    let now = explained.session.now();
    let mut clocks = Vec::new();
    if let Some(status) = &explained.token {
        clocks.push([plain("access token"), token(status, now)]);
        if let Ok(token) = &status.token {
            clocks.push([plain("registration"), registration(token.renewal, now)]);
        }
        clocks.push([plain("role credentials"), role(explained.role_end, now)]);
        clocks.push([plain("token file"), quiet(status.token_file.display().to_string())]);
    }
    if let Some(console) = &explained.console {
        clocks.push([plain("credentials"), console_clock(console, now)]);
        clocks.push([plain("sign-in file"), quiet(console.file.display().to_string())]);
    }
    clocks
}

fn token(status: &Status, now: Timestamp) -> Cell {
    match &status.token {
        Ok(token) if !token.is_expired => plain(format!("until {}", until(token.expires_at, now))),
        Ok(token) => (format!("ended {}", token.expires_at), Some(Tone::Warning)),
        Err(Why::Never { .. }) => ("none: nobody has signed in".to_owned(), Some(Tone::Bad)),
        Err(why) => (format!("none: {why}"), Some(Tone::Bad)),
    }
}

/// What bounds the renewal of the token.
fn registration(renewal: Renewal, now: Timestamp) -> Cell {
    match renewal {
        Renewal::Until(end) => {
            plain(format!("until {}: the token is renewed silently", until(end, now)))
        }
        Renewal::Impossible(key) => {
            (format!("no usable {key}: the token cannot be renewed"), Some(Tone::Warning))
        }
    }
}

fn role(end: Option<Timestamp>, now: Timestamp) -> Cell {
    match end {
        Some(end) if now < end => plain(format!("cached until {}", until(end, now))),
        Some(end) => plain(format!("the cached ones ended {end}")),
        None => plain("none cached"),
    }
}

fn console_clock(console: &ConsoleStatus, now: Timestamp) -> Cell {
    match &console.state {
        ConsoleState::Live(end) => plain(format!("until {}", until(*end, now))),
        ConsoleState::Renewable(end) => {
            (format!("ended {end}; the sign-in may give others"), Some(Tone::Warning))
        }
        ConsoleState::Over(end) => {
            (format!("ended {end}, and the sign-in with them"), Some(Tone::Bad))
        }
        ConsoleState::Never => ("none: nobody has signed in".to_owned(), Some(Tone::Bad)),
        ConsoleState::Unusable(why) => (format!("none: {why}"), Some(Tone::Bad)),
    }
}

/// Rows in columns: as wide as the widest cell, but one long cell does not push the others away.
fn rows<const COLUMNS: usize>(printer: &Printer, rows: &[[Cell; COLUMNS]]) -> io::Result<()> {
    /// More than this, and what follows begins where it must.
    const WIDEST: usize = 48;
    let width = |column: usize| {
        let lengths = rows.iter().map(|row| row[column].0.chars().count());
        lengths.filter(|length| *length <= WIDEST).max().unwrap_or_default()
    };
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    for row in rows {
        let mut line = String::new();
        let mut blanks = 2;
        for ((text, tone), width) in row.iter().zip(widths) {
            if text.is_empty() {
                blanks += width + 2;
                continue;
            }
            line.extend(std::iter::repeat_n(' ', blanks));
            line += &tone.map_or_else(|| text.clone(), |tone| printer.tone(tone, text));
            blanks = 2 + width.saturating_sub(text.chars().count());
        }
        printer.result(&line)?;
    }
    Ok(())
}
