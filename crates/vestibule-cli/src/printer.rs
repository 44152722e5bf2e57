use std::io::{self, IsTerminal as _, Write as _};

use crate::args::Color;

/// Who may write where: results to stdout, everything for people to stderr.
#[derive(Debug)]
pub(crate) struct Printer {
    /// Whether results are JSON.
    pub(crate) json: bool,
    color: bool,
}

/// What a color means; the words say the same without it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tone {
    /// Something is as it should be.
    Good,
    /// Something wants attention.
    Warning,
    /// Something went wrong.
    Bad,
    /// Less important.
    Quiet,
    /// What to type.
    Command,
}

#[expect(clippy::unused_self, reason = "who holds no printer does not print")]
impl Printer {
    pub(crate) fn new(json: bool, color: Color, no_color: bool) -> Self {
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !no_color && io::stderr().is_terminal() && io::stdout().is_terminal(),
        };
        Self { json, color }
    }

    /// A line of the result.
    pub(crate) fn result(&self, line: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(line.as_bytes())?;
        stdout.write_all(b"\n")?;
        stdout.flush()
    }

    /// The result as it stands, without a newline of ours.
    pub(crate) fn raw(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// A line for people. A closed stderr is nobody's loss.
    pub(crate) fn note(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Whether somebody is watching.
    pub(crate) fn is_watched(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// The text in a tone.
    pub(crate) fn tone(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Good => "32",
            Tone::Warning => "33",
            Tone::Bad => "31;1",
            Tone::Quiet => "2",
            Tone::Command => "36",
        };
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
