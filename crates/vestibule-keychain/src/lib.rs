#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod configured;
mod home_files;
#[cfg(all(feature = "system", target_os = "linux"))]
mod kernel;
mod keychain;
mod keychain_program;
mod members;
mod mode;
mod placement;
mod store;
#[cfg(feature = "system")]
mod system;

pub use configured::Configured;
pub use home_files::home_files;
pub use keychain::{Keychain, KeychainError, MemoryKeychain};
pub use keychain_program::HelperKeychain;
pub use mode::{Mode, Policy, UnknownMode};
pub use store::KeychainTokenStore;
#[cfg(feature = "system")]
pub use system::SystemKeychain;
// The types of other crates in this crate's signatures.
pub use vestibule_sso::{PreparedStore, StoreError, TokenStore};
pub use vestibule_types::{Platform, Vars, Zeroizing};
pub use vestibule_world::{BoxFuture, Guard, World, WriteMode};
