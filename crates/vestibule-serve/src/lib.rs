#![doc = include_str!("../README.md")]

mod error;
mod place;
#[cfg(unix)]
mod socket;
mod token;

mod answer;
mod question;

mod connections;
mod server;

pub use error::Error;
pub use place::Place;
pub use server::Server;
