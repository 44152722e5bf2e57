//! The grammar of the command line, built from the table of commands.

use std::ffi::{OsStr, OsString};

use clap::{ArgMatches, Args as _, FromArgMatches as _};

use super::commands::HEADINGS;
use super::entry::{Entry, Kind};
use super::help;
use super::{Cli, Global};

impl Cli {
    /// Parses the arguments of the program.
    ///
    /// If the command comes first, its grammar alone is built: the whole grammar takes as long as
    /// everything else that a credential helper does. The whole one reads the other command lines,
    /// and writes help and errors.
    pub(crate) fn from_args(args: &[OsString]) -> Result<Self, clap::Error> {
        if let Some((entry, args)) = leading_command(args.get(1..).unwrap_or_default())
            && let Ok(cli) = Self::from_args_of(entry, args)
        {
            return Ok(cli);
        }
        let matches = grammar().try_get_matches_from(args)?;
        let (entry, matches) = named_command(&matches).ok_or_else(missing_command)?;
        Self::from_matches(entry, matches)
    }

    /// Parses the arguments after a command, as its grammar alone has it.
    fn from_args_of(entry: &Entry, args: &[OsString]) -> Result<Self, clap::Error> {
        let grammar = clap::Command::new(entry.name)
            .no_binary_name(true)
            .disable_help_flag(true)
            .disable_version_flag(true);
        let grammar = entry.declare(Global::augment_args(grammar));
        Self::from_matches(entry, &grammar.try_get_matches_from(args)?)
    }

    fn from_matches(entry: &Entry, matches: &ArgMatches) -> Result<Self, clap::Error> {
        let command = match &entry.kind {
            Kind::Command(args) | Kind::Hidden(args) => (args.read)(matches)?,
            Kind::Group(_) => return Err(missing_command()),
        };
        Ok(Self { global: Global::from_arg_matches(matches)?, command })
    }
}

/// Returns the whole grammar.
pub(crate) fn grammar() -> clap::Command {
    root().subcommands(entries().map(Entry::grammar))
}

/// Returns the grammar with the command that these words name, or with all; ready to be read.
pub(crate) fn grammar_for(words: &[impl AsRef<OsStr>]) -> clap::Command {
    let named = words.iter().find_map(|word| find(entries(), word.as_ref()));
    let mut grammar = match named {
        Some(entry) => root().subcommand(entry.grammar()),
        None => grammar(),
    };
    grammar.build();
    grammar
}

/// Returns the command that was typed, without its arguments.
pub(crate) fn command_line() -> String {
    typed_command().0
}

/// Returns the command that was typed, and the number of arguments up to its last word.
pub(crate) fn typed_command() -> (String, usize) {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let root = grammar_for(&words);
    let (mut command, mut line, mut length) = (&root, "vestibule".to_owned(), 0);
    for (index, word) in words.into_iter().enumerate() {
        if let Some(found) = command.find_subcommand(word) {
            line = format!("{line} {}", found.get_name());
            length = index + 1;
            command = found;
        }
    }
    (line, length)
}

/// Returns the long options of the command that was typed, without those of all commands.
pub(crate) fn long_options() -> Vec<String> {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let root = grammar_for(&words);
    let mut command = &root;
    for word in words {
        command = command.find_subcommand(word).unwrap_or(command);
    }
    let own = command.get_arguments().filter(|arg| !arg.is_global_set() && !arg.is_hide_set());
    own.filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}

/// Returns all commands and groups, without those in groups.
pub(crate) fn entries() -> impl Iterator<Item = &'static Entry> {
    HEADINGS.iter().flat_map(|(_, entries)| *entries)
}

fn find(entries: impl IntoIterator<Item = &'static Entry>, name: &OsStr) -> Option<&'static Entry> {
    entries.into_iter().find(|entry| name == entry.name)
}

/// Returns the command that the first words name, and the arguments after them.
fn leading_command(args: &[OsString]) -> Option<(&'static Entry, &[OsString])> {
    let (first, mut args) = args.split_first()?;
    let mut entry = find(entries(), first)?;
    while let Kind::Group(members) = entry.kind {
        let (next, rest) = args.split_first()?;
        (entry, args) = (find(members, next)?, rest);
    }
    Some((entry, args))
}

/// Returns the command in the matches of the whole grammar, and its matches.
fn named_command(matches: &ArgMatches) -> Option<(&'static Entry, &ArgMatches)> {
    let (name, mut matches) = matches.subcommand()?;
    let mut entry = find(entries(), name.as_ref())?;
    while let Kind::Group(members) = entry.kind {
        let (name, inner) = matches.subcommand()?;
        (entry, matches) = (find(members, name.as_ref())?, inner);
    }
    Some((entry, matches))
}

/// Returns the error for a missing command, which the grammar reports by itself.
fn missing_command() -> clap::Error {
    grammar().error(clap::error::ErrorKind::MissingSubcommand, "a command is missing")
}

fn root() -> clap::Command {
    let root = clap::Command::new("vestibule")
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .about("Sign in to AWS and provide credentials")
        .after_help(help::examples(&help::EXAMPLES[..1]))
        .after_long_help(help::after_long_help())
        .override_usage("vestibule [OPTIONS] <COMMAND>")
        .help_template(help::template())
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true);
    Global::augment_args(root)
}

