//! Prints errors as text or JSON.

use std::io::{self, Write as _};

use clap::error::{ContextKind, ContextValue};
use serde_json::{Value, json};
use vestibule::{ErrorKind, Timestamp};

use crate::advice::{Advice, advice};
use crate::app::App;
use crate::args;
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::time;
use crate::printer::{Printer, Tone};
use crate::quoting::shell_word;
use crate::{screen, typed_line};

/// Prints an error and returns its exit code. The error of a closed pipe is not printed.
pub(crate) fn error(app: &App<'_>, error: &Error) -> Exit {
    if error.exit() == Exit::Done {
        return Exit::Done;
    }
    let advice = match error {
        Error::Library(error) => advice(app, error),
        Error::Program(_) => Advice::default(),
    };
    print(&app.printer, error, advice, || fallback_hint(app, error))
}

/// Prints the error of `--timeout` and returns its exit code.
pub(crate) fn timeout(printer: &Printer, error: &Error) -> Exit {
    print(printer, error, Advice::default(), || None)
}

/// Prints an error with its advice and returns its exit code.
fn print(
    printer: &Printer,
    error: &Error,
    advice: Advice,
    fallback: impl FnOnce() -> Option<String>,
) -> Exit {
    let format = if printer.json { |at: Timestamp| at.to_string() } else { time };
    let (message, causes) = error.messages(format);
    let message = advice.message.unwrap_or(message);
    let causes = [causes, advice.causes].concat();
    let hint = advice.hint.or_else(|| error.hint()).or_else(fallback);
    if printer.json {
        print_json(error.kind(), &message, &causes, hint.as_deref());
        return error.exit();
    }
    let width = if printer.is_terminal() { screen::width() } else { usize::MAX };
    let message = screen::wrapped(&message, "error: ".len(), width);
    printer.note(&format!("{} {message}", printer.tone(Tone::Bad, "error:")));
    error.excerpt().into_iter().flat_map(str::lines).for_each(|line| printer.note(line));
    for cause in causes {
        printer.note(&screen::wrapped(&format!("  {cause}"), 0, width));
    }
    if let Some(hint) = hint {
        printer.hint(&hint);
    }
    error.exit()
}

/// Prints an error of the command line, or the help that was requested.
pub(crate) fn usage(mut error: clap::Error) -> Exit {
    remove_hidden_suggestions(&mut error);
    let is_json = std::env::args_os().any(|arg| arg == "--json");
    if !error.use_stderr() {
        // Ignored: stdout was closed.
        let _ = if is_json && error.kind() == clap::error::ErrorKind::DisplayVersion {
            writeln!(io::stdout(), "{}", version())
        } else {
            error.print()
        };
        return Exit::Done;
    }
    let hint = command_in_group(&error)
        .or_else(|| command_of_another_name(&error))
        .or_else(|| long_options(&error))
        .unwrap_or_else(help_command);
    if is_json {
        let message = error.to_string();
        let message = message.lines().next().unwrap_or_default().trim_start_matches("error: ");
        print_json("usage", message, &[], Some(&hint));
        return Exit::Usage;
    }
    // Ignored: stderr was closed.
    let _ = error.print();
    let _ = writeln!(io::stderr(), "hint: {hint}");
    Exit::Usage
}

/// Names that other tools have for our commands.
const OTHER_NAMES: [(&str, &str); 12] = [
    ("accounts", "list-accounts"),
    ("profiles", "list-profiles"),
    ("roles", "list-roles"),
    ("sessions", "list-sessions"),
    ("signin", "login"),
    ("sign-in", "login"),
    ("signout", "logout"),
    ("sign-out", "logout"),
    ("run", "exec"),
    ("shell", "exec"),
    ("switch", "use"),
    ("use-profile", "use"),
];

/// Removes names that the help does not list from the suggestions: commands for scripts, aliases.
fn remove_hidden_suggestions(error: &mut clap::Error) {
    const KIND: ContextKind = ContextKind::SuggestedSubcommand;
    let names = match error.remove(KIND) {
        Some(ContextValue::String(name)) => vec![name],
        Some(ContextValue::Strings(names)) => names,
        _ => return,
    };
    let listed = args::entries().flat_map(|entry| std::iter::once(entry).chain(entry.members()));
    let listed: Vec<_> = listed.filter(|entry| !entry.is_hidden()).map(|it| it.name).collect();
    let names: Vec<_> = names.into_iter().filter(|name| listed.contains(&&**name)).collect();
    if !names.is_empty() {
        error.insert(KIND, ContextValue::Strings(names));
    }
}

