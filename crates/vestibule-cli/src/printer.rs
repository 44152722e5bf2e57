use std::io::{self, IsTerminal as _, Write as _};

use vestibule::Vars;

use crate::args::{Color, Global};
use crate::{screen, waiting};

/// Writes results to stdout and messages to stderr.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    /// Whether results are JSON.
    pub(crate) json: bool,
    color: bool,
}

/// Meaning of a color; the text says the same without it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tone {
    Good,
    Warning,
    Bad,
    /// Less important text.
    Quiet,
    /// A command to type.
    Command,
    /// Black on white, which cameras expect.
    QrCode,
}

#[expect(clippy::unused_self, reason = "all output goes through a printer")]
impl Printer {
    pub(crate) fn new(global: &Global, vars: &Vars) -> Self {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => vars.get("NO_COLOR").is_none() && screen::shows_colors(),
        };
        Self { json: global.json, color }
    }

    /// Returns a printer of text.
    #[cfg(test)]
    pub(crate) fn of_text(color: Color) -> Self {
        Self { json: false, color: matches!(color, Color::Always) }
    }

    /// Writes one line of the result to stdout.
    pub(crate) fn result(&self, line: &str) -> io::Result<()> {
        self.raw(&format!("{line}\n"))
    }

    /// Writes the result to stdout without adding a newline.
    pub(crate) fn raw(&self, text: &str) -> io::Result<()> {
        if !waiting::clear_for_output() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Writes a message to stderr. A closed stderr is ignored.
    pub(crate) fn note(&self, line: &str) {
        if waiting::clear_for_output() {
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }

    /// Writes a message to stderr, on a terminal with line breaks between words.
    pub(crate) fn wrapped_note(&self, line: &str) {
        let width = if self.is_terminal() { screen::width() } else { usize::MAX };
        self.note(&screen::wrapped(line, 0, width));
    }

    /// Writes a warning to stderr.
    pub(crate) fn warn(&self, text: &str) {
        self.wrapped_note(&format!("{} {text}", self.tone(Tone::Warning, "warning:")));
    }

    /// Writes a remark to stderr, about behavior that may surprise.
    pub(crate) fn remark(&self, text: &str) {
        self.wrapped_note(&format!("{} {text}", self.tone(Tone::Warning, "note:")));
    }

    /// Writes the next step to stderr. It is one line, so that a command can be copied.
    pub(crate) fn hint(&self, text: &str) {
        self.note(&format!("{} {text}", self.tone(Tone::Command, "hint:")));
    }

    /// Writes one line of the result to stdout, on a terminal with line breaks between words.
    pub(crate) fn wrapped_result(&self, line: &str) -> io::Result<()> {
        let width = screen::result_width().unwrap_or(usize::MAX);
        self.result(&screen::wrapped(line, 0, width))
    }

    /// Returns whether messages go to a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    pub(crate) fn tone(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Good => "32",
            Tone::Warning => "33",
            Tone::Bad => "31;1",
            Tone::Quiet => "2",
            Tone::Command => "36",
            Tone::QrCode => "38;5;16;48;5;231",
        };
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
