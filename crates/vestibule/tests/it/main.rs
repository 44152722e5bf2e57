//! Tests of the facade against the emulator in process: without sockets, clocks and home folders.

#![expect(clippy::unwrap_used, reason = "a failed test reports the line")]

mod adapters;
mod compatibility;
mod driven_sign_in;
mod expired;
mod handles;
mod nothing_configured;
mod noticed;
mod session;
mod soak;
mod stampede;
mod support;
mod token_store;
