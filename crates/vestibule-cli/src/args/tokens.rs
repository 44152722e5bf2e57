//! The arguments of commands that print tokens for other services, as spelled for `aws`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::CredentialArgs;

/// A command of `eks` and its arguments.
#[derive(Debug)]
pub(crate) enum Eks {
    GetToken(EksToken),
    UpdateKubeconfig(UpdateKubeconfig),
}

#[derive(Args, Debug)]
pub(crate) struct EksToken {
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    /// Name of the cluster
    #[arg(long, value_name = "NAME", required_unless_present = "cluster_id")]
    pub(crate) cluster_name: Option<String>,
    /// Id of a local cluster on AWS Outposts
    #[arg(long, value_name = "ID", conflicts_with = "cluster_name")]
    pub(crate) cluster_id: Option<String>,
    /// Role to assume first
    #[arg(long, value_name = "ARN", visible_alias = "role")]
    pub(crate) role_arn: Option<String>,
    /// Session name of the assumed role
    #[arg(long, value_name = "NAME", requires = "role_arn", default_value = "EKSGetTokenAuth")]
    pub(crate) session_name: String,
}

#[derive(Args, Debug)]
pub(crate) struct UpdateKubeconfig {
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    /// Name of the cluster
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// File to change [default: $KUBECONFIG, ~/.kube/config]
    #[arg(long, value_name = "PATH")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Role to assume for tokens
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,
    /// Name of the context [default: the ARN of the cluster]
    #[arg(long, value_name = "NAME")]
    pub(crate) alias: Option<String>,
    /// Print the changed file without writing it
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RdsToken {
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    /// Host name of the database
    #[arg(long, value_name = "HOST")]
    pub(crate) hostname: String,
    /// Port of the database
    #[arg(long, value_name = "N")]
    pub(crate) port: u16,
    /// Database user
    #[arg(long, value_name = "NAME")]
    pub(crate) username: String,
}

/// A command of `dsql` and its arguments.
#[derive(Debug)]
pub(crate) enum Dsql {
    GenerateDbConnectAuthToken(DsqlToken),
    GenerateDbConnectAdminAuthToken(DsqlToken),
}

#[derive(Args, Debug)]
pub(crate) struct DsqlToken {
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    /// Host name of the cluster
    #[arg(long, value_name = "HOST")]
    pub(crate) hostname: String,
}

#[derive(Args, Debug)]
pub(crate) struct ElasticacheToken {
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    /// Replication group id, or name of the serverless cache
    #[arg(long, value_name = "NAME")]
    pub(crate) cache_name: String,
    /// User of the cache
    #[arg(long, value_name = "NAME")]
    pub(crate) username: String,
    /// The cache is serverless
    #[arg(long)]
    pub(crate) serverless: bool,
}

#[derive(Args, Debug)]
pub(crate) struct MemorydbToken {
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    /// Name of the cluster
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster_name: String,
    /// User of the cluster
    #[arg(long, value_name = "NAME")]
    pub(crate) username: String,
}

#[derive(Args, Debug)]
pub(crate) struct GitCredential {
    /// Action that Git asks for
    pub(crate) action: GitAction,
}

/// `codecommit credential-helper`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GitAction {
    /// Print the user name and the password
    Get,
    /// Do nothing: passwords are not stored
    Store,
    /// Do nothing: passwords are not stored
    Erase,
}
