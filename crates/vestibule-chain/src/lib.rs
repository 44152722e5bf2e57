#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod assume_role;
mod build;
#[cfg(feature = "console-sign-in")]
mod console_login;
mod container;
mod default_order;
mod endpoints;
mod environment;
mod instance;
mod local_service;
mod mfa_prompt;
mod portal_clock;
mod process;
mod read;
#[cfg(feature = "cli-cache")]
mod role_cache;
mod saml;
#[cfg(feature = "explain")]
mod sources;
mod sso_role;
mod sts;
mod user_session;
mod web_identity;

pub use assume_role::AssumeRole;
pub use build::{Context, NativeProcesses, Planned, build};
#[cfg(feature = "console-sign-in")]
pub use console_login::{ConsoleLogin, OtherSource, console_session};
pub use container::{Container, Resolver};
pub use default_order::default_chain;
pub use endpoints::{configured_instance, endpoint_params, instance};
pub use environment::Environment;
pub use instance::InstanceMetadata;
pub use mfa_prompt::MfaPrompt;
pub use process::Process;
pub use read::{ReadError, read_files};
#[cfg(feature = "cli-cache")]
pub use role_cache::{Issued, Issuer, RoleCache, RoleSource, assumed_role_file};
pub use saml::Saml;
#[cfg(feature = "explain")]
pub use sources::{Source, SourceState, sources};
pub use sso_role::SsoRole;
pub use sts::Sts;
pub use user_session::UserSession;
pub use web_identity::WebIdentity;

// The types of other crates in this crate's signatures.
#[cfg(feature = "cli-cache")]
pub use vestibule_cache::Folder;
pub use vestibule_profile as profile;
pub use vestibule_profile::{
    Files, Location, MetadataSettings, Origin, Plan, ProcessCommand, Role, Settings,
};
pub use vestibule_provider as provider;
pub use vestibule_provider::{Chain, ChosenBy, Error, ErrorKind, Lookup, Provider};
pub use vestibule_sso as sso;
pub use vestibule_sso::{Instance, Sessions};
pub use vestibule_sts::sigv4::ClockSkew;
pub use vestibule_types::{
    AccountId, Region, RoleArn, RoleName, RoleSessionName, Secret, SsoSession, Vars,
};
#[cfg(feature = "cli-cache")]
pub use vestibule_types::{Credentials, Timestamp};
pub use vestibule_wire::{Endpoint, EndpointError, EndpointParams};
pub use vestibule_world::{BoxFuture, World};
