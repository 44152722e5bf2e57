#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod configured;
mod helper;
#[cfg(all(feature = "system", target_os = "linux"))]
mod kernel;
mod keychain;
mod members;
mod mode;
mod store;
#[cfg(feature = "system")]
mod system;

use std::sync::Arc;

use vestibule_sso::FileTokenStore;

pub use configured::Configured;
pub use helper::HelperKeychain;
pub use keychain::{Keychain, KeychainError, MemoryKeychain};
pub use mode::{Mode, Policy, UnknownMode};
pub use store::KeychainTokenStore;
#[cfg(feature = "system")]
pub use system::SystemKeychain;
// The types of other crates in this crate's signatures.
pub use vestibule_sso::{PreparedStore, StoreError, TokenStore};
pub use vestibule_types::{Platform, Vars, Zeroizing};
pub use vestibule_world::{BoxFuture, Guard, World, WriteMode};

/// Returns the files of all AWS tools: those of SSO sessions and of console logins, which are in two
/// folders.
pub fn home_files(vars: &Vars, platform: Platform) -> Arc<dyn TokenStore> {
    let console = vestibule_console_login::folder(vars, platform);
    Arc::new(FileTokenStore::at_home(vars, platform).with_console_folder(console))
}
