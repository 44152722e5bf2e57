//! The default credential chain of AWS, assembled.
//!
//! [`read_files`] reads the configuration through a world, [`build`] turns a plan into a
//! provider, and [`default_chain`] puts the sources in the order of the SDK for Rust. The
//! sources themselves are a file each: what it is as data, what it does against a world.
//!
//! This crate knows no runtime, no HTTP client and no terminal.

mod assume_role;
mod build;
mod default_order;
mod endpoints;
mod environment;
mod process;
mod read;
mod sso_role;
mod web_identity;

pub use assume_role::AssumeRole;
pub use build::{Context, Planned, build};
pub use default_order::{default_chain, refresh_policy};
pub use endpoints::{endpoint_params, instance, sts_endpoint};
pub use environment::Environment;
pub use process::Process;
pub use read::{ReadError, read_files};
pub use sso_role::SsoRole;
pub use web_identity::WebIdentity;
