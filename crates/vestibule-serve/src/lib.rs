#![doc = include_str!("../README.md")]

#[cfg(any(unix, windows))]
pub mod agent;
mod error;
mod listen;
#[cfg(windows)]
mod pipe;
#[cfg(unix)]
mod socket;
mod token;

mod request;
mod response;

mod connections;
mod server;
mod server_thread;

pub use error::{Error, ErrorKind};
pub use listen::ListenAddress;
pub use server::Server;

// The crates whose types are in this crate's signatures.
pub use vestibule_provider as provider;
pub use vestibule_types as types;
pub use vestibule_world as world;
