//! Credential sources against the emulator, over a world in memory.
#![cfg(test)]

#[cfg(feature = "console-sign-in")]
mod console_logins;
mod processes;
mod profiles;
mod session_history;
#[cfg(feature = "cli-cache")]
mod shared_credentials;
mod sources;
mod sso_roles;
mod support;
