#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod command_line;
mod create_session;
mod error;
mod identity;
mod options;
mod roles_anywhere;

pub use create_session::{CreateSession, SERVICE, endpoint};
pub use error::{Error, ErrorKind};
pub use identity::Identity;
pub use options::Options;
pub use roles_anywhere::RolesAnywhere;

// The crates whose types are in this crate's signatures.
pub use vestibule_provider as provider;
pub use vestibule_sts::sigv4;
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use vestibule_world as world;
