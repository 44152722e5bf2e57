//! The position of the cursor in the grammar, and the words that may follow.

use clap::builder::StyledStr;
use clap::{Arg, Command};

use super::Candidate;
use super::names::{Given, Kind, POSITIONAL_PROFILE};
use crate::args;

/// Returns the names of a kind that may complete the beginning of a word.
pub(super) type Names<'a> = &'a dyn Fn(Kind, &Given, &str) -> Vec<Candidate>;

/// Returns the candidates at the cursor after these words; `at` is the beginning of the word.
pub(super) fn candidates(words: &[String], at: &str, names: Names<'_>) -> Vec<Candidate> {
    let root = args::grammar_for(words);
    let Some(cursor) = Cursor::after(words, &root) else { return Vec::new() };
    if let Some(option) = cursor.option {
        return cursor.values(option, at, names);
    }
    match at.split_once('=') {
        Some((option, value)) if option.starts_with("--") => {
            let values = cursor.find(option).map(|option| cursor.values(option, value, names));
            let whole =
                |value: Candidate| Candidate { word: format!("{option}={}", value.word), ..value };
            values.into_iter().flatten().map(whole).collect()
        }
        _ if at.starts_with('-') => cursor.options(),
        _ => cursor.words(at, names),
    }
}

/// State after the words before the cursor.
struct Cursor<'a> {
    command: &'a Command,
    /// Option whose value comes next.
    option: Option<&'a Arg>,
    /// Number of positional arguments so far.
    positionals: usize,
    given: Given,
}

impl<'a> Cursor<'a> {
    /// Returns `None` after `--`, where the command line of another program begins.
    fn after(words: &[String], root: &'a Command) -> Option<Self> {
        let mut cursor =
            Self { command: root, option: None, positionals: 0, given: Given::default() };
        for word in words {
            cursor.step(word)?;
        }
        Some(cursor)
    }

    fn step(&mut self, word: &str) -> Option<()> {
        // Bash splits words at `=`.
        if self.option.is_some() && word == "=" {
            return Some(());
        }
        if let Some(option) = self.option.take() {
            self.give(option, word);
        } else if word == "--" {
            return None;
        } else if let Some((option, value)) = word.split_once('=').filter(|_| is_option(word)) {
            if let Some(option) = self.find(option) {
                self.give(option, value);
            }
        } else if is_option(word) {
            match self.find(word) {
                Some(option) if option.get_action().takes_values() => self.option = Some(option),
                Some(flag) => self.give(flag, ""),
                None => {}
            }
        } else if let Some(command) = self.command.find_subcommand(word) {
            self.command = command;
        } else {
            self.positionals += 1;
        }
        Some(())
    }

    fn give(&mut self, option: &Arg, value: &str) {
        let name = option.get_long().unwrap_or_default().to_owned();
        self.given.insert(name, value.to_owned());
    }

    fn find(&self, word: &str) -> Option<&'a Arg> {
        let long = word.strip_prefix("--");
        let short = || word.strip_prefix('-')?.chars().next();
        self.command.get_arguments().find(|arg| match long {
            Some(long) => arg.get_long() == Some(long),
            None => short().is_some_and(|short| arg.get_short() == Some(short)),
        })
    }

    fn values(&self, option: &Arg, at: &str, names: Names<'_>) -> Vec<Candidate> {
        let name = option.get_long().unwrap_or(option.get_id().as_str());
        match Kind::for_argument(name) {
            Some(kind) => names(kind, &self.given, at),
            None => fixed(option),
        }
    }

    fn options(&self) -> Vec<Candidate> {
        let shown = self.command.get_arguments().filter(|arg| !arg.is_hide_set());
        let long = shown.filter_map(|arg| Some((arg.get_long()?, arg)));
        long.map(|(long, arg)| Candidate::new(format!("--{long}"), about(arg.get_help()))).collect()
    }

    /// Returns subcommands, or the values of the next positional argument.
    fn words(&self, at: &str, names: Names<'_>) -> Vec<Candidate> {
        let commands = self.command.get_subcommands().filter(|command| !command.is_hide_set());
        let commands: Vec<_> = commands
            .map(|command| Candidate::new(command.get_name(), about(command.get_about())))
            .collect();
        if !commands.is_empty() {
            return commands;
        }
        let positional = self.command.get_positionals().nth(self.positionals);
        let positional = positional.filter(|arg| !arg.is_last_set() && !self.is_excluded(arg));
        positional.map(|arg| self.values(arg, at, names)).unwrap_or_default()
    }

    /// Returns whether an option in front names the profile or the role already.
    fn is_excluded(&self, positional: &Arg) -> bool {
        let selects = ["profile", "pick", "account-id"];
        positional.get_id() == POSITIONAL_PROFILE
            && selects.iter().any(|name| self.given.contains_key(*name))
    }
}

