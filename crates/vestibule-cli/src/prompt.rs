//! Prompts on the terminal.

use std::cell::RefCell;
use std::io::{self, Write as _};

use inquire::InquireError;
use inquire::ui::{RenderConfig, Styled};

use crate::error::Error;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::picker::{Filter, Row};
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

/// Questions to the user: on a terminal, or scripted in tests.
pub(crate) trait Prompt {
    /// Shows a line.
    fn say(&self, line: &str);

    /// Returns the text that the user typed, or the default.
    fn text(&self, question: &Question<'_>, check: Check<'_>) -> Result<String, Error>;

    /// Returns the index of the row that the user selected.
    fn select(&self, message: &str, rows: Vec<Row>) -> Result<usize, Error>;
}

/// Prompts on the terminal. They are drawn on stderr, because stdout is for results.
#[derive(Debug)]
pub(crate) struct Terminal<'a> {
    interrupts: &'a Interrupts,
    columns: usize,
    rows: usize,
}

impl<'a> Terminal<'a> {
    pub(crate) fn new(interrupts: &'a Interrupts) -> Self {
        Self { interrupts, columns: screen::width(), rows: screen::height() }
    }

    /// Runs a prompt with a handler for Ctrl-C that lets the prompt restore the terminal.
    fn run<T>(&self, prompt: impl FnOnce() -> Result<T, InquireError>) -> Result<T, Error> {
        let answer = waiting::suspended(|| self.interrupts.suspended(prompt));
        answer.map_err(|error| match error {
            InquireError::OperationCanceled | InquireError::OperationInterrupted => cancelled(),
            InquireError::IO(error) if error.kind() == io::ErrorKind::Interrupted => cancelled(),
            error => Error::new(Exit::Failed, "the terminal could not be read")
                .with_cause(error.to_string()),
        })
    }
}

impl Prompt for Terminal<'_> {
    fn say(&self, line: &str) {
        if waiting::make_room() {
            // Ignored: stderr was closed.
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }

    fn text(&self, question: &Question<'_>, check: Check<'_>) -> Result<String, Error> {
        let mut prompt = inquire::Text::new(question.message).with_render_config(style());
        prompt.default = question.default.filter(|default| !default.is_empty());
        prompt.help_message = question.help;
        let has_default = question.default.is_some();
        loop {
            let prompt = prompt.clone();
            let typed = self.run(|| prompt.prompt())?;
            let typed = typed.trim();
            if typed.is_empty() && !has_default {
                continue;
            }
            match check(typed) {
                Ok(()) => return Ok(typed.to_owned()),
                Err(error) => self.say(&format!("  {error}")),
            }
        }
    }

    fn select(&self, message: &str, mut rows: Vec<Row>) -> Result<usize, Error> {
        let columns = self.columns.saturating_sub(3);
        for row in &mut rows {
            row.cut(columns);
        }
        let filter = RefCell::new(Filter::default());
        let scorer =
            |typed: &str, row: &Row, _: &str, _: usize| filter.borrow_mut().score(typed, row);
        let count = rows.len();
        let help =
            format!("{count} in all · type to filter, ↑↓ to move, Enter to select, Esc to cancel");
        let prompt = inquire::Select::new(message, rows)
            .with_render_config(style())
            .with_page_size(self.rows.saturating_sub(3).max(3))
            .with_help_message(&help)
            .with_formatter(&|row| row.value.name().to_owned())
            .with_scorer(&scorer);
        self.run(|| prompt.raw_prompt()).map(|chosen| chosen.value.index())
    }
}

/// Error returned when the user presses Esc or Ctrl-C at a prompt.
fn cancelled() -> Error {
    Error::new(Exit::Interrupted, "Cancelled")
}

fn style() -> RenderConfig<'static> {
    let plain = RenderConfig::empty();
    if std::env::var_os("NO_COLOR").is_some() { plain } else { RenderConfig::default() }
        .with_prompt_prefix(Styled::new("?"))
}
