//! The commands of `cache` and their arguments.

use clap::Args;

use super::commands::{Arguments, Entry, Kind, arguments};
use super::{Command, NoArgs};

pub(super) const CACHE: &[Entry] = &[
    Entry {
        name: "list",
        about: "List cached tokens, registrations and role credentials, without their secrets",
        notes: "",
        examples: &["vestibule cache list"],
        kind: Kind::Command(arguments!(NoArgs, |_| Command::Cache(Cache::List))),
    },
    Entry {
        name: "verify",
        about: "List files that no tool can use; exit with 1 if there are any",
        notes: "",
        examples: &["vestibule cache verify"],
        kind: Kind::Command(arguments!(NoArgs, |_| Command::Cache(Cache::Verify))),
    },
    Entry {
        name: "repair",
        about: "Keep the complete object that a corrupt file begins with, and a backup of the file",
        notes: "",
        examples: &["vestibule cache repair --dry-run"],
        kind: Kind::Command(arguments!(CacheRepair, |args| Command::Cache(Cache::Repair(args)))),
    },
];

/// A command of `cache` and its arguments.
#[derive(Debug)]
pub(crate) enum Cache {
    List,
    Verify,
    Repair(CacheRepair),
}

#[derive(Args, Debug)]
pub(crate) struct CacheRepair {
    /// Print what would be repaired without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}
