//! The facade against the emulator, in process: no socket, no clock, no home.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod adapters;
mod driven_sign_in;
mod expired;
mod handles;
mod main_job;
mod nothing;
mod noticed;
mod sources;
mod stampede;
mod support;
mod token_store;
