//! What went wrong, in words and in JSON; and what to type.

use std::error::Error as StdError;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::CommandFactory as _;
use serde_json::json;
use vestibule::{Error, ErrorKind, Remedy};

use crate::app::App;
use crate::args::Cli;
use crate::exit::Exit;
use crate::printer::Tone;

/// Why a command came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library says so.
    Library(Error),
    /// The program does.
    Own { exit: Exit, message: String, causes: Vec<String>, hint: Option<String> },
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self::Own { exit, message: message.into(), causes: Vec::new(), hint: None }
    }

    /// An error of another crate, with its causes.
    pub(crate) fn of(exit: Exit, error: &dyn StdError) -> Self {
        Self::Own { exit, message: error.to_string(), causes: causes(error), hint: None }
    }

    pub(crate) fn because(self, cause: impl Into<String>) -> Self {
        match self {
            Self::Own { exit, message, mut causes, hint } => {
                causes.push(cause.into());
                Self::Own { exit, message, causes, hint }
            }
            library @ Self::Library(_) => library,
        }
    }

    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Own { exit, message, causes, .. } => {
                Self::Own { exit, message, causes, hint: Some(hint.into()) }
            }
            library @ Self::Library(_) => library,
        }
    }

    /// All of it in one line, for whoever shows no more.
    pub(crate) fn in_one_line(&self) -> String {
        let line = std::iter::once(self.message()).chain(self.causes()).collect::<Vec<_>>();
        let line = line.join(": ").replace('\n', " ");
        match self.hint() {
            Some(hint) => format!("{line} (hint: {hint})"),
            None => line,
        }
    }

    /// How the program ends with it.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Library(error) => Exit::of(error.kind()),
            Self::Own { exit, .. } => *exit,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Library(error) => error.kind().as_str(),
            Self::Own { exit, .. } => match exit {
                Exit::Usage => "usage",
                Exit::Configuration => ErrorKind::Configuration.as_str(),
                Exit::Interrupted => ErrorKind::Cancelled.as_str(),
                _ => ErrorKind::Machine.as_str(),
            },
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Library(error) => error.to_string(),
            Self::Own { message, .. } => message.clone(),
        }
    }

    fn causes(&self) -> Vec<String> {
        match self {
            Self::Own { causes, .. } => causes.clone(),
            Self::Library(error) => {
                let mut causes = causes(error);
                causes.extend(error.chosen_by().map(|line| format!("chosen by {line}")));
                causes
            }
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Library(error) => error.remedy().and_then(hint),
            Self::Own { hint, .. } => hint.clone(),
        }
    }

    /// What tells more where nothing in particular would help.
    fn what_tells_more(&self, app: &App<'_>) -> Option<String> {
        let command = match self {
            _ if self.exit() == Exit::Usage => return Some(help()),
            Self::Library(error) => telling_more(error.kind())?,
            Self::Own { .. } => return None,
        };
        let profile = app.global.profile.as_ref();
        let profile = profile.map(|profile| format!(" --profile {}", shell_word(profile)));
        Some(format!("vestibule {command}{}", profile.unwrap_or_default()))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(Exit::Failed, "the result could not be written").because(error.to_string())
    }
}

fn causes(error: &dyn StdError) -> Vec<String> {
    std::iter::successors(error.source(), |&error| error.source())
        .map(ToString::to_string)
        .collect()
}

/// The command that tells more of an error for which nobody has a remedy.
fn telling_more(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        // It shows the line that chose what was refused.
        ErrorKind::Refused => Some("explain"),
        kind if Exit::of(kind) == Exit::Failed => Some("doctor"),
        _ => None,
    }
}

/// Says what went wrong, and how the program ends.
pub(crate) fn report(app: &App<'_>, failure: &Failure) -> Exit {
    let (message, causes, hint) = (failure.message(), failure.causes(), failure.hint());
    let hint = hint.or_else(|| failure.what_tells_more(app));
    if app.printer.json {
        let error = json!({ "error": {
            "kind": failure.kind(), "message": message, "causes": causes, "remedy": hint,
        }});
        // Nobody listens any more; the exit code still tells.
        let _ = app.printer.result(&error.to_string());
        return failure.exit();
    }
    let printer = &app.printer;
    printer.note(&format!("{} {message}", printer.tone(Tone::Bad, "error:")));
    if let Failure::Library(error) = failure {
        error.excerpt().into_iter().flat_map(str::lines).for_each(|line| printer.note(line));
    }
    for cause in causes {
        printer.note(&format!("  {cause}"));
    }
    if let Some(hint) = hint {
        printer.note(&format!("{} {hint}", printer.tone(Tone::Command, "hint:")));
    }
    failure.exit()
}

