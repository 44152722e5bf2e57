//! Prompts on the terminal.

use std::io::{self, Write as _};

use console::{Key, Style, Term};

use crate::error::Error;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::line_editor::LineEditor;
use crate::picker::{self, Action, Picker, Row};
use crate::{screen, waiting};

/// A question that is answered by typing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Question<'a> {
    pub(crate) message: &'a str,
    /// Answer if the user only presses Enter.
    pub(crate) default: Option<&'a str>,
    /// A line below the prompt.
    pub(crate) help: Option<&'a str>,
}

/// Checks an answer. The error is shown, and the prompt stays open.
pub(crate) type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// Parses the answer to a question of yes or no.
pub(crate) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err("answer y or n".to_owned()),
    }
}

/// Prompts for the user: on a terminal, or scripted in tests.
pub(crate) trait Prompt {
    /// Prints a line.
    fn print(&self, line: &str);

    /// Returns the text that the user typed, or the default.
    fn text(&self, question: &Question<'_>, check: Check<'_>) -> Result<String, Error>;

    /// Returns the index of the row that the user selected.
    fn select(&self, message: &str, rows: Vec<Row>) -> Result<usize, Error>;
}

/// Prompts on the terminal. They are drawn on stderr, because stdout is for results.
#[derive(Debug)]
pub(crate) struct Terminal<'a> {
    interrupts: &'a Interrupts,
    term: Term,
    columns: usize,
    rows: usize,
}

impl<'a> Terminal<'a> {
    pub(crate) fn new(interrupts: &'a Interrupts) -> Self {
        let (columns, rows) = screen::size();
        Self { interrupts, term: Term::buffered_stderr(), columns, rows }
    }

