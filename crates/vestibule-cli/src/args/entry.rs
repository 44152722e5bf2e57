//! A command of the grammar, as data.

use clap::ArgMatches;

use super::Command;

/// A command, or a group of commands such as `configure`.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Text between the options and the examples.
    pub(crate) notes: &'static str,
    /// Command lines; `-h` shows the first.
    pub(crate) examples: &'static [&'static str],
    pub(super) kind: Kind,
}

impl Entry {
    /// Returns whether the help does not list the command.
    pub(crate) fn is_hidden(&self) -> bool {
        matches!(self.kind, Kind::Hidden(_))
    }
}

#[derive(Debug)]
pub(super) enum Kind {
    /// A command: declares its arguments, and reads them.
    Command(Arguments),
    /// A command for scripts, which the help does not list.
    Hidden(Arguments),
    Group(&'static [Entry]),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Arguments {
    pub(super) declare: fn(clap::Command) -> clap::Command,
    pub(super) read: fn(&ArgMatches) -> Result<Command, clap::Error>,
}

/// Returns the arguments of a command: those of a type, which become a variant of [`Command`].
macro_rules! arguments {
    ($type:ty, $variant:expr) => {
        Arguments {
            declare: <$type as clap::Args>::augment_args,
            read: |matches| {
                <$type as clap::FromArgMatches>::from_arg_matches(matches).map($variant)
            },
        }
    };
}

pub(super) use arguments;
