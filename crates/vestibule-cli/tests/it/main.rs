//! Tests that run the program as a process against the emulator, with real files.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

// Unix sockets.
#[cfg(unix)]
mod agent;
mod browsers;
mod cache;
// Bash, zsh and fish.
#[cfg(unix)]
mod completion;
mod configure;
mod console;
// Consoles of Windows.
#[cfg(windows)]
mod console_events;
mod console_login;
mod container;
mod contract;
mod doctor;
mod dropped;
// The lines of the help are for a shell of Unix.
#[cfg(unix)]
mod examples;
mod exec;
mod explain;
mod faults;
// The keychain is a script.
#[cfg(unix)]
mod keychain;
mod kill;
mod latency;
mod listener;
// `script` is the terminal.
#[cfg(unix)]
mod lists;
mod local_time;
mod login;
mod logout;
mod mistakes;
mod pages;
// `script` is the terminal.
#[cfg(unix)]
mod picking;
mod profiles;
// Paths in URLs of Unix.
#[cfg(unix)]
mod registry;
// Codes are typed in a terminal, which is `script`.
#[cfg(unix)]
mod roles;
mod roles_anywhere;
mod serve;
mod servers;
// Signals of Unix.
#[cfg(unix)]
mod signals;
mod sources;
mod stampede;
mod status;
mod status_profiles;
// Mounts, modes and limits of Unix.
#[cfg(unix)]
mod storage;
mod support;
// Bash, zsh and fish.
#[cfg(unix)]
mod switching;
mod sync;
mod timeout;
// File modes and programs of Unix.
#[cfg(unix)]
mod tokens;
mod trust;
mod wait;
// `script` is the terminal.
#[cfg(unix)]
mod waiting;
// `script` is the terminal.
#[cfg(unix)]
mod wizard;
