//! The grammar of the command line.

// Doc comments are the help texts. Flattened structs have none, because it would replace the text of
// their command.
#![expect(clippy::doc_markdown, reason = "these comments are the help texts")]

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::duration::Span;

/// Sign in to AWS and provide credentials
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
    /// Profile to use [default: $AWS_PROFILE, $AWS_DEFAULT_PROFILE, `default`]
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,
    /// AWS region for requests and for exported variables
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) region: Option<String>,
    /// Print JSON: one document, or one line per event
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Never prompt, never open a browser
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Log to stderr; repeat for more detail
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
    /// When to use color
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
    /// Sign in to IAM Identity Center (or to the console, for profiles with `login_session`)
    #[command(after_help = "Example:\n  vestibule login --profile dev")]
    Login(Login),
    /// Sign out on this machine and end the portal session
    #[command(after_help = "Example:\n  vestibule logout")]
    Logout(Sessions),
    /// Show sessions and when they expire
    #[command(after_help = "Example:\n  vestibule status --all")]
    Status(Status),
    /// Show the account and role of the credentials
    #[command(after_help = "Example:\n  vestibule whoami --profile dev")]
    Whoami,
    /// Print credentials for other programs
    #[command(after_help = "Example:\n  eval \"$(vestibule export-credentials --format env)\"")]
    ExportCredentials(ExportCredentials),
    /// Run a command with credentials in its environment
    #[command(after_help = "Example:\n  vestibule exec --profile dev -- terraform plan")]
    Exec(Exec),
    /// Serve credentials to programs and containers on this machine, refreshed as needed
    #[command(after_help = "Example:\n  vestibule serve --profile dev -- npm run dev")]
    Serve(Serve),
    /// Open the AWS console, signed in as the profile's role
    #[command(after_help = "Example:\n  vestibule console --profile dev --service s3")]
    Console(Console),
    /// List profiles
    #[command(after_help = "Example:\n  vestibule list-profiles")]
    ListProfiles,
    /// List SSO sessions
    #[command(after_help = "Example:\n  vestibule list-sessions")]
    ListSessions,
    /// List the accounts assigned to you
    #[command(after_help = "Example:\n  vestibule list-accounts --sso-session my-sso")]
    ListAccounts(OneSession),
    /// List the roles assigned to you in an account
    #[command(after_help = "Example:\n  vestibule list-roles --account-id 111122223333")]
    ListRoles(ListRoles),
    /// Set up, check and change the configuration
    #[command(subcommand, after_help = "Example:\n  vestibule configure lint")]
    Configure(Configure),
    /// Show how credentials of the profile are found, without any request
    #[command(after_help = "Example:\n  vestibule explain --profile dev")]
    Explain,
    /// Diagnose sign-in problems
    #[command(after_help = "Example:\n  vestibule doctor --fix")]
    Doctor(Doctor),
    /// Print the completion script for a shell
    #[command(after_help = "Example:\n  eval \"$(vestibule completions bash)\"")]
    Completions(Completions),
    /// Print completion candidates, for the scripts of `completions`
    #[command(hide = true)]
    Complete(Complete),
    /// Print the man page, or write all of them
    #[command(after_help = "Example:\n  vestibule man --to ~/.local/share/man/man1")]
    Man(Man),
    /// Commands as spelled for `aws sso`
    #[command(subcommand, after_help = "Example:\n  vestibule sso login --profile dev")]
    Sso(Sso),
}

