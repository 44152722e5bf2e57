//! The grammar of the command line.

// Doc comments are the help texts. Flattened structs have none, because it would replace the text of
// their command.
#![expect(clippy::doc_markdown, reason = "these comments are the help texts")]

mod configure;
mod credentials;
mod help;
mod tokens;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use configure::{
    Configure, ConfigureSession, ConfigureSso, ConfigureSync, Get, Lint, LintFormat,
    SessionAnswers, Set,
};

pub(crate) use tokens::{
    Codecommit, Dsql, Eks, EksToken, Elasticache, ElasticacheToken, GitAction, GitCredential,
    Memorydb, MemorydbToken, Rds, RdsToken, UpdateKubeconfig,
};

use crate::duration::Span;
use help::{HELP_TEMPLATE, LONG_HELP};

/// Sign in to AWS and provide credentials
#[derive(Debug, Parser)]
#[command(name = "vestibule", version, propagate_version = true, disable_help_subcommand = true)]
#[command(after_help = "Example:\n  vestibule login && vestibule whoami", after_long_help = LONG_HELP)]
#[command(override_usage = "vestibule [OPTIONS] <COMMAND>", help_template = HELP_TEMPLATE)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

// Accepted before and after the command.
#[derive(Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line")]
pub(crate) struct Global {
    /// Profile to use [default: $AWS_PROFILE, $AWS_DEFAULT_PROFILE, `default`]
    #[arg(short, long, value_name = "NAME", global = true, help_heading = "Global options")]
    pub(crate) profile: Option<String>,
    /// AWS region for requests and for exported variables
    #[arg(long, value_name = "NAME", global = true, help_heading = "Global options")]
    pub(crate) region: Option<String>,
    /// Select the profile from a list
    #[arg(long, global = true, help_heading = "Global options", conflicts_with = "profile")]
    pub(crate) pick: bool,
    /// Sign in without asking if a sign-in is needed
    #[arg(long, global = true, help_heading = "Global options", conflicts_with = "no_input")]
    pub(crate) login: bool,
    /// Print JSON: one document, or one line per event
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) json: bool,
    /// Never prompt, never open a browser
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) no_input: bool,
    /// Log to stderr; repeat for more detail
    #[arg(short, long, action = clap::ArgAction::Count, global = true, help_heading = "Global options")]
    pub(crate) verbose: u8,
    /// When to use color
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) color: Color,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ProfileArg {
    /// Profile to use, the same as --profile
    #[arg(value_name = "PROFILE")]
    pub(crate) positional: Option<String>,
}

