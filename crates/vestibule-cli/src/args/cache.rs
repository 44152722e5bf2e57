//! The commands of `cache` and their arguments.

use clap::{Args, ValueEnum};

use super::entry::{Arguments, Entry, Kind, arguments};
use super::{Command, NoArgs, OneSession};

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
    Entry {
        name: "migrate",
        about: "Move tokens between files and the keychain",
        notes: "`bridge` keeps the access token in the file that all AWS tools read, and the refresh token in the \
                keychain; `sealed` leaves nothing secret on disk. The next sign-in stores its tokens where \
                `vestibule_token_store` says.",
        examples: &[
            "vestibule cache migrate --to bridge",
            "vestibule cache migrate --to files --sso-session my-sso",
        ],
        kind: Kind::Command(arguments!(CacheMigrate, |args| Command::Cache(Cache::Migrate(args)))),
    },
];

/// A command of `cache` and its arguments.
#[derive(Debug)]
pub(crate) enum Cache {
    List,
    Verify,
    Repair(CacheRepair),
    Migrate(CacheMigrate),
}

#[derive(Args, Debug)]
pub(crate) struct CacheRepair {
    /// Print what would be repaired without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct CacheMigrate {
    /// Where to move the tokens
    #[arg(long, value_name = "STORE")]
    pub(crate) to: MigrateTo,
    #[command(flatten)]
    pub(crate) session: OneSession,
}

/// `cache migrate --to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MigrateTo {
    Files,
    Bridge,
    Sealed,
}
