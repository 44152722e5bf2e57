//! The arguments of commands that print tokens for other services, as spelled for `aws`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::CredentialArgs;

pub(super) const RDS_HELP: &str = "Example:\n  vestibule rds generate-db-auth-token \
    --hostname db.example.com --port 5432 --username jane";
pub(super) const DSQL_HELP: &str = "Example:\n  vestibule dsql generate-db-connect-auth-token \
    --hostname abc.dsql.us-east-1.on.aws";
pub(super) const ELASTICACHE_HELP: &str = "Example:\n  vestibule elasticache generate-auth-token \
    --cache-name my-cache --username jane";
pub(super) const MEMORYDB_HELP: &str = "Example:\n  vestibule memorydb generate-auth-token \
    --cluster-name my-cluster --username jane";
pub(super) const CODECOMMIT_HELP: &str = "\
Git sends the path that the password is for only with `useHttpPath`.

Example:
  git config --global credential.helper '!vestibule codecommit credential-helper'
  git config --global credential.useHttpPath true";

#[derive(Debug, Subcommand)]
pub(crate) enum Eks {
    /// Print a token for the Kubernetes API of a cluster, as kubectl reads it
    #[command(after_help = "Example:\n  vestibule eks get-token --cluster-name my-cluster")]
    GetToken(EksToken),
    /// Add a cluster to a kubeconfig file, with this program as the source of tokens
    #[command(after_help = "Example:\n  vestibule eks update-kubeconfig --name my-cluster")]
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

#[derive(Debug, Subcommand)]
pub(crate) enum Rds {
    /// Print a password for a database user
    #[command(after_help = RDS_HELP)]
    GenerateDbAuthToken(RdsToken),
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

#[derive(Debug, Subcommand)]
pub(crate) enum Dsql {
    /// Print a password for a database role
    #[command(after_help = DSQL_HELP)]
    GenerateDbConnectAuthToken(DsqlToken),
    /// Print a password for the database role `admin`
    #[command(
        after_help = "Example:\n  vestibule dsql generate-db-connect-admin-auth-token --hostname abc.dsql.us-east-1.on.aws"
    )]
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

#[derive(Debug, Subcommand)]
pub(crate) enum Elasticache {
    /// Print a password for a user of a cache
    #[command(after_help = ELASTICACHE_HELP)]
    GenerateAuthToken(ElasticacheToken),
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

#[derive(Debug, Subcommand)]
pub(crate) enum Memorydb {
    /// Print a password for a user of a cluster
    #[command(after_help = MEMORYDB_HELP)]
    GenerateAuthToken(MemorydbToken),
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

#[derive(Debug, Subcommand)]
pub(crate) enum Codecommit {
    /// Answer a credential request of Git on stdin
    #[command(after_help = CODECOMMIT_HELP)]
    CredentialHelper(GitCredential),
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
