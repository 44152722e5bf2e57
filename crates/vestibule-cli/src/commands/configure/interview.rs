use std::fmt;

use crate::advice::Failure;
use crate::asker::Asker;
use crate::exit::Exit;

/// Finds out what is not on the command line.
pub(super) struct Interview<'a> {
    asker: Option<&'a dyn Asker>,
}

/// One thing to find out.
pub(super) struct Question<'a> {
    /// As people are asked.
    pub(super) words: &'a str,
    /// The argument that answers it.
    pub(super) flag: &'static str,
    /// Its value.
    pub(super) given: Option<&'a str>,
    /// The answer of who gives none; empty where no answer is one.
    pub(super) fallback: Option<String>,
}

impl<'a> Interview<'a> {
    /// Without an asker, what is missing is an error.
    pub(super) fn new(asker: Option<&'a dyn Asker>) -> Self {
        Self { asker }
    }

    /// Whether somebody answers.
    pub(super) fn is_live(&self) -> bool {
        self.asker.is_some()
    }

    /// The answer: the argument, else what is typed, else the fallback.
    pub(super) fn answer<T, E: fmt::Display>(
        &self,
        question: &Question<'_>,
        check: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, Failure> {
        let Question { words, flag, given, fallback } = question;
        let wrong = |error: E| Failure::new(Exit::Usage, format!("{flag}: {error}"));
        if let Some(given) = given {
            return check(given).map_err(wrong);
        }
        let Some(asker) = self.asker else {
            let fallback = fallback.as_deref().ok_or_else(|| missing(flag))?;
            return check(fallback).map_err(wrong);
        };
        let prompt = match fallback.as_deref() {
            None | Some("") => format!("{words}: "),
            Some(fallback) => format!("{words} [{fallback}]: "),
        };
        loop {
            let typed = typed(asker, &prompt)?;
            let text = if typed.is_empty() { fallback.as_deref() } else { Some(typed.as_str()) };
            match text.map(&check) {
                Some(Ok(answer)) => return Ok(answer),
                Some(Err(error)) => asker.say(&format!("  {error}")),
                None => {}
            }
        }
    }

    /// One of a few: the argument, else the only one there is, else by number.
    pub(super) fn choose<T>(
        &self,
        words: &str,
        flag: &'static str,
        mut from: Vec<T>,
        label: impl Fn(&T) -> String,
    ) -> Result<T, Failure> {
        if from.len() == 1 {
            return Ok(from.remove(0));
        }
        let Some(asker) = self.asker else {
            return Err(from.iter().map(&label).fold(missing(flag), Failure::because));
        };
        for (number, item) in (1..).zip(&from) {
            asker.say(&format!("  {number:>3}  {}", label(item)));
        }
        let count = from.len();
        loop {
            let typed = typed(asker, &format!("{words} [1-{count}]: "))?;
            match typed.parse::<usize>() {
                Ok(number) if (1..=count).contains(&number) => {
                    return Ok(from.swap_remove(number - 1));
                }
                _ => asker.say(&format!("  a number from 1 to {count}, please")),
            }
        }
    }
}

fn typed(asker: &dyn Asker, prompt: &str) -> Result<String, Failure> {
    let stopped = || Failure::new(Exit::Interrupted, "stopped; nothing was written");
    asker.ask(prompt)?.ok_or_else(stopped)
}

fn missing(flag: &'static str) -> Failure {
    Failure::new(Exit::Usage, format!("{flag} is missing, and nobody can be asked"))
        .with_hint(format!("add {flag}, or run it in a terminal without --no-input"))
}
