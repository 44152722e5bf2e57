//! The arguments of commands that print tokens for other services, as spelled for `aws`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::entry::{Arguments, Entry, Kind, arguments};
use super::{Command, CredentialArgs};

pub(super) const TOKENS: &[Entry] = &[
    Entry {
        name: "eks",
        about: "Tokens and kubeconfig entries for EKS clusters",
        notes: "",
        examples: &["vestibule eks update-kubeconfig --name my-cluster"],
        kind: Kind::Group(EKS),
    },
    Entry {
        name: "rds",
        about: "Passwords for RDS and Aurora databases",
        notes: "",
        examples: RDS_EXAMPLES,
        kind: Kind::Group(&[Entry {
            name: "generate-db-auth-token",
            about: "Print a password for a database user",
            notes: "",
            examples: RDS_EXAMPLES,
            kind: Kind::Command(arguments!(RdsToken, Command::Rds)),
        }]),
    },
    Entry {
        name: "dsql",
        about: "Passwords for Aurora DSQL",
        notes: "",
        examples: DSQL_EXAMPLES,
        kind: Kind::Group(DSQL),
    },
    Entry {
        name: "elasticache",
        about: "Passwords for ElastiCache caches",
        notes: "",
        examples: ELASTICACHE_EXAMPLES,
        kind: Kind::Group(&[Entry {
            name: "generate-auth-token",
            about: "Print a password for a user of a cache",
            notes: "",
            examples: ELASTICACHE_EXAMPLES,
            kind: Kind::Command(arguments!(ElasticacheToken, Command::Elasticache)),
        }]),
    },
    Entry {
        name: "memorydb",
        about: "Passwords for MemoryDB clusters",
        notes: "",
        examples: MEMORYDB_EXAMPLES,
        kind: Kind::Group(&[Entry {
            name: "generate-auth-token",
            about: "Print a password for a user of a cluster",
            notes: "",
            examples: MEMORYDB_EXAMPLES,
            kind: Kind::Command(arguments!(MemorydbToken, Command::Memorydb)),
        }]),
    },
    Entry {
        name: "codecommit",
        about: "Passwords for Git with CodeCommit",
        notes: CODECOMMIT_NOTES,
        examples: CODECOMMIT_EXAMPLES,
        kind: Kind::Group(&[Entry {
            name: "credential-helper",
            about: "Answer a credential request of Git on stdin",
            notes: CODECOMMIT_NOTES,
            examples: CODECOMMIT_EXAMPLES,
            kind: Kind::Command(arguments!(GitCredential, Command::Codecommit)),
        }]),
    },
];

const RDS_EXAMPLES: &[&str] =
    &["vestibule rds generate-db-auth-token --hostname db.example.com --port 5432 --username jane"];
const DSQL_EXAMPLES: &[&str] =
    &["vestibule dsql generate-db-connect-auth-token --hostname abc.dsql.us-east-1.on.aws"];
const ELASTICACHE_EXAMPLES: &[&str] =
    &["vestibule elasticache generate-auth-token --cache-name my-cache --username jane"];
const MEMORYDB_EXAMPLES: &[&str] =
    &["vestibule memorydb generate-auth-token --cluster-name my-cluster --username jane"];
const CODECOMMIT_EXAMPLES: &[&str] = &[
    "git config --global credential.helper '!vestibule codecommit credential-helper'",
    "git config --global credential.useHttpPath true",
];
const CODECOMMIT_NOTES: &str =
    "Git sends the path that the password is for only with `useHttpPath`.";

const EKS: &[Entry] = &[
    Entry {
        name: "get-token",
        about: "Print a token for the Kubernetes API of a cluster, as kubectl reads it",
        notes: "",
        examples: &["vestibule eks get-token --cluster-name my-cluster"],
        kind: Kind::Command(arguments!(EksToken, |args| Command::Eks(Eks::GetToken(args)))),
    },
    Entry {
        name: "update-kubeconfig",
        about: "Add a cluster to a kubeconfig file, with this program as the source of tokens",
        notes: "",
        examples: &["vestibule eks update-kubeconfig --name my-cluster"],
        kind: Kind::Command(arguments!(UpdateKubeconfig, |args| {
            Command::Eks(Eks::UpdateKubeconfig(args))
        })),
    },
];

const DSQL: &[Entry] = &[
    Entry {
        name: "generate-db-connect-auth-token",
        about: "Print a password for a database role",
        notes: "",
        examples: DSQL_EXAMPLES,
        kind: Kind::Command(arguments!(DsqlToken, |args| {
            Command::Dsql(Dsql::GenerateDbConnectAuthToken(args))
        })),
    },
    Entry {
        name: "generate-db-connect-admin-auth-token",
        about: "Print a password for the database role `admin`",
        notes: "",
        examples: &[
            "vestibule dsql generate-db-connect-admin-auth-token --hostname abc.dsql.us-east-1.on.aws",
        ],
        kind: Kind::Command(arguments!(DsqlToken, |args| {
            Command::Dsql(Dsql::GenerateDbConnectAdminAuthToken(args))
        })),
    },
];

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