#[derive(Args, Clone, Debug)]
pub(crate) struct OneSession {
    /// SSO session to use instead of the profile's
    #[arg(long, value_name = "NAME")]
    pub(crate) sso_session: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Sessions {
    #[command(flatten)]
    pub(crate) one: OneSession,
    /// All sessions
    #[arg(long, conflicts_with = "sso_session")]
    pub(crate) all: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Login {
    #[command(flatten)]
    pub(crate) session: OneSession,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    /// Sign in to the console, as `aws login` does, and write `login_session` to the profile
    #[arg(long, conflicts_with = "sso_session")]
    pub(crate) console: bool,
    /// Sign in even if the session is valid
    #[arg(long)]
    pub(crate) force: bool,
    /// Sign in unless the session lasts at least this long
    #[arg(long, value_name = "DURATION", default_value = "15m")]
    pub(crate) min_remaining: Span,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct SignIn {
    /// Use the device authorization flow (approve on any device)
    #[arg(long, visible_alias = "remote", conflicts_with_all = ["use_pkce", "port"])]
    pub(crate) use_device_code: bool,
    /// Use the authorization code flow (approve in a browser on this machine)
    #[arg(long)]
    pub(crate) use_pkce: bool,
    /// Print the URL instead of opening a browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Port for the redirect from the browser [default: any free port]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
}

#[derive(Args, Debug)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) sessions: Sessions,
    /// Print one short segment for a shell prompt
    #[arg(long, conflicts_with = "all")]
    pub(crate) prompt: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ExportCredentials {
    /// Output format
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
    /// Credentials must be valid for at least this long
    #[arg(long, value_name = "DURATION")]
    pub(crate) min_remaining: Option<Span>,
    /// Command to run, with its arguments
    #[arg(required = true, last = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Port on 127.0.0.1 to listen on [default: any free port]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// Listen on a Unix socket at this path instead
    #[arg(long, value_name = "PATH", conflicts_with = "port")]
    pub(crate) socket: Option<PathBuf>,
    /// Run this command with the endpoint in its environment, and exit when it exits
    #[arg(last = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args, Debug)]
pub(crate) struct Console {
    /// Service to open, as named in console URLs
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// Console page to open
    #[arg(long, value_name = "URL", conflicts_with = "service")]
    pub(crate) destination: Option<String>,
    /// Print the link instead of opening a browser
    #[arg(long)]
    pub(crate) print: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ListRoles {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// AWS account
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
    /// Set up an SSO session, shared by profiles
    #[command(after_help = "Example:\n  vestibule configure sso-session --session-name my-sso")]
    SsoSession(ConfigureSession),
    /// Write a profile for every account and role assigned to you
    #[command(after_help = SYNC_HELP)]
    Sync(ConfigureSync),
    /// Check the configuration files
    #[command(after_help = "Example:\n  vestibule configure lint")]
    Lint,
}

#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Key, such as `region`, `s3.addressing_style` or `profile.dev.region`
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) session: OneSession,
}

#[derive(Args, Debug)]
pub(crate) struct Set {
    /// Key, such as `region`, `s3.addressing_style` or `profile.dev.region`
    pub(crate) key: String,
    /// New value
    #[arg(allow_hyphen_values = true)]
    pub(crate) value: String,
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Print the difference without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigureSession {
    #[command(flatten)]
    pub(crate) answers: SessionAnswers,
    /// Print the difference without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SessionAnswers {
    /// Name of the SSO session
    #[arg(long, value_name = "NAME")]
    pub(crate) session_name: Option<String>,
    /// Start URL of the access portal
    #[arg(long, value_name = "URL")]
    pub(crate) start_url: Option<String>,
    /// Region of the IAM Identity Center instance
    #[arg(long, value_name = "NAME")]
    pub(crate) sso_region: Option<String>,
    /// Scopes to request when signing in, separated by commas
    #[arg(long, value_name = "SCOPES")]
    pub(crate) registration_scopes: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigureSso {
    #[command(flatten)]
    pub(crate) session: SessionAnswers,
    /// Account of the profile
    #[arg(long, value_name = "ID")]
    pub(crate) account_id: Option<String>,
    /// Role of the profile
    #[arg(long, value_name = "NAME")]
    pub(crate) role_name: Option<String>,
    /// Output format of the AWS CLI for this profile
    #[arg(long, value_name = "FORMAT", value_parser = ["json", "yaml", "yaml-stream", "text", "table"])]
    pub(crate) output_format: Option<String>,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    /// Print the difference without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Apply safe fixes
    #[arg(long)]
    pub(crate) fix: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ConfigureSync {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Template of profile names
    #[arg(long, value_name = "TEMPLATE", default_value = "{account_name}-{role_name}")]
    pub(crate) template: String,
    /// Include only matching accounts and roles (repeatable)
    #[arg(long, value_name = "PATTERN")]
    pub(crate) include: Vec<String>,
    /// Exclude matching accounts and roles (repeatable)
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
    /// Remove managed profiles that are no longer listed or are excluded
    #[arg(long)]
    pub(crate) prune: bool,
    /// Remove all managed profiles if the access portal lists no accounts
    #[arg(long, requires = "prune")]
    pub(crate) force: bool,
    /// Print the difference without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

const SYNC_HELP: &str = "\
In a template: {account_name}, {account_id}, {role_name}, {sso_session}.
A pattern is ACCOUNT or ACCOUNT/ROLE: the account by name or id, the role by name. `*` matches any
text, `?` any character; case is ignored.
Only profiles with the line `vestibule_sync = true` are changed or removed, and a role for which you
wrote a profile yourself gets no second one. --region sets the region of every profile; without it,
profiles without a region get that of the session.

Example:
  vestibule configure sync --sso-session my-sso --exclude '*/Admin*' --dry-run";

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// Shell
    pub(crate) shell: Shell,
    /// Print the functions `vestibule-use` and `vestibule-env`, which switch the profile of the shell
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
    /// Shell that reads the output
    pub(crate) shell: Shell,
    /// Beginning of the word at the cursor
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    pub(crate) at: String,
    /// Words before the cursor
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