// Selects the credentials: those of a profile, or of a role without a profile.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Role without a profile")]
pub(crate) struct CredentialArgs {
    #[command(flatten, next_help_heading = None)]
    pub(crate) profile: ProfileArg,
    /// SSO session of the role [default: the only one]
    #[arg(long, value_name = "NAME", requires = "role_name")]
    pub(crate) sso_session: Option<String>,
    /// AWS account of the role
    #[arg(long, value_name = "ID", requires = "role_name")]
    pub(crate) account_id: Option<String>,
    /// Role to use instead of a profile
    #[arg(long, value_name = "NAME", requires = "account_id")]
    pub(crate) role_name: Option<String>,
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
    #[command(after_help = "Example:\n  vestibule login dev")]
    #[command(
        after_long_help = "Example:\n  vestibule login dev\n  vestibule login --sso-session my-sso --use-device-code\n  vestibule login --all"
    )]
    Login(Login),
    /// Sign out on this machine and end the portal session
    #[command(after_help = "Example:\n  vestibule logout")]
    Logout(Sessions),
    /// Show sessions and when they expire
    #[command(after_help = "Example:\n  vestibule status --all")]
    Status(Status),
    /// Show the account and role of the credentials
    #[command(after_help = "Example:\n  vestibule whoami dev")]
    Whoami(CredentialArgs),
    /// Print credentials for other programs
    #[command(after_help = "Example:\n  eval \"$(vestibule export-credentials --format env)\"")]
    #[command(
        after_long_help = "Example:\n  eval \"$(vestibule export-credentials --format env)\"\n  vestibule export-credentials dev\n  credential_process = vestibule export-credentials --profile dev"
    )]
    ExportCredentials(ExportCredentials),
    /// Run a command with credentials in its environment
    #[command(after_help = "Example:\n  vestibule exec dev -- terraform plan")]
    #[command(
        after_long_help = "Example:\n  vestibule exec dev -- terraform plan\n  vestibule exec dev\n  vestibule exec --account-id 111122223333 --role-name SampleRole -- env"
    )]
    Exec(Exec),
    /// Serve credentials to programs and containers on this machine, refreshed as needed
    #[command(after_help = "Example:\n  vestibule serve dev -- npm run dev")]
    Serve(Serve),
    /// Open the AWS console, signed in as the profile's role
    #[command(after_help = "Example:\n  vestibule console dev --service s3")]
    Console(Console),
    /// List profiles
    #[command(after_help = "Example:\n  vestibule list-profiles --long")]
    ListProfiles(ListProfiles),
    /// List SSO sessions
    #[command(after_help = "Example:\n  vestibule list-sessions --long")]
    ListSessions(ListSessions),
    /// List the accounts assigned to you
    #[command(after_help = "Example:\n  vestibule list-accounts --sso-session my-sso")]
    ListAccounts(ListAccounts),
    /// List the roles assigned to you in an account
    #[command(after_help = "Example:\n  vestibule list-roles --account-id 111122223333")]
    ListRoles(ListRoles),
    /// Set up, check and change the configuration
    #[command(subcommand, after_help = "Example:\n  vestibule configure lint")]
    Configure(Configure),
    /// Show how credentials of the profile are found, without any request
    #[command(after_help = "Example:\n  vestibule explain dev")]
    Explain(ProfileArg),
    /// Print tokens for EKS clusters, and add clusters to kubeconfig files
    #[command(
        subcommand,
        after_help = "Example:\n  vestibule eks update-kubeconfig --name my-cluster"
    )]
    Eks(Eks),
    /// Print passwords for RDS and Aurora databases
    #[command(subcommand, after_help = tokens::RDS_HELP)]
    Rds(Rds),
    /// Print passwords for Aurora DSQL
    #[command(subcommand, after_help = tokens::DSQL_HELP)]
    Dsql(Dsql),
    /// Print passwords for ElastiCache caches
    #[command(subcommand, after_help = tokens::ELASTICACHE_HELP)]
    Elasticache(Elasticache),
    /// Print passwords for MemoryDB clusters
    #[command(subcommand, after_help = tokens::MEMORYDB_HELP)]
    Memorydb(Memorydb),
    /// Provide passwords to Git for CodeCommit repositories
    #[command(subcommand, after_help = tokens::CODECOMMIT_HELP)]
    Codecommit(Codecommit),
    /// Diagnose sign-in problems
    #[command(after_help = "Example:\n  vestibule doctor --fix")]
    Doctor(Doctor),
    /// Print the completion script for a shell
    #[command(after_help = "Example:\n  eval \"$(vestibule completions bash)\"")]
    Completions(Completions),
    /// Print completion candidates, for the scripts of `completions`
    #[command(hide = true)]
    Complete(Complete),
    /// Select a profile for the functions of `completions --switch`
    #[command(hide = true)]
    Select(Select),
    /// Refresh a token for another command of this program
    #[command(hide = true)]
    RefreshHelper,
    /// Print the man page, or write all of them
    #[command(after_help = "Example:\n  vestibule man --to ~/.local/share/man/man1")]
    Man(Man),
    /// Commands as spelled for `aws sts`
    #[command(
        subcommand,
        after_help = "Example:\n  vestibule sts get-caller-identity --profile dev"
    )]
    Sts(Sts),
    /// Commands as spelled for `aws sso`
    #[command(subcommand, after_help = "Example:\n  vestibule sso login --profile dev")]
    Sso(Sso),
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct OneSession {
    /// SSO session to use instead of the profile's
    #[arg(long, value_name = "NAME")]
    pub(crate) sso_session: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Sessions {
    #[command(flatten)]
    pub(crate) profile: ProfileArg,
    #[command(flatten)]
    pub(crate) one: OneSession,
    /// All sessions
    #[arg(long, conflicts_with = "sso_session")]
    pub(crate) all: bool,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Login {
    #[command(flatten)]
    pub(crate) profile: ProfileArg,
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Sign in to every session that needs it
    #[arg(long, conflicts_with_all = ["sso_session", "positional", "console"])]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    /// Sign in to the console, as `aws login` does, and write `login_session` to the profile
    #[arg(long, conflicts_with = "sso_session")]
    pub(crate) console: bool,
    /// End the portal session and sign in again, even if the session is valid
    #[arg(long)]
    pub(crate) force: bool,
    /// Sign in unless the session lasts at least this long
    #[arg(long, value_name = "DURATION", default_value = "15m")]
    pub(crate) min_remaining: Span,
}

#[derive(Args, Clone, Debug, Default)]
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
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    /// Fail unless the credentials are valid for at least this long
    #[arg(long, value_name = "DURATION")]
    pub(crate) min_remaining: Option<Span>,
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
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    /// Fail unless the credentials are valid for at least this long
    #[arg(long, value_name = "DURATION")]
    pub(crate) min_remaining: Option<Span>,
    /// Command to run, with its arguments [default: a shell]
    #[arg(last = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
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
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
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

// Which rows are listed, and how.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Rows {
    /// Show only rows that contain this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Print comma-separated values with a header
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ListProfiles {
    /// Show account, role, region and session
    #[arg(long)]
    pub(crate) long: bool,
    #[command(flatten)]
    pub(crate) rows: Rows,
}

#[derive(Args, Debug)]
pub(crate) struct ListSessions {
    /// Show start URL, region and state
    #[arg(long)]
    pub(crate) long: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ListAccounts {
    #[command(flatten)]
    pub(crate) session: OneSession,
    #[command(flatten)]
    pub(crate) rows: Rows,
}

#[derive(Args, Debug)]
pub(crate) struct ListRoles {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// AWS account [default: all accounts, with a column for the account]
    #[arg(long, value_name = "ID")]
    pub(crate) account_id: Option<String>,
    #[command(flatten)]
    pub(crate) rows: Rows,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Apply safe fixes
    #[arg(long)]
    pub(crate) fix: bool,
}

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
pub(crate) struct Select {
    #[command(flatten)]
    pub(crate) profile: ProfileArg,
    /// Keep the profile of the environment, if there is one
    #[arg(long)]
    pub(crate) keep: bool,
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
    /// The same as `vestibule list-accounts`; needs no --access-token
    #[command(after_help = "Example:\n  vestibule sso list-accounts")]
    ListAccounts(ListAccounts),
    /// The same as `vestibule list-roles`; needs no --access-token
    #[command(
        after_help = "Example:\n  vestibule sso list-account-roles --account-id 111122223333"
    )]
    ListAccountRoles(ListRoles),
    /// Print role credentials in the layout of `aws sso get-role-credentials`; needs no --access-token
    #[command(
        after_help = "Example:\n  vestibule sso get-role-credentials --account-id 111122223333 --role-name SampleRole"
    )]
    GetRoleCredentials(CredentialArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sts {
    /// The same as `vestibule whoami`
    #[command(after_help = "Example:\n  vestibule sts get-caller-identity --profile dev")]
    GetCallerIdentity(CredentialArgs),
}
