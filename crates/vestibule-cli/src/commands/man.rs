use std::path::Path;
use std::{fs, io};

use roff::{Roff, bold, roman};
use serde_json::json;

use crate::app::App;
use crate::args::help::{ENVIRONMENT, EXAMPLES, EXIT_CODES, EXIT_CODES_OF_COMMANDS, FILES};
use crate::args::{self, Entry, Man};
use crate::error::Error;
use crate::exit::Exit;

/// Prints `vestibule(1)`, or writes the pages of all commands to a folder.
pub(crate) fn run(app: &App<'_>, args: &Man) -> Result<Exit, Error> {
    let pages = pages()?;
    if let Some(folder) = &args.to {
        write(folder, &pages).map_err(|error| {
            let message = format!("man pages could not be written to {}", folder.display());
            let hint = "name a writable folder";
            Error::failed(message, &error).with_hint(hint)
        })?;
        return Ok(Exit::Done);
    }
    let page = pages.into_iter().next().map(|page| page.text).unwrap_or_default();
    if app.printer.json {
        app.printer.result(&json!({ "page": page }).to_string())?;
    } else {
        app.printer.raw(&page)?;
    }
    Ok(Exit::Done)
}

fn write(folder: &Path, pages: &[Page]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    pages.iter().try_for_each(|page| fs::write(folder.join(format!("{}.1", page.name)), &page.text))
}

/// A man page.
struct Page {
    name: String,
    text: String,
}

/// Returns the page of the program, and those of all commands and groups.
fn pages() -> io::Result<Vec<Page>> {
    let mut root = args::grammar();
    root.build();
    let entries: Vec<&Entry> = args::entries().filter(|entry| !entry.is_hidden()).collect();
    let mut pages = vec![page(&root, "vestibule", "", EXAMPLES, &entries)?];
    for entry in entries {
        add_pages(&mut pages, &root, "vestibule", entry)?;
    }
    Ok(pages)
}

/// Adds the page of a command, and those of its commands if it is a group.
fn add_pages(
    pages: &mut Vec<Page>,
    parent: &clap::Command,
    parent_name: &str,
    entry: &Entry,
) -> io::Result<()> {
    let Some(command) = parent.find_subcommand(entry.name) else { return Ok(()) };
    let name = format!("{parent_name}-{}", entry.name);
    let members: Vec<&Entry> = entry.members().iter().collect();
    pages.push(page(command, &name, entry.notes, entry.examples, &members)?);
    members.into_iter().try_for_each(|member| add_pages(pages, command, &name, member))
}

fn page(
    command: &clap::Command,
    name: &str,
    notes: &str,
    examples: &[&str],
    members: &[&Entry],
) -> io::Result<Page> {
    let man = clap_mangen::Man::new(command.clone()).title(name);
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    section(&mut text, "NOTES", |roff| {
        for line in notes.lines() {
            roff.text([roman(line)]);
        }
    })?;
    man.render_options_section(&mut text)?;
    section(&mut text, "COMMANDS", |roff| {
        for member in members {
            row(roff, &format!("{name}-{}(1)", member.name), member.about);
        }
    })?;
    section(&mut text, "EXIT STATUS", |roff| {
        rows(roff, EXIT_CODES);
        roff.control("PP", []).text([roman(EXIT_CODES_OF_COMMANDS)]);
    })?;
    section(&mut text, "ENVIRONMENT", |roff| rows(roff, ENVIRONMENT))?;
    section(&mut text, "FILES", |roff| rows(roff, FILES))?;
    section(&mut text, "EXAMPLES", |roff| {
        for example in examples {
            roff.control("PP", []).text([bold(*example)]);
        }
    })?;
    section(&mut text, "SEE ALSO", |roff| {
        let parent = name.rsplit_once('-').map_or("aws", |_| "vestibule");
        roff.text([bold(parent), roman("(1)")]);
    })?;
    Ok(Page { name: name.to_owned(), text: String::from_utf8_lossy(&text).into_owned() })
}

/// Writes a section, unless it has no content.
fn section(page: &mut Vec<u8>, title: &str, content: impl FnOnce(&mut Roff)) -> io::Result<()> {
    let (mut head, mut body) = (Roff::new(), Roff::new());
    head.control("SH", [title]);
    content(&mut body);
    if body.to_roff().is_empty() {
        return Ok(());
    }
    head.to_writer(page)?;
    body.to_writer(page)
}

fn rows(roff: &mut Roff, rows: &[(&str, &str)]) {
    for (name, meaning) in rows {
        row(roff, name, meaning);
    }
}

fn row(roff: &mut Roff, name: &str, meaning: &str) {
    roff.control("TP", []).text([bold(name)]).text([roman(meaning)]);
}
