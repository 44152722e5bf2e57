#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod origin;

mod locate;
mod overrides;

mod file;
mod files;
mod finding;
mod profile;
mod setting;

mod base;
mod keys;
mod role;
mod sso;

mod metadata;
mod region;
mod services;
mod settings;

mod lookup;
mod note;
mod plan;
#[cfg(feature = "explain")]
mod plan_entries;
mod resolve;
#[cfg(feature = "edit")]
mod without;

mod error;
mod known_keys;
#[cfg(feature = "lint")]
mod lint;
mod similar;
mod undefined;

pub use base::{
    Base, CommandLine, LoginSession, NamedSource, NotConfigured, ProcessCommand, WebIdentity,
};
pub use error::{Error, ErrorKind, MisspelledKey};
pub use files::Files;
pub use finding::Finding;
pub use keys::Keys;
#[cfg(feature = "lint")]
pub use lint::{Diagnostic, Level, lint};
pub use locate::{Location, Locations, locate};
pub use lookup::{lookup_service_setting, lookup_setting, lookup_sign_in_setting};
pub use metadata::MetadataSettings;
pub use note::Note;
pub use origin::{Origin, Place, Sourced};
pub use overrides::{Overrides, RoleOverride, select_profile};
pub use plan::{Plan, plan, sign_in_session};
#[cfg(feature = "explain")]
pub use plan_entries::PlanEntry;
pub use profile::Profile;
pub use role::Role;
pub use services::EndpointUrls;
pub use setting::Setting;
pub use settings::{AccountIdEndpointMode, RetryMode, Settings, settings};
pub use sso::{ConfiguredSession, SsoRole, is_dual_stack, sso_session};
pub use undefined::{Reference, UndefinedName};

// The crates whose types are in this crate's signatures.
pub use bytes;
pub use vestibule_config as config;
pub use vestibule_types as types;