    /// Runs a prompt in a terminal mode in which Ctrl-C is a key. What the prompt drew is replaced
    /// with the question and its answer.
    fn run<T>(
        &self,
        question: &str,
        prompt: impl FnOnce() -> io::Result<Option<(T, String)>>,
    ) -> Result<T, Error> {
        if !self.term.is_term() {
            let error =
                Error::new(Exit::Failed, "questions are asked on stderr, which is not a terminal");
            return Err(error.with_hint("add --no-input, and answer with options"));
        }
        let answered = || {
            let answer = prompt();
            self.clear()?;
            if let Ok(Some((_, text))) = &answer {
                let text = format!("{} {question} {}", green(">"), cyan(text));
                self.term.write_line(&text)?;
            }
            self.term.flush()?;
            answer
        };
        match waiting::suspended(|| self.interrupts.suspended(answered)) {
            Ok(Some((answer, _))) => Ok(answer),
            Ok(None) => Err(cancelled()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(cancelled()),
            Err(error) => Err(Error::failed("the terminal could not be read", &error)
                .with_hint("add --no-input, and answer with options")),
        }
    }

    /// Draws lines in place of those that were drawn before, with the cursor on the first one.
    fn draw(&self, lines: &[String], column: usize) -> io::Result<()> {
        self.clear()?;
        self.term.write_str(&lines.join("\n"))?;
        self.term.move_cursor_up(lines.len().saturating_sub(1))?;
        self.term.write_str("\r")?;
        self.term.move_cursor_right(column)?;
        self.term.flush()
    }

    fn clear(&self) -> io::Result<()> {
        self.term.write_str("\r")?;
        self.term.clear_to_end_of_screen()
    }

    /// Returns the next key; `None` for those that cancel.
    fn key(&self) -> io::Result<Option<Key>> {
        Ok(Some(self.term.read_key_raw()?).filter(|key| !matches!(key, Key::Escape | Key::CtrlC)))
    }

    /// Prints all lines but the last of a question that is wider than the terminal. Returns the last one.
    fn last_line(&self, message: &str) -> String {
        let wrapped = screen::wrapped(message, 2, self.columns.saturating_sub(12));
        match wrapped.rsplit_once('\n') {
            Some((first, last)) => {
                self.print(first);
                last.trim_start().to_owned()
            }
            None => wrapped,
        }
    }

    /// Returns the line that the user entered; `None` if the user cancelled.
    fn read_line(&self, question: &Question<'_>, message: &str) -> io::Result<Option<String>> {
        let mut line = LineEditor::default();
        let default = question.default.filter(|default| !default.is_empty());
        let default = default.map(|default| format!("({default}) ")).unwrap_or_default();
        let prefix = format!("{} {message} {default}", green("?"));
        loop {
            let start = screen::text_width(&prefix);
            let (text, column) = line.visible(self.columns.saturating_sub(start).max(8));
            let help = question.help.map(|help| {
                dim(&screen::cut(&format!("[{help}]"), self.columns.saturating_sub(1)))
            });
            let lines: Vec<_> = std::iter::once(format!("{prefix}{text}")).chain(help).collect();
            self.draw(&lines, start + column)?;
            match self.key()? {
                None => return Ok(None),
                Some(Key::Char('\u{4}')) if line.is_empty() => return Ok(None),
                Some(Key::Enter) if line.is_empty() && question.default.is_none() => {}
                Some(Key::Enter) => return Ok(Some(line.text())),
                Some(key) => _ = line.handle(&key),
            }
        }
    }

    /// Returns the index of the row that the user selected; `None` if the user cancelled.
    fn select_row(&self, message: &str, rows: Vec<Row>) -> io::Result<Option<(usize, String)>> {
        let prefix = format!("{} {message} ", green("?"));
        let start = screen::text_width(&prefix);
        let mut picker = Picker::new(rows, self.rows.saturating_sub(3).max(3));
        loop {
            let (search, column) = picker.search(self.columns.saturating_sub(start).max(8));
            let rows = picker.lines().into_iter().map(
                |(line, is_selected)| {
                    if is_selected { cyan(&line) } else { line }
                },
            );
            let help = screen::cut(&picker.help(), self.columns.saturating_sub(1));
            let lines: Vec<_> = std::iter::once(format!("{prefix}{search}"))
                .chain(rows)
                .chain([dim(&help)])
                .collect();
            self.draw(&lines, start + column)?;
            let Some(key) = self.key()? else { return Ok(None) };
            if let Action::Select(row) = picker.handle(&key) {
                return Ok(Some((row.index(), row.name().to_owned())));
            }
        }
    }
}

impl Prompt for Terminal<'_> {
    fn print(&self, line: &str) {
        if waiting::clear_for_output() {
            // Ignored: stderr was closed.
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }

    fn text(&self, question: &Question<'_>, check: Check<'_>) -> Result<String, Error> {
        loop {
            let message = self.last_line(question.message);
            let typed = self.run(&message, || {
                let line = self.read_line(question, &message)?;
                Ok(line.map(|line| {
                    let line = if line.is_empty() {
                        question.default.unwrap_or_default()
                    } else {
                        line.trim()
                    };
                    (line.to_owned(), line.to_owned())
                }))
            })?;
            match check(&typed) {
                Ok(()) => return Ok(typed),
                Err(error) => self.print(&format!("  {error}")),
            }
        }
    }

    fn select(&self, message: &str, mut rows: Vec<Row>) -> Result<usize, Error> {
        picker::fit(&mut rows, self.columns.saturating_sub(3));
        self.run(message, || self.select_row(message, rows))
    }
}

/// Error returned when the user cancels: by Esc, Ctrl-C, or an answer.
pub(crate) fn cancelled() -> Error {
    Error::new(Exit::Interrupted, waiting::CANCELLED)
}

fn green(text: &str) -> String {
    styled(Style::new().green(), text)
}

fn cyan(text: &str) -> String {
    styled(Style::new().cyan(), text)
}

fn dim(text: &str) -> String {
    styled(Style::new().dim(), text)
}

fn styled(style: Style, text: &str) -> String {
    let has_colors = std::env::var_os("NO_COLOR").is_none();
    style.for_stderr().force_styling(has_colors).apply_to(text).to_string()
}