/// Returns the command line with our name of a command.
fn command_of_another_name(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let (name, ours) = OTHER_NAMES.iter().find(|(other, _)| other == name)?;
    Some(typed_line::with_word(name, ours))
}

/// Returns the long options in place of a letter that is not an option.
fn long_options(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let letter = typed.strip_prefix('-').filter(|letter| letter.chars().count() == 1)?;
    let options = args::long_options().into_iter().filter(|name| name.starts_with(letter));
    let options: Vec<_> = options.map(|name| format!("--{name}")).collect();
    (!options.is_empty()).then(|| format!("use {} in place of {typed}", options.join(" or ")))
}

/// Returns the command of a group whose name was typed without the group, as `lint`.
fn command_in_group(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let line = args::command_line();
    let groups = args::entries().filter(|_| line == "vestibule");
    let named = |group: &args::Entry| group.members().iter().find(|member| member.name == name);
    groups
        .into_iter()
        .find_map(|group| Some(format!("{line} {} {}", group.name, named(group)?.name)))
}

/// Returns the version, commit, target and features of this build; the commit is `null` if it is not
/// known.
fn version() -> Value {
    let features: Vec<_> = env!("BUILD_FEATURES").split_whitespace().collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "commit": Some(env!("BUILD_COMMIT")).filter(|commit| !commit.is_empty()),
        "target": env!("BUILD_TARGET"),
        "features": features,
    })
}

fn print_json(kind: &str, message: &str, causes: &[String], remedy: Option<&str>) {
    let error = json!({ "error": {
        "kind": kind, "message": message, "causes": causes, "remedy": remedy,
    }});
    // Ignored: stdout was closed, and the exit code still reports the error.
    let _ = writeln!(io::stdout(), "{error}");
}

/// Prints an error of one of several sessions: as text on stderr, or as an element of the JSON array.
pub(crate) fn one_of_many(app: &App<'_>, error: &Error, results: &mut Vec<Value>) -> Exit {
    if !app.printer.json {
        return self::error(app, error);
    }
    results.push(json!({ "error": {
        "kind": error.kind(), "message": error.message(), "causes": error.causes(),
        "remedy": error.hint(),
    }}));
    error.exit()
}

/// Returns the command that shows more about an error without a hint.
fn fallback_hint(app: &App<'_>, error: &Error) -> Option<String> {
    let command = match error {
        _ if error.exit() == Exit::Usage => return Some(help_command()),
        Error::Library(error) => diagnostic_command(error.kind())?,
        Error::Program(_) => return None,
    };
    let profile = app.global.profile.as_ref();
    let profile = profile.map(|profile| format!(" --profile {}", shell_word(profile)));
    Some(format!("vestibule {command}{}", profile.unwrap_or_default()))
}

fn diagnostic_command(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        // It shows the line that selects the role or the source.
        ErrorKind::Refused => Some("explain"),
        kind if Exit::from(kind) == Exit::Failed => Some("doctor"),
        _ => None,
    }
}

/// Returns the `--help` command line of the command that was typed.
fn help_command() -> String {
    let line = args::command_line();
    // The functions of the shell call it, and `use` has their help.
    let line = if line == "vestibule select" { "vestibule use" } else { &line };
    format!("{line} --help")
}

#[cfg(test)]
mod tests {
    use vestibule::{Origin, Remedy};

    use super::*;
    use crate::error::hint;

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
        let fix = |argument: &'static str| Remedy::FixConfiguration {
            origin: Origin::Argument(argument),
        };
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
            (
                ErrorKind::Refused,
                vec![Remedy::ListRoles {
                    account_id: "ACCOUNT".into(),
                    session: Some(name()),
                    profile: name(),
                }],
            ),
            (
                ErrorKind::Unavailable,
                vec![Remedy::TryLater, Remedy::CheckSource { location: "SOURCE".into() }],
            ),
            (
                ErrorKind::Machine,
                vec![Remedy::MakeWritable { folder: "FOLDER".into() }, Remedy::UseAnotherFlow],
            ),
            (ErrorKind::Cancelled, vec![]),
            (ErrorKind::InvalidInput, vec![]),
        ];
        assert_eq!(rows.len(), hints.len());
        for (row, (kind, remedies)) in rows.iter().zip(hints) {
            let name = if kind == ErrorKind::InvalidInput { "usage" } else { kind.as_str() };
            let start = format!("| `{name}` | {} |", Exit::from(kind) as u8);
            assert!(row.starts_with(&start), "{start} {row}");
            let more = diagnostic_command(kind).map(|command| format!("vestibule {command}"));
            for hint in remedies.iter().filter_map(hint).chain(more) {
                assert!(row.contains(&hint), "{hint}: {row}");
            }
        }
    }
}
