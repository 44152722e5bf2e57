//! Credential sources against the emulator, over a world in memory.
#![cfg(test)]

mod profiles;
mod session_history;
mod sources;
mod support;
