//! The grammar of the command line, and nothing else.

// Comments with three slashes are the help texts; those of a flattened struct would take the place
// of its command's.
#![expect(clippy::doc_markdown, reason = "these comments are the help texts")]

use std::ffi::OsString;
use std::path::PathBuf;

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

// Accepted before and after the command.
#[derive(Args, Clone, Debug)]
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
    /// When to color what people read
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
    /// Sign in to IAM Identity Center, or to the console for a profile with `login_session`
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
    /// Hand out credentials, refreshed as needed, to programs and containers on this machine
    #[command(after_help = "Example:\n  vestibule serve --profile dev -- npm run dev")]
    Serve(Serve),
    /// Open the AWS console, signed in as the profile's role
    #[command(after_help = "Example:\n  vestibule console --profile dev --service s3")]
    Console(Console),
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
    #[command(subcommand, after_help = "Example:\n  vestibule configure lint")]
    Configure(Configure),
    /// Show how the profile is resolved, line by line; calls nothing
    #[command(after_help = "Example:\n  vestibule explain --profile dev")]
    Explain,
    /// Find what keeps sign-ins from working, and say what to do
    #[command(after_help = "Example:\n  vestibule doctor --fix")]
    Doctor(Doctor),
    /// Print completion for a shell, with the names of profiles, sessions, accounts and roles
    #[command(after_help = "Example:\n  eval \"$(vestibule completions bash)\"")]
    Completions(Completions),
    /// Answer what may come next on a command line, for the scripts of `completions`
    #[command(hide = true)]
    Complete(Complete),
    /// Print the man page, or write all of them
    #[command(after_help = "Example:\n  vestibule man --to ~/.local/share/man/man1")]
    Man(Man),
    /// `sso login` and `sso logout`, as spelled for `aws`
    #[command(subcommand, after_help = "Example:\n  vestibule sso login --profile dev")]
    Sso(Sso),
}

#[derive(Args, Clone, Debug)]
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

#[derive(Args, Clone, Debug)]
pub(crate) struct Login {
    #[command(flatten)]
    pub(crate) session: OneSession,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    /// Sign in to the console, as `aws login` does, and name the session in the profile
    #[arg(long, conflicts_with = "sso_session")]
    pub(crate) console: bool,
    /// Sign in even if the session is live
    #[arg(long)]
    pub(crate) force: bool,
    /// Sign in unless at least this much of the session is left
    #[arg(long, value_name = "DURATION", default_value = "15m")]
    pub(crate) min_remaining: Span,
}

