//! The token store over a keychain in memory, and over a real one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[cfg(unix)]
mod keychain_program;
#[cfg(all(feature = "system", target_os = "linux"))]
mod secret_service;
mod store;
