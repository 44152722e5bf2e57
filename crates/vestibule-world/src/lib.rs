#![doc = include_str!("../README.md")]

mod block_on;
mod call;
mod call_policy;
mod clock;
mod entropy;
mod files;
mod listener;
mod log;
pub mod memory;
mod network_error;
mod poll;
mod processes;
mod race;
mod skew;
mod tasks;
mod transport;
mod world;

pub use block_on::block_on;
pub use call::{CallError, CallOptions};
pub use call_policy::CallPolicy;
pub use clock::Clock;
pub use entropy::Entropy;
pub use files::{FileMetadata, Files, Guard, PreparedWrite, WriteMode, if_exists};
pub use listener::{Callback, Callbacks, Listener};
pub use network_error::{NetworkError, causes, find_in_chain};
pub use poll::PollInterval;
pub use processes::{Command, Finished, Processes};
pub use race::{Either, race};
pub use skew::{Skew, SkewObserver};
pub use tasks::Tasks;
pub use transport::{NoRuntime, Transport, TransportError, TransportErrorKind, TransportLimits};
pub use vestibule_types::{Platform, Vars};
pub use vestibule_wire::{Body, Request, Response};
pub use world::World;

// The crates whose types are in this crate's signatures.
pub use bytes;
pub use http;
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use zeroize::Zeroizing;

/// A future behind a pointer: what an object-safe async method returns.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