// How to sign in.
#[derive(Args, Clone, Debug)]
pub(crate) struct SignIn {
    /// Approve on any device, by comparing a code (for the console: by carrying it over)
    #[arg(long, visible_alias = "remote", conflicts_with_all = ["use_pkce", "port"])]
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

#[derive(Args, Clone, Debug)]
pub(crate) struct Exec {
    /// Refresh first unless at least this much is left of the credentials
    #[arg(long, value_name = "DURATION")]
    pub(crate) min_remaining: Option<Span>,
    /// The command and its arguments
    #[arg(required = true, last = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The port of 127.0.0.1 to listen at [default: any free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// Listen at a Unix socket in this place instead
    #[arg(long, value_name = "PATH", conflicts_with = "port")]
    pub(crate) socket: Option<PathBuf>,
    /// A command to serve alone, and to stop with
    #[arg(last = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args, Debug)]
pub(crate) struct Console {
    /// The service to begin with, as the console's addresses call it
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// The page of the console to begin with
    #[arg(long, value_name = "URL", conflicts_with = "service")]
    pub(crate) destination: Option<String>,
    /// Print the link and open no browser
    #[arg(long)]
    pub(crate) print: bool,
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
    Get(Get),
    /// Change one value and nothing else
    #[command(after_help = "Example:\n  vestibule configure set region eu-west-1 --profile dev")]
    Set(Set),
    /// Set up a profile that signs in to IAM Identity Center
    #[command(after_help = "Example:\n  vestibule configure sso --profile dev")]
    Sso(ConfigureSso),
    /// Set up an sso-session, for profiles to sign in with
    #[command(after_help = "Example:\n  vestibule configure sso-session --session-name my-sso")]
    SsoSession(ConfigureSession),
    /// Keep a profile for every account and role
    #[command(after_help = SYNC_HELP)]
    Sync(ConfigureSync),
    /// Show every problem in the files
    #[command(after_help = "Example:\n  vestibule configure lint")]
    Lint,
}

#[derive(Args, Debug)]
pub(crate) struct Get {
    /// The key, such as `region`, `s3.addressing_style` or `profile.dev.region`
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) session: OneSession,
}

#[derive(Args, Debug)]
pub(crate) struct Set {
    /// The key, such as `region`, `s3.addressing_style` or `profile.dev.region`
    pub(crate) key: String,
    /// The value
    #[arg(allow_hyphen_values = true)]
    pub(crate) value: String,
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Print the difference and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigureSession {
    #[command(flatten)]
    pub(crate) answers: SessionAnswers,
    /// Print the difference and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

// The answers that make an sso-session.
#[derive(Args, Debug)]
pub(crate) struct SessionAnswers {
    /// The name of the sso-session
    #[arg(long, value_name = "NAME")]
    pub(crate) session_name: Option<String>,
    /// The address of the access portal
    #[arg(long, value_name = "URL")]
    pub(crate) start_url: Option<String>,
    /// The region of the Identity Center instance
    #[arg(long, value_name = "NAME")]
    pub(crate) sso_region: Option<String>,
    /// What to ask for when signing in, separated by commas
    #[arg(long, value_name = "SCOPES")]
    pub(crate) registration_scopes: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigureSso {
    #[command(flatten)]
    pub(crate) session: SessionAnswers,
    /// The account of the profile
    #[arg(long, value_name = "ID")]
    pub(crate) account_id: Option<String>,
    /// The role of the profile
    #[arg(long, value_name = "NAME")]
    pub(crate) role_name: Option<String>,
    /// How `aws` is to print what it gets with this profile
    #[arg(long, value_name = "FORMAT", value_parser = ["json", "yaml", "yaml-stream", "text", "table"])]
    pub(crate) output_format: Option<String>,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    /// Print the difference and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Mend what can be mended without harm
    #[arg(long)]
    pub(crate) fix: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigureSync {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// What to call the profiles
    #[arg(long, value_name = "TEMPLATE", default_value = "{account_name}-{role_name}")]
    pub(crate) template: String,
    /// Only what one of these patterns matches; may be given more than once
    #[arg(long, value_name = "PATTERN")]
    pub(crate) include: Vec<String>,
    /// Nothing that one of these patterns matches; may be given more than once
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
    /// Remove profiles of ours that are no longer listed, or left out by a pattern
    #[arg(long)]
    pub(crate) prune: bool,
    /// Print the difference and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

const SYNC_HELP: &str = "\
In a template: {account_name}, {account_id}, {role_name}, {sso_session}.
A pattern is ACCOUNT or ACCOUNT/ROLE: the account by name or id, the role by name; `*` is any text,
`?` any one character, and case does not matter.
Only profiles with the line `vestibule_sync = true` are ever changed or removed, and a role for which
you wrote a profile yourself gets no other. --region becomes the region of every profile; without it
those that have none get that of the session.

Example:
  vestibule configure sync --sso-session my-sso --exclude '*/Admin*' --dry-run";

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
    /// Print `vestibule-use` and `vestibule-env` instead: functions that switch the shell's profile
    #[arg(long)]
    pub(crate) switch: bool,
}

/// `completions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Nushell,
}

#[derive(Args, Debug)]
pub(crate) struct Complete {
    /// How the answer is read
    pub(crate) shell: Shell,
    /// What of the word is there already
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    pub(crate) at: String,
    /// The words before it
    #[arg(last = true)]
    pub(crate) words: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Man {
    /// Write the pages of all commands to this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sso {
    /// The same as `vestibule login`
    #[command(after_help = "Example:\n  vestibule sso login --profile dev")]
    Login(Login),
    /// The same as `vestibule logout`
    #[command(after_help = "Example:\n  vestibule sso logout")]
    Logout(Sessions),
}
