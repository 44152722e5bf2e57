#![doc = include_str!("../README.md")]

pub mod sigv4;

mod query;
mod xml;

mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
mod assumed_role;
mod endpoint;
mod error;
mod get_caller_identity;
mod get_session_token;
mod limits;
mod mfa;

pub use assume_role::AssumeRole;
pub use assume_role_with_saml::AssumeRoleWithSaml;
pub use assume_role_with_web_identity::AssumeRoleWithWebIdentity;
pub use assumed_role::AssumedRole;
pub use endpoint::{SERVICE, endpoint, legacy_endpoint};
pub use error::{Error, ErrorKind};
pub use get_caller_identity::{CallerIdentity, GetCallerIdentity};
pub use get_session_token::GetSessionToken;
pub use limits::Limits;
pub use mfa::Mfa;

// The crates whose types are in this crate's signatures.
pub use vestibule_types as types;
pub use vestibule_wire as wire;