fn is_option(word: &str) -> bool {
    word.starts_with('-') && word != "-"
}

fn fixed(arg: &Arg) -> Vec<Candidate> {
    let values = arg.get_possible_values();
    let shown = values.iter().filter(|value| !value.is_hide_set());
    shown.map(|value| Candidate::new(value.get_name(), about(value.get_help()))).collect()
}

fn about(text: Option<&StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(kind: Kind, given: &Given, _: &str) -> Vec<Candidate> {
        let account = given.get("account-id").map(String::as_str).unwrap_or_default();
        vec![Candidate::new(format!("{kind:?}{account}"), "")]
    }

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let mut words: Vec<String> = line.split(' ').map(Into::into).collect();
        let at = words.pop().unwrap();
        let found = candidates(&words, &at, &named);
        let found: Vec<_> = found.iter().map(|candidate| candidate.word.as_str()).collect();
        assert!(expected.iter().all(|word| found.contains(word)), "{line}: {found:?}");
        assert_eq!(expected.is_empty(), found.is_empty(), "{line}: {found:?}");
    }

    #[test]
    fn grammar_candidates_follow_the_cursor() {
        check("", &["login", "configure", "whoami"]);
        check("--profile x ", &["login"]);
        check("configure ", &["sso", "set", "lint"]);
        check("-", &["--profile", "--json", "--help"]);
        check("login --", &["--force", "--sso-session", "--profile"]);
        check("completions ", &["bash", "nushell"]);
        check("export-credentials --format ", &["process", "fish"]);
        check("export-credentials --format=", &["--format=process"]);
        check("--color ", &["auto", "never"]);
    }

    #[test]
    fn option_values_are_configured_names() {
        check("whoami --profile ", &["Profiles"]);
        check("--profile=", &["--profile=Profiles"]);
        check("login --profile x --sso-session ", &["Sessions"]);
        check("list-roles --account-id ", &["Accounts"]);
        check("configure sso --account-id 1 --role-name ", &["Roles1"]);
        check("configure sso --account-id = 1 --role-name ", &["Roles1"]);
        check("configure sso --account-id=1 --role-name ", &["Roles1"]);
    }

    #[test]
    fn positional_profile_is_a_configured_name() {
        for command in ["exec", "whoami", "login", "logout", "console", "serve", "status", "wait"] {
            check(&format!("{command} "), &["Profiles"]);
        }
        check("export-credentials --format env d", &["Profiles"]);
        check("explain ", &["Profiles"]);
        check("sso login ", &["Profiles"]);
        check("exec dev ", &[]);
        check("exec --profile dev ", &[]);
        check("exec -p dev ", &[]);
        check("exec --pick ", &[]);
        check("exec --account-id 1 --role-name R ", &[]);
    }

    #[test]
    fn no_candidates_leave_completion_to_the_shell() {
        check("exec -- ", &[]);
        check("exec --profile x -- terraform --pro", &[]);
        check("man --to ", &[]);
        check("configure get ", &[]);
        check("nonsense --nonsense ", &["login"]);
    }

    #[test]
    fn hidden_commands_are_not_candidates() {
        let found = candidates(&[], "", &named);
        assert!(found.iter().all(|candidate| candidate.word != "complete"), "{found:?}");
        assert!(found.iter().any(|candidate| candidate.about.starts_with("Sign in")), "{found:?}");
    }
}
