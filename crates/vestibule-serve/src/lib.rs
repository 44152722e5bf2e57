#![doc = include_str!("../README.md")]

mod error;
mod listen;
#[cfg(unix)]
mod socket;
mod token;

mod request;
mod response;

mod connections;
mod server;

pub use error::Error;
pub use listen::ListenAddress;
pub use server::Server;
