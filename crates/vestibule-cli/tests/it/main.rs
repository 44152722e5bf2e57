//! Tests that run the program as a process against the emulator, with real files.

// The tests use signals, file modes and named pipes.
#![cfg(unix)]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod completion;
mod configure;
mod console;
mod console_login;
mod container;
mod contract;
mod doctor;
mod examples;
mod exec;
mod explain;
mod faults;
mod kill;
mod listener;
mod login;
mod logout;
mod mistakes;
mod pages;
mod picking;
mod profiles;
mod roles;
mod serve;
mod servers;
mod signals;
mod sources;
mod stampede;
mod status;
mod support;
mod switching;
mod sync;
mod tokens;
