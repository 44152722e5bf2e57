#![doc = include_str!("../README.md")]

mod answer;
mod cached;
mod chain;
mod error;
mod flight;
mod provider;
pub mod refresh;
mod shards;

pub use answer::{Answer, Reason};
pub use cached::Cached;
pub use chain::Chain;
pub use error::{ProvideError, ProvideErrorKind};
pub use provider::Provider;
