#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod home;
mod keychain;
mod members;
mod prepared;
mod store;
#[cfg(feature = "system")]
mod system;

pub use home::HomeFiles;
pub use keychain::{Keychain, KeychainError, MemoryKeychain};
pub use store::{KeychainTokenStore, Mode};
#[cfg(feature = "system")]
pub use system::SystemKeychain;
// The types of other crates in this crate's signatures.
pub use vestibule_sso::{PreparedStore, StoreError, TokenStore};
pub use vestibule_types::{Platform, Vars, Zeroizing};
pub use vestibule_world::{BoxFuture, Guard, World, WriteMode};
