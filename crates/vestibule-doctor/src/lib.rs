#![doc = include_str!("../README.md")]

mod case;
mod checks;
mod finding;
mod fix;

pub use case::Case;
pub use checks::examine;
pub use finding::{Cause, Finding, Remedy, State};
pub use fix::{Fix, NotFixed};
