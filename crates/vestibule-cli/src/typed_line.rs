//! The command line that was typed, with a change, for hints.

use std::io::{self, IsTerminal as _};

use crate::args;
use crate::quoting::shell_word;

/// Number of bytes from which the command of `exec` or `serve` is left out.
const LONGEST: usize = 400;

const PROFILE_OPTIONS: [&str; 2] = ["--profile", "-p"];

/// Returns the command line with an option after the command, in place of the profile `replaced` if
/// that was named: `vestibule exec --profile dev -- terraform plan`.
pub(crate) fn with_option(option: &str, value: &str, replaced: Option<&str>) -> String {
    let length = args::typed_command().1;
    quoted(&inserted(&arguments(), length, [option, value], replaced))
}

/// Returns the command line with another word.
pub(crate) fn with_word(word: &str, other: &str) -> String {
    let mut args = arguments();
    if let Some(found) = args.iter_mut().find(|arg| *arg == word) {
        other.clone_into(found);
    }
    quoted(&args)
}

/// Returns the command line without a flag.
pub(crate) fn without(flag: &str) -> String {
    quoted(&arguments().into_iter().filter(|arg| arg != flag).collect::<Vec<_>>())
}

/// Returns the arguments that were typed.
pub(crate) fn arguments() -> Vec<String> {
    std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect()
}

fn inserted(
    args: &[String],
    command_length: usize,
    option: [&str; 2],
    replaced: Option<&str>,
) -> Vec<String> {
    let (before, after) = args.split_at(command_length.min(args.len()));
    let name = replaced.unwrap_or_default();
    let before = without_profile(before, name, false);
    let after = without_profile(after, name, true);
    before.into_iter().chain(option.map(str::to_owned)).chain(after).collect()
}

/// Returns the arguments without the option, or the positional argument, that names the profile.
fn without_profile(args: &[String], name: &str, has_positional: bool) -> Vec<String> {
    let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    let is_named = |index: usize| args.get(index).is_some_and(|arg| arg == name);
    let is_joined = |arg: &String| {
        let value = PROFILE_OPTIONS.iter().find_map(|option| arg.strip_prefix(option));
        value.is_some_and(|value| value.trim_start_matches('=') == name)
    };
    let found = (0..end).find_map(|index| match args.get(index)? {
        arg if PROFILE_OPTIONS.contains(&arg.as_str()) && is_named(index + 1) => {
            Some(index..index + 2)
        }
        arg if is_joined(arg) || has_positional && arg == name => Some(index..index + 1),
        _ => None,
    });
    let mut args = args.to_vec();
    if let Some(range) = found.filter(|_| !name.is_empty()) {
        args.drain(range);
    }
    args
}

/// Returns the arguments as a command line of the user's shell. A command of `exec` or `serve` that is
/// long, or cannot be printed in one line, is left out; in CI any, since its arguments may be secrets and
/// logs are kept.
pub(crate) fn quoted(args: &[String]) -> String {
    let is_logged = std::env::var_os("CI").is_some() && !io::stderr().is_terminal();
    command_line(args, is_logged)
}

fn command_line(args: &[String], is_logged: bool) -> String {
    let line = |args: &[String]| {
        args.iter().fold("vestibule".to_owned(), |line, arg| format!("{line} {}", shell_word(arg)))
    };
    let whole = line(args);
    match args.iter().position(|arg| arg == "--") {
        Some(end) if is_logged || LONGEST < whole.len() || whole.contains(char::is_control) => {
            format!("{} -- COMMAND", line(&args[..end]))
        }
        _ => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, length: usize, replaced: Option<&str>, expected: &str) {
        let args: Vec<_> = typed.split(' ').map(str::to_owned).collect();
        let line = command_line(&inserted(&args, length, ["--profile", "a b"], replaced), false);
        let name = shell_word("a b");
        assert_eq!(line, expected.replace("{}", &format!("--profile {name}")));
    }

    #[test]
    fn option_is_inserted_after_the_command_and_keeps_all_arguments() {
        check("exec -- python3 p.py", 1, None, "vestibule exec {} -- python3 p.py");
        check("--json configure sync -v", 3, None, "vestibule --json configure sync {} -v");
        check("console --print", 1, None, "vestibule console {} --print");
    }

    #[test]
    fn option_replaces_the_profile_that_was_named() {
        let check = |typed, length, expected| check(typed, length, Some("x"), expected);
        check("exec x -- x", 1, "vestibule exec {} -- x");
        check("exec --profile x x", 1, "vestibule exec {} x");
        check("-p x exec -- env", 3, "vestibule exec {} -- env");
        check("console --profile=x --print", 1, "vestibule console {} --print");
        check("console -px --print", 1, "vestibule console {} --print");
    }

    #[test]
    fn long_or_logged_command_is_left_out() {
        let script = "echo \n".repeat(3);
        let args = ["exec", "--", "sh", "-c", &script].map(str::to_owned);
        assert_eq!(command_line(&args, false), "vestibule exec -- COMMAND");
        let args = ["exec", "dev", "--", "mysql", "-pword"].map(str::to_owned);
        assert_eq!(command_line(&args, true), "vestibule exec dev -- COMMAND");
        assert_eq!(command_line(&args[..2], true), "vestibule exec dev");
    }
}
