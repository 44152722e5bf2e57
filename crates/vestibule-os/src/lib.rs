#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "tokio")]
mod blocking;
mod bounded;
#[cfg(feature = "browser")]
pub mod browser;
mod clock;
mod entropy;
mod files;
#[cfg(feature = "listener")]
mod listener;
mod lookup;
mod monitor;
mod oneshot;
#[cfg(feature = "process")]
mod process;
mod programs;
mod root;
#[cfg(feature = "tokio")]
mod tasks;
mod this_machine;
mod thread;
mod vars;
#[cfg(windows)]
mod windows;

#[cfg(feature = "tokio")]
pub use blocking::Blocking;
pub use clock::BlockingClock;
#[cfg(feature = "tokio")]
pub use clock::TokioClock;
pub use entropy::SystemEntropy;
pub use files::{DiskFiles, ShutdownGuard, defer_exit_during_writes};
#[cfg(feature = "listener")]
pub use listener::Loopback;
pub use lookup::lookup_host;
#[cfg(feature = "program")]
pub use process::{Limits, run_command, run_program, set_own_process_group};
#[cfg(feature = "process")]
pub use process::{Shell, Terminal, kill_commands};
pub use programs::find_program;
pub use root::home_owner_if_root;
#[cfg(feature = "tokio")]
pub use tasks::TokioTasks;
pub use this_machine::world;
pub use vars::vars;

// The crates whose types are in this crate's signatures.
pub use bytes;
pub use vestibule_types as types;
pub use vestibule_world as world;
pub use vestibule_world::wire;
pub use zeroize::Zeroizing;
