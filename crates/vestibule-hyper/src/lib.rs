#![doc = include_str!("../README.md")]

mod blocking;
mod body;
mod config;
mod dial;
mod exchange;
mod failure;
mod idle;
mod io;
mod line;
mod origin;
mod proxy;
mod tls;
mod tunnel;

pub use blocking::Blocking;
pub use config::{Config, Limits};
pub use exchange::Hyper;
