use std::fmt;

use crate::advice::Failure;
use crate::app::App;
use crate::asker::{Asker, Keyboard};
use crate::exit::Exit;
use crate::picker;

/// Finds out what is not on the command line.
pub(super) struct Interview<'a> {
    asker: Option<&'a dyn Asker>,
    /// Where there is a terminal to choose from a list.
    terminal: Option<&'a App<'a>>,
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
        Self { asker, terminal: None }
    }

    /// Whoever is at the keyboard, if anybody.
    pub(super) fn at_keyboard(app: &'a App<'a>) -> Self {
        let asker = app.may_prompt().then_some(&Keyboard as &dyn Asker);
        Self { asker, terminal: picker::can_pick(app).then_some(app) }
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

    /// One of several: the only one there is, else what is chosen from a list, else by number.
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
        if let Some(app) = self.terminal {
            let labels: Vec<_> = from.iter().map(&label).collect();
            let chosen = picker::pick(app, words, &labels)?.ok_or_else(stopped)?;
            return Ok(from.swap_remove(chosen));
        }
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
    asker.ask(prompt)?.ok_or_else(stopped)
}

fn stopped() -> Failure {
    Failure::new(Exit::Interrupted, "stopped; nothing was written")
}

fn missing(flag: &'static str) -> Failure {
    Failure::new(Exit::Usage, format!("{flag} is missing, and nobody can be asked"))
        .with_hint(format!("add {flag}, or run it in a terminal without --no-input"))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io;

    use super::*;

    /// Types these lines, and keeps what was shown.
    struct Script {
        lines: RefCell<Vec<&'static str>>,
        shown: RefCell<String>,
    }

    impl Script {
        fn new(lines: &[&'static str]) -> Self {
            let lines = RefCell::new(lines.iter().rev().copied().collect());
            Self { lines, shown: RefCell::default() }
        }
    }

    impl Asker for Script {
        fn say(&self, line: &str) {
            self.shown.borrow_mut().extend([line, "\n"]);
        }

        fn ask(&self, prompt: &str) -> io::Result<Option<String>> {
            let line = self.lines.borrow_mut().pop();
            self.shown.borrow_mut().extend([prompt, line.unwrap_or("^D"), "\n"]);
            Ok(line.map(str::to_owned))
        }
    }

    fn question<'a>(given: Option<&'a str>, fallback: Option<&str>) -> Question<'a> {
        let fallback = fallback.map(str::to_owned);
        Question { words: "Port", flag: "--port", given, fallback }
    }

    #[test]
    fn a_question_is_repeated_until_the_answer_will_do() {
        let script = Script::new(&["", "x", "80"]);
        let answer = Interview::new(Some(&script)).answer(&question(None, None), str::parse::<u16>);
        assert_eq!(answer.unwrap(), 80);
        let shown = "Port: \nPort: x\n  invalid digit found in string\nPort: 80\n";
        assert_eq!(*script.shown.borrow(), shown);
    }

    #[test]
    fn who_only_presses_enter_takes_what_is_offered() {
        let script = Script::new(&[""]);
        let interview = Interview::new(Some(&script));
        assert_eq!(interview.answer(&question(None, Some("1")), str::parse::<u16>).unwrap(), 1);
        assert_eq!(*script.shown.borrow(), "Port [1]: \n");
    }

    #[test]
    fn an_argument_spares_the_question() {
        let script = Script::new(&[]);
        let interview = Interview::new(Some(&script));
        assert_eq!(interview.answer(&question(Some("2"), None), str::parse::<u16>).unwrap(), 2);
        assert!(interview.answer(&question(Some("x"), None), str::parse::<u16>).is_err());
        assert_eq!(*script.shown.borrow(), "");
    }

    #[test]
    fn one_of_several_is_chosen_by_number() {
        let choose = |from: &[&'static str], lines: &[&'static str]| {
            let script = Script::new(lines);
            let label = |name: &&str| (*name).to_owned();
            let chosen =
                Interview::new(Some(&script)).choose("Role", "--role", from.to_vec(), label);
            (chosen.ok(), script.shown.take())
        };
        assert_eq!(choose(&["a"], &[]), (Some("a"), String::new()));
        let menu = "    1  a\n    2  b\n";
        let again = "Role [1-2]: 3\n  a number from 1 to 2, please\nRole [1-2]: 2\n";
        assert_eq!(choose(&["a", "b"], &["3", "2"]), (Some("b"), format!("{menu}{again}")));
        assert_eq!(choose(&["a", "b"], &[]), (None, format!("{menu}Role [1-2]: ^D\n")));
    }

    #[test]
    fn with_nobody_there_a_missing_answer_names_its_flag() {
        let nobody = Interview::new(None);
        assert_eq!(nobody.answer(&question(None, Some("1")), str::parse::<u16>).unwrap(), 1);
        let missing = nobody.answer(&question(None, None), str::parse::<u16>).unwrap_err();
        assert!(format!("{missing:?}").contains("--port is missing"), "{missing:?}");
    }
}
