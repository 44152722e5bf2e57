#![doc = include_str!("../README.md")]

mod cached;
mod chain;
mod error;
mod lookup;
mod provider;
pub mod refresh;
mod shards;
mod single_flight;

pub use cached::Cached;
pub use chain::Chain;
pub use error::{ChosenBy, Error, ErrorKind, ExpiredCredentials};
pub use lookup::{Lookup, SkippedSources};
pub use provider::Provider;
pub use refresh::RefreshPolicy;

// The types of other crates in this crate's signatures.
pub use vestibule_profile::Origin;
pub use vestibule_types::{Credentials, Timestamp};
pub use vestibule_world::{BoxFuture, CallError, World};
