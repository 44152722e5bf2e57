#![doc = include_str!("../README.md")]

mod codecommit;
mod database;
mod eks;

pub use codecommit::{GitRequest, codecommit_credential};
pub use database::{
    InvalidHost, LIFETIME, TokenSigner, dsql_admin_auth_token, dsql_auth_token,
    elasticache_auth_token, elasticache_serverless_auth_token, memorydb_auth_token, rds_auth_token,
};
pub use eks::{EKS_TOKEN_LIFETIME, eks_token};

// The crates whose types are in this crate's signatures.
pub use vestibule_types as types;
pub use vestibule_wire as wire;
