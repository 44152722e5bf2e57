//! The program itself, as a process, against the emulator behind sockets, with real files.

// Signals, file modes and named pipes.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod faults;
mod kill;
mod listener;
mod login;
mod stampede;
mod support;
