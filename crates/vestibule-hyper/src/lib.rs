#![doc = include_str!("../README.md")]

mod blocking;
mod body;
mod config;
mod connect;
mod exchange;
mod failure;
mod origin;
mod proxy;
mod resolve;
mod stream;
mod tls;

pub use blocking::Blocking;
pub use config::{Config, Limits};
pub use exchange::Hyper;
