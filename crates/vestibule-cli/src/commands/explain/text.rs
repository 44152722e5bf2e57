use std::io;

use vestibule::{
    ConsoleState, ConsoleStatus, NoTokenReason, Origin, Refresh, SourceState, Status, Timestamp,
};

use super::Explained;
use crate::duration::until;
use crate::printer::{Printer, Tone};
use crate::table::{self, Cell};

/// Prints sources, settings, expirations and the next step.
pub(super) fn print(printer: &Printer, explained: &Explained<'_>) -> io::Result<()> {
    rows(printer, ["SOURCE", "STATE", "AT", "WHY"], &sources(explained))?;
    printer.result("")?;
    rows(printer, ["SETTING", "FROM", "VALUE"], &decided(explained))?;
    for note in &explained.session.plan().notes {
        printer.result(&format!("{} {note}", printer.tone(Tone::Warning, "note:")))?;
    }
    let clocks = clocks(explained);
    if !clocks.is_empty() {
        printer.result("")?;
        rows(printer, ["CLOCK", ""], &clocks)?;
    }
    printer.result("")?;
    rows(printer, ["NEXT"], &[[next(explained)]])
}

/// Prints whole lines, since a cut file name is useless. The widest column is the last one, so that a
/// narrow terminal wraps nothing else.
fn rows<const N: usize>(printer: &Printer, heads: [&str; N], rows: &[[Cell; N]]) -> io::Result<()> {
    let lines = table::lines(printer, heads, rows, usize::MAX);
    lines.iter().try_for_each(|line| printer.result(line))
}

fn next(explained: &Explained<'_>) -> Cell {
    match &explained.next {
        Some(command) => Cell::toned(command, Tone::Command),
        None => Cell::from("nothing to do"),
    }
}

/// Returns the origin of a value; defaults have none.
fn place(origin: Option<&Origin>) -> Cell {
    Cell::toned(origin.map(ToString::to_string).unwrap_or_default(), Tone::Quiet)
}

fn sources(explained: &Explained<'_>) -> Vec<[Cell; 4]> {
    let row = |source: &vestibule::Source| {
        let tone = match source.state {
            SourceState::Used => Tone::Good,
            SourceState::NotReached => Tone::Warning,
            SourceState::NotSet | SourceState::Unknown => Tone::Quiet,
        };
        let state = Cell::toned(source.state.to_string(), tone);
        [
            Cell::from(source.name),
            state,
            place(source.origin.as_ref()),
            Cell::from(&source.description),
        ]
    };
    explained.sources.iter().map(row).collect()
}

fn decided(explained: &Explained<'_>) -> Vec<[Cell; 3]> {
    let entries = explained.session.plan().entries();
    entries
        .into_iter()
        .map(|entry| [Cell::from(entry.name), place(Some(&entry.origin)), Cell::from(entry.value)])
        .collect()
}

fn clocks(explained: &Explained<'_>) -> Vec<[Cell; 2]> {
    let now = explained.session.now();
    let mut clocks = Vec::new();
    if let Some(status) = &explained.token {
        clocks.push([Cell::from("access token"), token(status, now)]);
        if let Ok(token) = &status.token {
            clocks.push([Cell::from("client registration"), registration(token.refresh, now)]);
        }
        clocks.push([Cell::from("role credentials"), role(explained.role_end, now)]);
        clocks.push([
            Cell::from("token file"),
            Cell::toned(status.token_file.display().to_string(), Tone::Quiet),
        ]);
    }
    if let Some(console) = &explained.console {
        clocks.push([Cell::from("credentials"), console_clock(console, now)]);
        clocks.push([
            Cell::from("login file"),
            Cell::toned(console.file.display().to_string(), Tone::Quiet),
        ]);
    }
    clocks
}

fn token(status: &Status, now: Timestamp) -> Cell {
    match &status.token {
        Ok(token) if !token.is_expired => {
            Cell::from(format!("expires at {}", until(token.expires_at, now)))
        }
        Ok(token) => Cell::toned(format!("expired at {}", token.expires_at), Tone::Warning),
        Err(NoTokenReason::Never { .. }) => Cell::toned("none: you are not signed in", Tone::Bad),
        Err(why) => Cell::toned(format!("none: {why}"), Tone::Bad),
    }
}

/// Returns the expiration of the client registration.
fn registration(refresh: Refresh, now: Timestamp) -> Cell {
    match refresh {
        Refresh::Until(end) => Cell::from(format!("expires at {}", until(end, now))),
        Refresh::Impossible(key) => {
            Cell::toned(format!("no usable {key}: the token cannot be refreshed"), Tone::Warning)
        }
    }
}

fn role(end: Option<Timestamp>, now: Timestamp) -> Cell {
    match end {
        Some(end) if now < end => Cell::from(format!("cached, expire at {}", until(end, now))),
        Some(end) => Cell::from(format!("cached, expired at {end}")),
        None => Cell::from("none cached"),
    }
}

fn console_clock(console: &ConsoleStatus, now: Timestamp) -> Cell {
    match &console.state {
        ConsoleState::Live(end) => Cell::from(format!("expire at {}", until(*end, now))),
        ConsoleState::Refreshable(end) => {
            Cell::toned(format!("expired at {end}, refreshed on next use"), Tone::Warning)
        }
        ConsoleState::Over(end) => {
            Cell::toned(format!("expired at {end}, with the login session"), Tone::Bad)
        }
        ConsoleState::Never => Cell::toned("none: you are not signed in", Tone::Bad),
        ConsoleState::Unusable(why) => Cell::toned(format!("none: {why}"), Tone::Bad),
    }
}
