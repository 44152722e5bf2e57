#![doc = include_str!("../README.md")]

mod cache_files;
mod checks;
mod context;
mod finding;
mod fix;

pub use cache_files::{CacheFile, CacheFileState, Writer, cache_files, repair_cache_file};
pub use checks::{examine, key_variables};
pub use context::Context;
pub use finding::{Cause, Finding, Remedy, State};
pub use fix::{Error, ErrorKind, Fix};

// The crates whose types are in this crate's signatures.
pub use vestibule;
pub use vestibule_cache::{JsonError, Kind};
