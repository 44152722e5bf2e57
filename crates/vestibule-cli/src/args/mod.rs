//! The grammar of the command line.

// Doc comments are the help texts. Flattened structs have none, because it would replace the text of
// their command.
#![expect(clippy::doc_markdown, reason = "these comments are the help texts")]

mod agent;
mod cache;
mod commands;
mod configure;
mod credentials;
mod entry;
mod grammar;
pub(crate) mod help;
mod notes;
mod shells;
mod tokens;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub(crate) use agent::Agent;
pub(crate) use cache::{Cache, CacheMigrate, MigrateTo};
pub(crate) use configure::{
    AddRegistry, Configure, ConfigureSession, ConfigureSso, ConfigureSync, Get, Lint, LintFormat,
    OUTPUT_FORMATS, RegistryCommand, RemoveRegistry, SessionAnswers, Set, SyncRegistries, Unset,
};
pub(crate) use entry::Entry;
pub(crate) use grammar::{
    command_line, entries, grammar, grammar_for, long_options, typed_command,
};
pub(crate) use shells::{Complete, Completions, Select, Shell, Use};
pub(crate) use tokens::{
    Dsql, Eks, EksToken, ElasticacheToken, GitAction, GitCredential, MemorydbToken, RdsToken,
    UpdateKubeconfig,
};

use crate::duration::Span;

/// Origin of a profile that is a positional argument.
pub(crate) const POSITIONAL: &str = "argument";

/// The parsed command line.
#[derive(Debug)]
pub(crate) struct Cli {
    pub(crate) global: Global,
    pub(crate) command: Command,
}

// Accepted before and after the command.
#[derive(Args, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line")]
pub(crate) struct Global {
    /// Profile to use [default: $AWS_PROFILE, $AWS_DEFAULT_PROFILE, .aws-profile, `default`]
    #[arg(short, long, value_name = "NAME", global = true, help_heading = "Global options")]
    pub(crate) profile: Option<String>,
    /// Whether the profile is a positional argument.
    #[arg(skip)]
    pub(crate) has_positional_profile: bool,
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
    /// Give up after waiting this long for services, a sign-in or other programs [default: no limit]
    #[arg(long, value_name = "DURATION", global = true, help_heading = "Global options")]
    pub(crate) timeout: Option<Span>,
    /// Log requests to stderr; -vv adds decisions and files
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

/// A command and its arguments.
#[derive(Debug)]
pub(crate) enum Command {
    Login(Login),
    Logout(Sessions),
    Status(Status),
    Wait(Wait),
    Whoami(CredentialArgs),
    GetRoleCredentials(CredentialArgs),
    ExportCredentials(ExportCredentials),
    Exec(Exec),
    Serve(Serve),
    Agent(Agent),
    Console(Console),
    RolesAnywhere(RolesAnywhere),
    ListProfiles(ListProfiles),
    ListSessions(ListSessions),
    ListAccounts(ListAccounts),
    ListRoles(ListRoles),
    Configure(Configure),
    Explain(ProfileArg),
    Eks(Eks),
    Rds(RdsToken),
    Dsql(Dsql),
    Elasticache(ElasticacheToken),
    Memorydb(MemorydbToken),
    Codecommit(GitCredential),
    Trust(Trust),
    Use(Use),
    Doctor(Doctor),
    Cache(Cache),
    Completions(Completions),
    Complete(Complete),
    Select(Select),
    RefreshHelper,
    Man(Man),
}

#[derive(Args, Debug)]
pub(crate) struct NoArgs {}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct OneSession {
    /// SSO session to use instead of the profile's
    #[arg(long, value_name = "NAME")]
    pub(crate) sso_session: Option<String>,
}

#[derive(Args, Debug, Default)]
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
    /// Sign in again unless the session lasts at least this long
    #[arg(long, value_name = "DURATION", default_value = "15m")]
    pub(crate) min_remaining: Span,
    /// Where to store the tokens of this session [default: as configured]
    #[arg(long, value_name = "STORE")]
    pub(crate) token_store: Option<TokenStoreKind>,
}

/// Where tokens are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenStoreKind {
    /// Files that all AWS tools share
    Files,
    /// The refresh token in the keychain, the access token in a file
    Bridge,
    /// Everything in the keychain
    Sealed,
    /// The memory of this process
    Memory,
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
    /// Open pages with this command: its arguments may have {url}, {profile}, {account_id},
    /// {account_name}, {role} and {sso_session}; or `clipboard` [default: the system's browser]
    #[arg(long, value_name = "COMMAND", conflicts_with = "no_browser")]
    pub(crate) browser: Option<String>,
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
pub(crate) struct Wait {
    #[command(flatten)]
    pub(crate) profile: ProfileArg,
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Time that is left when the command exits [default: vestibule_expiry_warning, or 15m]
    #[arg(long, value_name = "DURATION")]
    pub(crate) until_expiry: Option<Span>,
    /// Show a desktop notification
    #[arg(long)]
    pub(crate) notify: bool,
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
    /// Print AWS_REGION and AWS_DEFAULT_REGION too, where there is a region; --region does that also
    #[arg(long, conflicts_with_all = ["write_profile", "remove_profile"])]
    pub(crate) with_region: bool,
    /// Write the credentials to this profile of the credentials file, instead of printing them
    #[arg(long, value_name = "NAME", conflicts_with = "format")]
    pub(crate) write_profile: Option<String>,
    /// Remove a profile that --write-profile wrote
    #[arg(long, value_name = "NAME", conflicts_with_all = ["format", "write_profile", "positional"])]
    pub(crate) remove_profile: Option<String>,
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
pub(crate) struct RolesAnywhere {
    /// File with the certificate, in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: PathBuf,
    /// File with the private key of the certificate, in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) private_key: PathBuf,
    /// File with intermediate certificates, in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) intermediates: Option<PathBuf>,
    /// Trust anchor that knows the authority of the certificate
    #[arg(long, value_name = "ARN")]
    pub(crate) trust_anchor_arn: String,
    /// Profile of Roles Anywhere that allows the role
    #[arg(long, value_name = "ARN")]
    pub(crate) profile_arn: String,
    /// Role to assume
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: String,
    /// URL of the service [default: that of the region]
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Duration of the session
    #[arg(long, value_name = "DURATION", default_value = "1h")]
    pub(crate) session_duration: Span,
    /// Name of the session [default: the serial number of the certificate]
    #[arg(long, value_name = "NAME")]
    pub(crate) role_session_name: Option<String>,
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
    /// Open the page with this command, as `login --browser` does
    #[arg(long, value_name = "COMMAND", conflicts_with = "print")]
    pub(crate) browser: Option<String>,
    /// Open the page through the AWS access portal, beside other sessions of the console
    #[arg(long)]
    pub(crate) multi_session: bool,
}

// Selection and format of rows.
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
pub(crate) struct Trust {
    /// Folder of the file, or a folder below it [default: the working directory]
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    /// Stop trusting the file: commands that would use it fail
    #[arg(long)]
    pub(crate) remove: bool,
    /// Ignore the file, whatever it contains, until `vestibule trust` confirms it
    #[arg(long, conflicts_with = "remove")]
    pub(crate) ignore: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Apply safe fixes
    #[arg(long)]
    pub(crate) fix: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Man {
    /// Write the pages of all commands to this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: Option<PathBuf>,
}
