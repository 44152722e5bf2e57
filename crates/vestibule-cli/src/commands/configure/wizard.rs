use std::cell::{Cell, RefCell};
use std::fmt;

use vestibule::{Configuration, ErrorKind};

use crate::error::Error;
use crate::exit::Exit;
use crate::picker;
use crate::prompt::{Prompt, Question, yes_or_no};
use crate::quoting::shell_word;

/// Collects answers from options, and from prompts for what the options leave open.
pub(super) struct Wizard<'a> {
    prompt: Option<&'a dyn Prompt>,
    /// The options that give the same answers again, with their values.
    answers: RefCell<Vec<(&'static str, String)>>,
    /// Whether the user signed in for the wizard.
    has_signed_in: Cell<bool>,
    /// The SSO session that was written to the config file after the sign-in.
    saved_session: RefCell<Option<String>>,
}

/// One answer to collect.
pub(super) struct Field<'a> {
    pub(super) message: &'a str,
    pub(super) help: Option<&'a str>,
    /// The option that answers it.
    pub(super) flag: &'static str,
    /// Value of the option.
    pub(super) given: Option<&'a str>,
    /// Default answer; empty if the question may be skipped.
    pub(super) default: Option<String>,
}

impl<'a> Wizard<'a> {
    /// Without a prompt, a missing answer is an error.
    pub(super) fn new(prompt: Option<&'a dyn Prompt>) -> Self {
        let (answers, saved_session) = (RefCell::default(), RefCell::default());
        Self { prompt, answers, has_signed_in: Cell::new(false), saved_session }
    }

    /// Records that the user signed in, which is stored at once.
    pub(super) fn set_signed_in(&self) {
        self.has_signed_in.set(true);
    }

    pub(super) fn has_signed_in(&self) -> bool {
        self.has_signed_in.get()
    }

    pub(super) fn set_saved_session(&self, name: &str) {
        self.saved_session.replace(Some(name.to_owned()));
    }

    /// Returns a sentence about what was written, for errors.
    fn progress(&self, files: &Configuration) -> String {
        let config = files.locations().config;
        match (&*self.saved_session.borrow(), self.has_signed_in()) {
            (Some(name), _) => format!(
                "you are signed in, and SSO session `{name}` was saved to {config}; no profile was \
                 written"
            ),
            (None, true) => format!("you are signed in, and nothing was written to {config}"),
            (None, false) => format!("nothing was written to {config}"),
        }
    }

    /// Returns the cause and the hint to print if Ctrl-C ends the program before the last answer.
    pub(super) fn interrupt_note(&self, command: &str, files: &Configuration) -> Option<String> {
        let command = self.command_line(command, &[]);
        let note = format!("  {}\nhint: {command}", self.progress(files));
        self.is_interactive().then_some(note)
    }

    /// Returns the error of a wizard that was not completed: with a cause that says what was saved, and a
    /// hint with the command that continues. Errors of this machine and of single answers have hints of their own.
    pub(super) fn unfinished_error(
        &self,
        command: &str,
        files: &Configuration,
        error: Error,
    ) -> Error {
        let can_continue = match &error {
            Error::Library(error) => matches!(
                error.kind(),
                ErrorKind::Cancelled
                    | ErrorKind::SignInNeeded
                    | ErrorKind::Unavailable
                    | ErrorKind::Refused
            ),
            Error::Program(_) => error.exit() == Exit::Interrupted,
        };
        if !self.is_interactive() || !can_continue {
            return error;
        }
        // The service refused these answers: they are prompted for again.
        let except: &[_] = match &error {
            Error::Library(error) if error.to_string().contains("InvalidScope") => {
                &["--registration-scopes"]
            }
            Error::Library(error) if error.kind() == ErrorKind::Refused => {
                &["--start-url", "--sso-region"]
            }
            _ => &[],
        };
        let next = self.command_line(command, except);
        error.with_next_step(next).with_cause(self.progress(files))
    }

