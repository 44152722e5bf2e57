#![doc = include_str!("../README.md")]

mod error;
mod escape;
mod object;
mod rest;
mod scanner;
mod writer;

pub use error::Unreadable;
pub use object::Object;
pub use rest::Rest;
pub use writer::{Member, Spacing, Value, write};