/// Adds the usage of the shell functions that call a command.
fn as_function(command: clap::Command) -> clap::Command {
    command.override_usage(
        "vestibule-use [PROFILE]\n       vestibule-use --unset\n       vestibule-env [PROFILE]",
    )
}

impl Entry {
    /// Returns the commands of a group.
    pub(crate) fn members(&self) -> &'static [Self] {
        match self.kind {
            Kind::Group(members) => members,
            Kind::Command(_) | Kind::Hidden(_) => &[],
        }
    }

    fn grammar(&self) -> clap::Command {
        let command = clap::Command::new(self.name)
            .about(self.about)
            .after_help(self.help(self.examples.get(..1).unwrap_or_default()))
            .after_long_help(self.help(self.examples));
        let command = match self.name {
            // The names that other programs have for it.
            "use" => as_function(command).aliases(["switch", "assume", "set-profile"]),
            "select" => as_function(command),
            _ => command,
        };
        match &self.kind {
            Kind::Command(args) => command.defer(args.declare),
            // Scripts read the output: it is never a help text.
            Kind::Hidden(args) => command
                .hide(true)
                .disable_help_flag(true)
                .disable_version_flag(true)
                .defer(args.declare),
            Kind::Group(members) => command
                .subcommands(members.iter().map(Self::grammar))
                .subcommand_required(true)
                .arg_required_else_help(true),
        }
    }

    /// Returns the text below the options.
    fn help(&self, examples: &[&str]) -> String {
        let gap = if self.notes.is_empty() || examples.is_empty() { "" } else { "\n\n" };
        format!("{}{gap}{}", self.notes, help::examples(examples))
    }

    fn declare(&self, grammar: clap::Command) -> clap::Command {
        match &self.kind {
            Kind::Command(args) | Kind::Hidden(args) => (args.declare)(grammar),
            Kind::Group(_) => grammar,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parses the arguments twice: by the grammar of the command alone, and by the whole one.
    #[track_caller]
    fn check(line: &str, is_valid: bool) {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let whole = grammar().try_get_matches_from(&args);
        let whole = whole.and_then(|matches| {
            let (entry, matches) = named_command(&matches).unwrap();
            Cli::from_matches(entry, matches)
        });
        let one = leading_command(&args[1..]).map(|(entry, args)| Cli::from_args_of(entry, args));
        let text = |cli: Result<Cli, _>| cli.ok().map(|cli| format!("{cli:?}"));
        let (whole, one) = (text(whole), one.and_then(text));
        assert_eq!(whole.is_some(), is_valid, "{line}");
        if args[1].to_str().is_some_and(|first| !first.starts_with('-')) {
            assert_eq!(one, whole, "{line}");
        }
    }

    #[test]
    fn grammar_is_consistent() {
        grammar().debug_assert();
    }

    #[test]
    fn grammar_of_one_command_reads_what_the_whole_grammar_reads() {
        for line in [
            "v export-credentials",
            "v export-credentials dev --format env --min-remaining 1h -v -v",
            "v --profile dev export-credentials",
            "v login --all --no-browser --json",
            "v sso login --profile dev --color never",
            "v sts get-caller-identity dev",
            "v configure set region eu-west-1 --profile dev --dry-run",
            "v configure sync --include a --include b",
            "v exec dev -- env -i --profile x",
            "v complete bash --at --pro -- whoami --profile",
            "v list-sessions",
            "v refresh-helper --region us-east-1",
        ] {
            check(line, true);
        }
        for line in [
            "v export-credentials --format",
            "v export-credentials dev extra",
            "v login --sso-session a --all",
            "v login --pick --profile dev",
            "v configure",
            "v configure nonsense",
            "v whoami --account-id 1",
            "v status --profile a --profile b",
        ] {
            check(line, false);
        }
    }
}