    /// Returns a command line that gives the same answers again, except to some options.
    pub(super) fn command_line(&self, command: &str, except: &[&str]) -> String {
        let answers = self.answers.borrow();
        let given = answers.iter().filter(|(flag, _)| !except.contains(flag));
        given.fold(command.to_owned(), |line, (flag, answer)| {
            format!("{line} {flag} {}", shell_word(answer))
        })
    }

    /// Records the options of the command line.
    pub(super) fn record_options<const N: usize>(
        &self,
        options: [(&'static str, &Option<String>); N],
    ) {
        for (flag, value) in options {
            self.record(flag, value.as_deref().unwrap_or_default());
        }
    }

    /// Records the answer to an option.
    pub(super) fn record(&self, flag: &'static str, answer: &str) {
        let mut answers = self.answers.borrow_mut();
        answers.retain(|(other, _)| *other != flag);
        if !answer.is_empty() {
            answers.push((flag, answer.to_owned()));
        }
    }

    /// Returns whether missing answers are prompted for.
    pub(super) fn is_interactive(&self) -> bool {
        self.prompt.is_some()
    }

    /// Shows lines if the wizard is interactive.
    pub(super) fn print(&self, lines: &[&str]) {
        if let Some(prompt) = self.prompt {
            for line in lines {
                prompt.print(line);
            }
        }
    }

    /// Asks before an existing value is replaced; without prompts, `--overwrite` is required. False
    /// if the user declines.
    pub(super) fn confirm_overwrite(&self, change: &str, overwrite: bool) -> Result<bool, Error> {
        if overwrite {
            return Ok(true);
        }
        let Some(prompt) = self.prompt else {
            let error = Error::new(Exit::Usage, format!("{change}: --overwrite is required"));
            return Err(error.with_hint("add --overwrite, or choose another name"));
        };
        let message = format!("{change}. Overwrite? [y/N]");
        let question = Question { message: &message, default: Some("n"), help: None };
        let answer = prompt.text(&question, &|text| yes_or_no(text).map(drop))?;
        Ok(yes_or_no(&answer) == Ok(true))
    }

    /// Returns the parsed value of the option, of the prompt, or the default.
    pub(super) fn answer<T, E: fmt::Display>(
        &self,
        field: &Field<'_>,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, Error> {
        let invalid = |error: E| Error::new(Exit::Usage, format!("{}: {error}", field.flag));
        let text = match (field.given, self.prompt) {
            (Some(given), _) => given.to_owned(),
            (None, Some(prompt)) => {
                let (message, default) = (field.message, field.default.as_deref());
                let question = Question { message, default, help: field.help };
                let check = |text: &str| parse(text).map(drop).map_err(|error| error.to_string());
                prompt.text(&question, &check)?
            }
            (None, None) => field.default.clone().ok_or_else(|| required(field.flag))?,
        };
        let answer = parse(&text).map_err(invalid)?;
        self.record(field.flag, &text);
        Ok(answer)
    }

    /// Returns the only item, or the one that the user selects. `answer` is the value of the option.
    pub(super) fn select<T, const N: usize>(
        &self,
        message: &str,
        flag: &'static str,
        mut items: Vec<T>,
        columns: impl Fn(&T) -> [String; N],
        answer: impl Fn(&T) -> String,
    ) -> Result<T, Error> {
        if items.len() == 1 {
            return Ok(items.remove(0));
        }
        let rows = picker::rows(items.iter().map(columns));
        let Some(prompt) = self.prompt else {
            return Err(rows
                .iter()
                .fold(required(flag), |error, row| error.with_cause(row.to_string())));
        };
        let item = items.swap_remove(prompt.select(message, rows)?);
        self.record(flag, &answer(&item));
        Ok(item)
    }
}

fn required(flag: &'static str) -> Error {
    Error::new(Exit::Usage, format!("{flag} is required when prompts are disabled"))
        .with_hint(format!("add {flag}, or run it in a terminal without --no-input"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picker::Row;
    use crate::prompt::Check;

    /// Answers prompts with lines, and records what was shown.
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

    impl Prompt for Script {
        fn print(&self, line: &str) {
            self.shown.borrow_mut().extend([line, "\n"]);
        }

        fn text(&self, question: &Question<'_>, check: Check<'_>) -> Result<String, Error> {
            loop {
                let line = self.lines.borrow_mut().pop().unwrap();
                self.print(&format!("{} {line}", question.message));
                let text = if line.is_empty() { question.default.unwrap_or(line) } else { line };
                match check(text) {
                    Ok(()) => return Ok(text.to_owned()),
                    Err(error) => self.print(&error),
                }
            }
        }

        fn select(&self, _message: &str, rows: Vec<Row>) -> Result<usize, Error> {
            let line = self.lines.borrow_mut().pop().unwrap();
            Ok(rows.iter().find(|row| row.name() == line).unwrap().index())
        }
    }

    fn field<'a>(given: Option<&'a str>, default: Option<&str>) -> Field<'a> {
        let default = default.map(str::to_owned);
        Field { message: "Port:", help: None, flag: "--port", given, default }
    }

    #[test]
    fn invalid_answer_is_prompted_for_again() {
        let script = Script::new(&["x", "80"]);
        let answer = Wizard::new(Some(&script)).answer(&field(None, None), str::parse::<u16>);
        assert_eq!(answer.unwrap(), 80);
        assert_eq!(*script.shown.borrow(), "Port: x\ninvalid digit found in string\nPort: 80\n");
    }

    #[test]
    fn empty_answer_is_the_default() {
        let script = Script::new(&[""]);
        let wizard = Wizard::new(Some(&script));
        assert_eq!(wizard.answer(&field(None, Some("1")), str::parse::<u16>).unwrap(), 1);
    }

    #[test]
    fn option_replaces_the_prompt() {
        let script = Script::new(&[]);
        let wizard = Wizard::new(Some(&script));
        assert_eq!(wizard.answer(&field(Some("2"), None), str::parse::<u16>).unwrap(), 2);
        assert!(wizard.answer(&field(Some("x"), None), str::parse::<u16>).is_err());
        assert_eq!(*script.shown.borrow(), "");
    }

    #[test]
    fn single_item_is_selected_without_a_prompt() {
        let select = |items: &[&'static str], lines: &[&'static str]| {
            let script = Script::new(lines);
            let columns = |name: &&str| [(*name).to_owned()];
            let wizard = Wizard::new(Some(&script));
            let answer = |name: &&str| (*name).to_owned();
            wizard.select("Role:", "--role", items.to_vec(), columns, answer).unwrap()
        };
        assert_eq!(select(&["a"], &[]), "a");
        assert_eq!(select(&["a", "b"], &["b"]), "b");
    }

    #[test]
    fn command_line_gives_the_same_answers_again() {
        let script = Script::new(&["1", "a b", ""]);
        let wizard = Wizard::new(Some(&script));
        wizard.answer(&field(None, None), str::parse::<u16>).unwrap();
        let columns = |name: &&str| [(*name).to_owned()];
        let answer = |name: &&str| (*name).to_owned();
        wizard.select("Role:", "--role", vec!["a b", "c"], columns, answer).unwrap();
        let skipped = Field { flag: "--output", ..field(None, Some("")) };
        wizard.answer(&skipped, |text| Ok::<_, String>(text.to_owned())).unwrap();
        assert_eq!(wizard.command_line("do it", &[]), "do it --port 1 --role 'a b'");
        assert_eq!(wizard.command_line("do it", &["--role"]), "do it --port 1");
    }

    #[test]
    fn missing_answer_without_prompts_names_its_option() {
        let wizard = Wizard::new(None);
        assert_eq!(wizard.answer(&field(None, Some("1")), str::parse::<u16>).unwrap(), 1);
        let missing = wizard.answer(&field(None, None), str::parse::<u16>).unwrap_err();
        assert_eq!(missing.message(), "--port is required when prompts are disabled");
        let columns = |name: &&str| [(*name).to_owned()];
        let answer = |name: &&str| (*name).to_owned();
        let missing =
            wizard.select("Role:", "--role", vec!["a", "b"], columns, answer).unwrap_err();
        assert_eq!(missing.causes(), ["a", "b"]);
    }
}
