//! The error of a command: exit code, message, causes, and a hint with the next step.

use std::error::Error as StdError;
use std::{fmt, io};

use vestibule::{ErrorKind, Remedy, Timestamp};

use crate::args::POSITIONAL;
use crate::exit::Exit;
use crate::keychain_helper::keychain_hint;
use crate::quoting::{Dialect, shell_word};

/// The cause of errors about a role or an account that is not assigned, which no command resolves.
pub(crate) const ASSIGNED_BY: &str =
    "an administrator of IAM Identity Center assigns accounts and roles";

/// Error returned when a command fails.
#[derive(Debug)]
pub(crate) enum Error {
    /// An error of the library.
    Library(vestibule::Error),
    /// An error of the program itself.
    Program(Box<Program>),
}

#[derive(Debug)]
pub(crate) struct Program {
    exit: Exit,
    /// The `error.kind` of `--json`, if the exit code does not say it.
    kind: Option<ErrorKind>,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

impl Error {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        let (message, causes) = (message.into(), Vec::new());
        Self::Program(Box::new(Program { exit, kind: None, message, causes, hint: None }))
    }

    /// Returns an error of this machine, such as a file that cannot be written.
    pub(crate) fn failed(message: impl Into<String>, cause: &io::Error) -> Self {
        Self::new(Exit::Failed, message).with_cause(cause.to_string())
    }

    /// Returns an error with the message and the causes of another crate's error.
    pub(crate) fn from_source(exit: Exit, error: &dyn StdError) -> Self {
        causes(error).into_iter().fold(Self::new(exit, error.to_string()), Self::with_cause)
    }

    pub(crate) fn with_cause(self, cause: impl Into<String>) -> Self {
        self.with(|error| error.causes.push(cause.into()))
    }

    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        self.with(|error| error.hint = Some(hint.into()))
    }

    /// Returns the error with another hint, also if it is one of the library.
    pub(crate) fn with_next_step(self, hint: impl Into<String>) -> Self {
        let error = match self {
            Self::Library(error) => {
                let kind = error.kind();
                let error = Self::Library(error);
                let program = Self::new(error.exit(), error.message()).with_kind(kind);
                error.causes().into_iter().fold(program, Self::with_cause)
            }
            program @ Self::Program(_) => program,
        };
        error.with_hint(hint)
    }

    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        self.with(|error| error.kind = Some(kind))
    }

    /// Changes an error of the program; errors of the library stay as they are.
    fn with(mut self, change: impl FnOnce(&mut Program)) -> Self {
        if let Self::Program(error) = &mut self {
            change(error);
        }
        self
    }

    /// Returns message, causes and hint in one line.
    pub(crate) fn one_line(&self) -> String {
        let line = std::iter::once(self.message()).chain(self.causes()).collect::<Vec<_>>();
        let line = line.join(": ").replace('\n', " ");
        match self.hint() {
            Some(hint) => format!("{line} (hint: {hint})"),
            None => line,
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Library(error) => Exit::from(error.kind()),
            Self::Program(error) => error.exit,
        }
    }

    /// Returns the `error.kind` of `--json`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Library(error) if error.kind() == ErrorKind::InvalidInput => "usage",
            Self::Library(error) => error.kind().as_str(),
            Self::Program(error) => match (error.kind, error.exit) {
                (Some(kind), _) => kind.as_str(),
                (None, Exit::Usage) => "usage",
                (None, Exit::Configuration) => ErrorKind::Configuration.as_str(),
                (None, Exit::SignInNeeded) => ErrorKind::SignInNeeded.as_str(),
                (None, Exit::NothingConfigured) => ErrorKind::NothingConfigured.as_str(),
                (None, Exit::Interrupted) => ErrorKind::Cancelled.as_str(),
                (None, _) => ErrorKind::Machine.as_str(),
            },
        }
    }

    pub(crate) fn message(&self) -> String {
        self.messages(|at| at.to_string()).0
    }

    pub(crate) fn causes(&self) -> Vec<String> {
        self.messages(|at| at.to_string()).1
    }

    /// Returns the message and the causes, with times of the library in this format.
    pub(crate) fn messages(&self, time: fn(Timestamp) -> String) -> (String, Vec<String>) {
        match self {
            Self::Program(error) => (error.message.clone(), error.causes.clone()),
            Self::Library(error) => {
                let mut messages = error.messages(time).into_iter();
                let message = messages.next().unwrap_or_default();
                let chosen_by = error.chosen_by().map(|line| format!("chosen by {line}"));
                (message, messages.chain(chosen_by).collect())
            }
        }
    }

    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Library(error) => keychain_hint(error).or_else(|| error.remedy().and_then(hint)),
            Self::Program(error) => error.hint.clone(),
        }
    }

    /// Returns the line of a file that could not be parsed, with a caret below.
    pub(crate) fn excerpt(&self) -> Option<&str> {
        match self {
            Self::Library(error) => error.excerpt(),
            Self::Program(_) => None,
        }
    }
}

