use std::io;

use vestibule::{Origin, SourceState};

use super::Explained;
use crate::commands::session_state;
use crate::environment_source::EnvironmentSource;
use crate::local_time::time;
use crate::printer::{Printer, Tone};
use crate::table::{self, Cell};

const SOURCE_HEADS: [&str; 4] = ["SOURCE", "STATE", "AT", "WHY"];

/// Prints sources, settings, expirations and the next step.
pub(super) fn print(printer: &Printer, explained: &Explained<'_>) -> io::Result<()> {
    rows(printer, SOURCE_HEADS, &sources(explained))?;
    printer.result("")?;
    rows(printer, ["SETTING", "FROM", "VALUE"], &decided(explained))?;
    for note in &explained.notes {
        printer.wrapped_result(&format!("{} {note}", printer.tone(Tone::Warning, "note:")))?;
    }
    let clocks = clocks(explained);
    if !clocks.is_empty() {
        printer.result("")?;
        rows(printer, ["CLOCK", ""], &clocks)?;
    }
    printer.result("")?;
    rows(printer, ["NEXT"], &[[next(explained)]])
}

/// Prints the agent as the only source, and the next step.
pub(super) fn print_agent(
    printer: &Printer,
    agent: &EnvironmentSource,
    next: &str,
) -> io::Result<()> {
    let profile = agent.profile.as_deref().unwrap_or_default();
    let reason = format!("{} supplies the credentials of profile {profile}", agent.description);
    let state = Cell::toned(SourceState::Used.to_string(), Tone::Good);
    let row = [Cell::from(agent.name), state, Cell::from(&agent.variable), Cell::from(reason)];
    rows(printer, SOURCE_HEADS, &[row])?;
    printer.result("")?;
    rows(printer, ["NEXT"], &[[Cell::from(next)]])
}

/// Prints whole lines, since a cut file name is useless. The widest column is the last one, so that a
/// narrow terminal breaks lines there, between words.
fn rows<const N: usize>(printer: &Printer, heads: [&str; N], rows: &[[Cell; N]]) -> io::Result<()> {
    let lines = table::lines(printer, heads, rows, usize::MAX);
    lines.iter().try_for_each(|line| printer.wrapped_result(line))
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
    let toned = |(text, tone): (String, Tone)| Cell::toned(text, tone);
    for (status, name) in [(&explained.token, "access token"), (&explained.console, "credentials")]
    {
        let Some(status) = status else { continue };
        clocks.push([Cell::from(name), toned(session_state::token(status, now))]);
        let refresh = session_state::refresh(status).map(toned);
        clocks.extend(refresh.map(|refresh| [Cell::from("refresh"), refresh]));
        let portal = status.portal_session.as_ref();
        let portal = portal.map(|portal| session_state::portal_session(portal, now));
        let portal = ["portal session", "", ""].iter().zip(portal.into_iter().flatten());
        clocks.extend(portal.map(|(name, line)| [Cell::from(name), Cell::from(line)]));
        if let Some(end) = status.registration_expires_at {
            let expires = format!("expires at {}", time(end));
            clocks.push([Cell::from("client registration"), Cell::from(expires)]);
        }
        if explained.token.is_some() {
            let token = explained.token.as_ref();
            let cached = session_state::cached_credentials(explained.cached, token, now);
            clocks.push([Cell::from("role credentials"), Cell::from(cached)]);
        }
        clocks.push([Cell::from("token file"), Cell::toned(&status.location, Tone::Quiet)]);
    }
    clocks
}
