//! The arguments of `configure`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{OneSession, SignIn};

/// Output formats of the AWS CLI.
pub(crate) const OUTPUT_FORMATS: [&str; 5] = ["json", "yaml", "yaml-stream", "text", "table"];

/// A command of `configure` and its arguments.
#[derive(Debug)]
pub(crate) enum Configure {
    Get(Get),
    Set(Set),
    Unset(Unset),
    Sso(ConfigureSso),
    SsoSession(ConfigureSession),
    Sync(ConfigureSync),
    Registry(RegistryCommand),
    List,
    Lint(Lint),
}

/// A command of `configure registry` and its arguments.
#[derive(Debug)]
pub(crate) enum RegistryCommand {
    Add(AddRegistry),
    Sync(SyncRegistries),
    List,
    Remove(RemoveRegistry),
}

#[derive(Args, Debug)]
pub(crate) struct AddRegistry {
    /// Name of your choice
    pub(crate) name: String,
    /// URL of a git repository, or a folder
    pub(crate) source: String,
    /// Accept only commits that `git verify-commit` accepts
    #[arg(long)]
    pub(crate) require_signature: bool,
    /// Print the difference without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SyncRegistries {
    /// Registry [default: all]
    pub(crate) name: Option<String>,
    /// Remove sections that the registry no longer has
    #[arg(long)]
    pub(crate) prune: bool,
    /// Print the difference without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RemoveRegistry {
    /// Registry
    pub(crate) name: String,
    /// Print the difference without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Key, such as `region`, `s3.addressing_style` or `profile.dev.region`
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) session: OneSession,
}

#[derive(Args, Debug)]
pub(crate) struct Lint {
    /// Files to check instead of your own; those named `credentials` are credentials files
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Output format; `sarif` is for code scanning services
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: LintFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// Text for people, or JSON with `--json`
    Text,
    /// SARIF 2.1.0
    Sarif,
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
pub(crate) struct Unset {
    /// Key, such as `region`, `s3.addressing_style` or `profile.dev.region`
    pub(crate) key: String,
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

#[derive(Args, Debug, Default)]
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
    /// Change an existing session or profile to another portal, account or role
    #[arg(long)]
    pub(crate) overwrite: bool,
}

#[derive(Args, Debug, Default)]
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
    #[arg(long, value_name = "FORMAT", value_parser = OUTPUT_FORMATS)]
    pub(crate) output_format: Option<String>,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    /// Print the difference without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "flags of a command")]
#[derive(Args, Debug)]
pub(crate) struct ConfigureSync {
    #[command(flatten)]
    pub(crate) session: OneSession,
    /// Template of profile names [default: vestibule_sync_template of the session, or
    /// {account_name}-{role_name}]
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) template: Option<String>,
    /// Write profiles that run this program, for tools that know no SSO sessions
    #[arg(long)]
    pub(crate) credential_process: bool,
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