/// A command line that cannot be read, or a request for help.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let hint = help();
    if error.use_stderr() && std::env::args_os().any(|arg| arg == "--json") {
        let message = error.to_string();
        let message = message.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let error = json!({ "error": {
            "kind": "usage", "message": message, "causes": [], "remedy": hint,
        }});
        let _ = writeln!(io::stdout(), "{error}");
        return Exit::Usage.into();
    }
    // A closed stream is nobody's loss.
    let _ = error.print();
    if !error.use_stderr() {
        return Exit::Done.into();
    }
    let _ = writeln!(io::stderr(), "hint: {hint}");
    Exit::Usage.into()
}

/// The command that says how the command that was meant is typed.
fn help() -> String {
    let mut root = Cli::command();
    root.build();
    let (mut command, mut typed) = (&root, "vestibule".to_owned());
    for word in std::env::args_os().skip(1) {
        if let Some(meant) = command.find_subcommand(word) {
            typed = format!("{typed} {}", meant.get_name());
            command = meant;
        }
    }
    format!("{typed} --help")
}

/// What to type, or to change.
pub(crate) fn hint(remedy: &Remedy) -> Option<String> {
    Some(match remedy {
        Remedy::SignIn { session: Some(session), .. } => {
            format!("vestibule login --sso-session {}", shell_word(session))
        }
        Remedy::SignIn { session: None, profile } => {
            format!("vestibule login --profile {}", shell_word(profile))
        }
        Remedy::EnterCode { profile } => {
            let profile = shell_word(profile);
            format!("in a terminal, with the device at hand: vestibule whoami --profile {profile}")
        }
        // A name that somebody gave, and that leads nowhere: here are those that do not.
        Remedy::FixConfiguration { at } => match at.as_str() {
            "--profile" | "AWS_PROFILE" | "AWS_DEFAULT_PROFILE" => {
                "vestibule list-profiles".to_owned()
            }
            "--sso-session" => "vestibule list-sessions".to_owned(),
            at => format!("correct {at}, then try again"),
        },
        Remedy::SetUp => "vestibule configure sso".to_owned(),
        Remedy::SetRegion => {
            "say --region NAME, set AWS_REGION, or write `region` into the profile".to_owned()
        }
        Remedy::MakeWritable { folder } => {
            format!("make {} writable, then try again", shell_word(&folder.display().to_string()))
        }
        Remedy::UseAnotherFlow => "vestibule login --use-device-code".to_owned(),
        Remedy::UnsetVariables { names } => format!("unset {}", names.join(" ")),
        Remedy::CheckSource { location } => {
            format!("check why {location} gives expired credentials")
        }
        Remedy::TryLater => "try again in a moment".to_owned(),
        _ => return None,
    })
}

/// The text as one word of a POSIX shell.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+=,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
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

    #[test]
    fn errors_page_matches_the_hints() {
        let page = include_str!("../../../docs/errors.md");
        let rows: Vec<&str> = page
            .lines()
            .take_while(|line| !line.starts_with("## "))
            .skip_while(|line| *line != "|---|---|---|---|")
            .skip(1)
            .filter(|line| line.starts_with('|'))
            .collect();
        let name = || "NAME".to_owned();
        let fix = |at: &str| Remedy::FixConfiguration { at: at.to_owned() };
        let hints = [
            (
                ErrorKind::SignInNeeded,
                vec![
                    Remedy::SignIn { session: Some(name()), profile: name() },
                    Remedy::SignIn { session: None, profile: name() },
                    Remedy::EnterCode { profile: name() },
                ],
            ),
            (
                ErrorKind::Configuration,
                vec![
                    fix("FILE:LINE"),
                    fix("--profile"),
                    fix("--sso-session"),
                    Remedy::SetUp,
                    Remedy::SetRegion,
                    Remedy::UnsetVariables { names: &["AWS_ACCESS_KEY_ID"] },
                ],
            ),
            (ErrorKind::NothingConfigured, vec![Remedy::SetUp]),
            (ErrorKind::Refused, vec![]),
            (
                ErrorKind::Unavailable,
                vec![Remedy::TryLater, Remedy::CheckSource { location: "SOURCE".into() }],
            ),
            (
                ErrorKind::Machine,
                vec![Remedy::MakeWritable { folder: "FOLDER".into() }, Remedy::UseAnotherFlow],
            ),
            (ErrorKind::Cancelled, vec![]),
            (ErrorKind::Usage, vec![]),
        ];
        assert_eq!(rows.len(), hints.len());
        for (row, (kind, remedies)) in rows.iter().zip(hints) {
            let start = format!("| `{}` | {} |", kind.as_str(), Exit::of(kind) as u8);
            assert!(row.starts_with(&start), "{start} {row}");
            let more = telling_more(kind).map(|command| format!("vestibule {command}"));
            for hint in remedies.iter().filter_map(hint).chain(more) {
                assert!(row.contains(&hint), "{hint}: {row}");
            }
        }
    }
}
