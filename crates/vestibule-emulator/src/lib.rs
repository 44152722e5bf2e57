#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The interface.
mod builder;
mod clock;
#[cfg(feature = "toml")]
mod config_file;
mod eks;
mod emulator;
mod error;
mod fault;
mod log;
mod operation;
mod script;
#[cfg(feature = "server")]
mod server;
mod settings;
#[cfg(feature = "server")]
mod system;

// From a request to its service.
mod context;
mod control;
mod dispatch;
mod fault_schedule;
mod model;
mod origin;
mod pages;
mod route;
mod state;
mod status_page;

// One module for each service.
mod console;
mod container;
mod instance;
mod oidc;
mod portal;
mod roles_anywhere;
mod sts;

// State and types that the services share.
mod authorization;
mod iam;
mod machine_credentials;
mod sessions;
mod shared;

// Formats.
mod escape;
mod jwt;
mod params;
mod pkce;
mod response;
mod saml;
mod signature;
mod table;
mod token_factory;
mod transcript;

pub use builder::Builder;
pub use clock::Clock;
pub use container::Container;
pub use emulator::{Emulator, FaultBuilder};
pub use error::{Error, ErrorKind};
pub use fault::Fault;
pub use iam::{IamRole, IamUser};
pub use instance::Instance;
pub use log::{LoggedRequest, Violation};
pub use operation::Operation;
#[cfg(feature = "server")]
pub use server::Server;
pub use settings::Rotation;
#[cfg(feature = "server")]
pub use system::SystemEntropy;

// The crates whose types are in this crate's signatures.
pub use http;
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use vestibule_world as world;