impl From<vestibule::Error> for Error {
    fn from(error: vestibule::Error) -> Self {
        Self::Library(error)
    }
}

/// Converts errors of stdout; other I/O errors are converted where they occur. A reader that closes the
/// pipe, as `head` does, is not an error: the exit code is 0.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        let is_closed = error.kind() == io::ErrorKind::BrokenPipe;
        let exit = if is_closed { Exit::Done } else { Exit::Failed };
        Self::new(exit, "the result could not be written").with_cause(error.to_string())
    }
}

fn causes(error: &dyn StdError) -> Vec<String> {
    std::iter::successors(error.source(), |&error| error.source())
        .map(ToString::to_string)
        .collect()
}

/// Returns the hint to correct a line, a file or a variable.
pub(crate) fn correct(place: impl fmt::Display) -> String {
    format!("correct {place}, then try again")
}

/// Returns the command to type, or the change to make.
pub(crate) fn hint(remedy: &Remedy) -> Option<String> {
    if let Some(command) = remedy.command() {
        let words: Vec<_> = command.iter().map(|word| shell_word(word)).collect();
        let line = words.join(" ");
        return Some(match remedy {
            Remedy::EnterCode { .. } => format!("in a terminal, with the device at hand: {line}"),
            _ => line,
        });
    }
    Some(match remedy {
        // The name is not defined.
        Remedy::FixConfiguration { origin } => match origin.to_string().as_str() {
            POSITIONAL | "--profile" | "AWS_PROFILE" | "AWS_DEFAULT_PROFILE" => {
                "vestibule list-profiles".to_owned()
            }
            "--sso-session" => "vestibule list-sessions".to_owned(),
            at => correct(at),
        },
        Remedy::FixOneOf { .. } => format!("{remedy}, then try again"),
        Remedy::SetRegion => {
            "add --region NAME, set AWS_REGION, or write `region` into the profile".to_owned()
        }
        Remedy::MakeWritable { folder } => {
            format!("make {} writable, then try again", shell_word(&folder.display().to_string()))
        }
        Remedy::FixFile { location } => correct(location),
        Remedy::TryLater => "try again in a moment".to_owned(),
        Remedy::UnsetVariables { names } => Dialect::current().removal(names),
        Remedy::CheckSource { location } => {
            format!("check why {location} gives expired credentials")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_quote_names_for_the_shell() {
        let sign_in = |session: Option<&str>| {
            let session = session.map(str::to_owned);
            hint(&Remedy::SignIn { session, profile: "a b".into() }).unwrap()
        };
        assert_eq!(sign_in(Some("my-sso")), "vestibule login --sso-session my-sso");
        assert_eq!(sign_in(Some("Ann's $org")), r"vestibule login --sso-session 'Ann'\''s $org'");
        assert_eq!(sign_in(None), "vestibule login --profile 'a b'");
    }
}
