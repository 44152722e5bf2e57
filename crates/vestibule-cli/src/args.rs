//! The grammar of the command line, and nothing else.

#![expect(clippy::doc_markdown, reason = "these comments are the help texts")]

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::duration::Span;

/// Signs in to AWS and hands out credentials.
#[derive(Debug, Parser)]
#[command(name = "vestibule", version, propagate_version = true, disable_help_subcommand = true)]
#[command(after_help = "Example:\n  vestibule login && vestibule whoami")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Accepted before and after the command.
#[derive(Args, Debug)]
pub(crate) struct Global {
    /// The profile to use [default: $AWS_PROFILE, $AWS_DEFAULT_PROFILE, `default`]
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,
    /// The region to call and to export
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) region: Option<String>,
    /// Print one JSON document, or JSON lines for events
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Never prompt and never open a browser
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Log to stderr; twice for more
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
    /// When to colour what people read
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(crate) color: Color,
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Sign in to IAM Identity Center
    #[command(after_help = "Example:\n  vestibule login --profile dev")]
    Login(Login),
    /// Sign out, here and at the portal
    #[command(after_help = "Example:\n  vestibule logout")]
    Logout(Sessions),
    /// Show who is signed in, and until when
    #[command(after_help = "Example:\n  vestibule status --all")]
    Status(Status),
    /// Ask AWS whose credentials these are
    #[command(after_help = "Example:\n  vestibule whoami --profile dev")]
    Whoami,
    /// Print credentials for other programs
    #[command(after_help = "Example:\n  eval \"$(vestibule export-credentials --format env)\"")]
    ExportCredentials(ExportCredentials),
    /// Run a command with credentials in its environment
    #[command(after_help = "Example:\n  vestibule exec --profile dev -- terraform plan")]
    Exec(Exec),
    /// List the names of profiles
    #[command(after_help = "Example:\n  vestibule list-profiles")]
    ListProfiles,
    /// List the names of sso-sessions
    #[command(after_help = "Example:\n  vestibule list-sessions")]
    ListSessions,
    /// List the accounts that the signed-in person may use
    #[command(after_help = "Example:\n  vestibule list-accounts --sso-session my-sso")]
    ListAccounts(OneSession),
    /// List the roles that the signed-in person may use in an account
    #[command(after_help = "Example:\n  vestibule list-roles --account-id 111122223333")]
    ListRoles(ListRoles),
    /// Read and change the configuration
    #[command(subcommand)]
    Configure(Configure),
    /// Show how the profile is resolved, line by line; calls nothing
    #[command(after_help = "Example:\n  vestibule explain --profile dev")]
    Explain,
    /// `sso login` and `sso logout`, as spelled for `aws`
    #[command(subcommand)]
    Sso(Sso),
}

#[derive(Args, Debug)]
pub(crate) struct OneSession {
    /// The sso-session, instead of the profile's
    #[arg(long, value_name = "NAME")]
    pub(crate) sso_session: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Sessions {
    #[command(flatten)]
    pub(crate) one: OneSession,
    /// Every session there is
    #[arg(long, conflicts_with = "sso_session")]
    pub(crate) all: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Args, Debug)]
pub(crate) struct Login {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Approve on any device, by comparing a code
    #[arg(long, conflicts_with_all = ["use_pkce", "port"])]
    pub(crate) use_device_code: bool,
    /// Approve in a browser on this machine
    #[arg(long)]
    pub(crate) use_pkce: bool,
    /// Print the address instead of opening a browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// The port for the browser to come back to [default: any free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// Sign in even if the session is live
    #[arg(long)]
    pub(crate) force: bool,
    /// Sign in unless at least this much of the session is left
    #[arg(long, value_name = "DURATION", default_value = "15m")]
    pub(crate) min_remaining: Span,
}

#[derive(Args, Debug)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) sessions: Sessions,
    /// One short segment for a shell prompt
    #[arg(long, conflicts_with = "all")]
    pub(crate) prompt: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ExportCredentials {
    /// How to print them
    #[arg(long, value_name = "FORMAT", default_value = "process")]
    pub(crate) format: Format,
}

/// `export-credentials --format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// JSON, as for `credential_process`
    Process,
    /// `export NAME=VALUE`
    Env,
    /// `NAME=VALUE`
    EnvNoExport,
    /// `$Env:NAME="VALUE"`
    Powershell,
    /// `set NAME=VALUE`
    WindowsCmd,
    /// `set -gx NAME "VALUE"`
    Fish,
    /// `NAME=value` for dotenv readers
    Dotenv,
    /// A record for `from nuon | load-env`
    Nu,
    /// Masks, then lines for $GITHUB_ENV
    Github,
}

#[derive(Args, Debug)]
pub(crate) struct Exec {
    /// Renew first unless at least this much is left of the credentials
    #[arg(long, value_name = "DURATION")]
    pub(crate) min_remaining: Option<Span>,
    /// The command and its arguments
    #[arg(required = true, last = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args, Debug)]
pub(crate) struct ListRoles {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// The account
    #[arg(long, value_name = "ID")]
    pub(crate) account_id: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Configure {
    /// Print one value of the profile
    #[command(after_help = "Example:\n  vestibule configure get region")]
    Get {
        /// The key, such as `region`
        key: String,
    },
    /// Show every problem in the files
    #[command(after_help = "Example:\n  vestibule configure lint")]
    Lint,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sso {
    /// The same as `vestibule login`
    Login(Login),
    /// The same as `vestibule logout`
    Logout(Sessions),
}
